package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Who owns the number of pods, and what may take one away. */
class ScalingTest {
    private static final String HPA = "autoscaling: {provider: hpa}";
    private static final String KEDA = "autoscaling: {provider: keda, keda: {serverAddress: 'http://prometheus:9090'}}";

    @Test
    void anHpaCountsConnections() {
        JsonNode spec = Chart.with(HPA).render().at("HorizontalPodAutoscaler", "/spec");

        assertEquals("[{\"type\":\"Pods\",\"pods\":{\"metric\":{\"name\":\"tidings_connections\"},\"target\":{\"type\":\"AverageValue\",\"averageValue\":\"12000\"}}}]",
                spec.at("/metrics").toString());
        assertEquals("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"name\":\"live-tidings\"}", spec.at("/scaleTargetRef").toString());
        assertEquals(3, spec.at("/minReplicas").asInt());
        assertEquals(20, spec.at("/maxReplicas").asInt());
    }

    @Test
    void anHpaMayLookAtCpuAlone() {
        JsonNode metrics = Chart.with("autoscaling: {provider: hpa, hpa: {metricName: '', cpuUtilization: 70}}").render().at("HorizontalPodAutoscaler", "/spec/metrics");

        assertEquals("[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\",\"target\":{\"type\":\"Utilization\",\"averageUtilization\":70}}}]", metrics.toString());
    }

    @Test
    void upAtOnceAndDownOneByOne() {
        JsonNode behavior = Chart.with(HPA).render().at("HorizontalPodAutoscaler", "/spec/behavior");

        assertEquals("{\"stabilizationWindowSeconds\":0,\"policies\":[{\"type\":\"Percent\",\"value\":100,\"periodSeconds\":30}]}", behavior.at("/scaleUp").toString());
        assertEquals("{\"stabilizationWindowSeconds\":900,\"policies\":[{\"type\":\"Pods\",\"value\":1,\"periodSeconds\":300}]}", behavior.at("/scaleDown").toString());
        assertEquals(behavior, Chart.with(KEDA).render().at("ScaledObject", "/spec/advanced/horizontalPodAutoscalerConfig/behavior"));
    }

    @Test
    void aToleranceIsAQuantityAndAbsentUnlessGiven() {
        assertEquals("0.05", Chart.with("autoscaling: {provider: hpa, hpa: {tolerance: 0.05}}").render().at("HorizontalPodAutoscaler", "/spec/behavior/scaleUp/tolerance").asText());
        assertFalse(Chart.with(HPA).render().at("HorizontalPodAutoscaler", "/spec/behavior/scaleUp").has("tolerance"));
        assertEquals("0", Chart.with("autoscaling: {provider: hpa, hpa: {tolerance: 0}}").render().at("HorizontalPodAutoscaler", "/spec/behavior/scaleDown/tolerance").asText());
    }

    @Test
    void oneAutoscalerAtMost() {
        assertFalse(Chart.with(HPA).render().has("ScaledObject"));
        assertFalse(Chart.with(KEDA).render().has("HorizontalPodAutoscaler"));
        assertFalse(Chart.with().render().has("HorizontalPodAutoscaler") || Chart.with().render().has("ScaledObject"));
    }

    @Test
    void kedaAsksForTheConnectionsOfThisReleasesPods() {
        JsonNode spec = Chart.with(KEDA).render().at("ScaledObject", "/spec");
        JsonNode metadata = spec.at("/triggers/0/metadata");

        assertEquals("sum(tidings_connections{namespace=\"realtime\",pod=~\"live-tidings-[a-z0-9]+-[a-z0-9]+\"})", metadata.at("/query").asText());
        assertEquals("12000", metadata.at("/threshold").asText());
        assertEquals("false", metadata.at("/ignoreNullValues").asText());
        assertEquals("{\"failureThreshold\":3,\"replicas\":3,\"behavior\":\"currentReplicasIfHigher\"}", spec.at("/fallback").toString());
    }

    @Test
    void kedaKnowsThePodsOfTheLongestName() {
        Manifests manifests = Chart.with(KEDA, "fullnameOverride: " + "t".repeat(63)).render();
        String name = manifests.at("Deployment", "/metadata/name").asText();
        // As Kubernetes names a pod: what its ReplicaSet is called and a dash, cut to 58 characters, and five of its own.
        String base = name + "-" + "7".repeat(10) + "-";
        String pod = base.substring(0, Math.min(58, base.length())) + "x2x4x";
        String query = manifests.at("ScaledObject", "/spec/triggers/0/metadata/query").asText();

        assertTrue(pod.matches(query.replaceAll(".*pod=~\"(.*)\"}.*", "$1")), pod + " and " + query);
    }

    @Test
    void kedaTakesAQueryAndCredentialsOfYourOwn() {
        JsonNode trigger = Chart.with("autoscaling: {provider: keda, keda: {serverAddress: 'http://p', query: 'sum(x)', authenticationRef: {name: a}, fallback: null}}").render()
                .at("ScaledObject", "/spec/triggers/0");

        assertEquals("sum(x)", trigger.at("/metadata/query").asText());
        assertEquals("{\"name\":\"a\"}", trigger.at("/authenticationRef").toString());
    }

    @Test
    void aBudgetNeedsTwoPods() {
        assertTrue(Chart.with("replicaCount: 2").render().has("PodDisruptionBudget"));
        assertFalse(Chart.with("replicaCount: 1").render().has("PodDisruptionBudget"));
        assertFalse(Chart.with("autoscaling: {provider: hpa, minReplicas: 1}").render().has("PodDisruptionBudget"));
        assertTrue(Chart.with("{replicaCount: 1, autoscaling: {provider: hpa}}").render().has("PodDisruptionBudget"));
        assertFalse(Chart.with("pdb: {enabled: false}").render().has("PodDisruptionBudget"));
    }

    @Test
    void aBrokenPodCanBeEvicted() {
        assertEquals("AlwaysAllow", Chart.with().render().at("PodDisruptionBudget", "/spec/unhealthyPodEvictionPolicy").asText());
    }
}
