package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Mistakes that charts are known for, one test each. */
class DefectsOfOtherChartsTest {
    @Test
    void maxUnavailable0IsNotRenderedAs1() {
        Manifests manifests = Chart.with("rollout: {maxUnavailable: 0}", "pdb: {maxUnavailable: 0}").render();

        assertTrue(manifests.at("Deployment", "/spec/strategy/rollingUpdate/maxUnavailable").isInt());
        assertEquals(0, manifests.at("Deployment", "/spec/strategy/rollingUpdate/maxUnavailable").asInt());
        assertTrue(manifests.at("PodDisruptionBudget", "/spec/maxUnavailable").isInt());
        assertEquals(0, manifests.at("PodDisruptionBudget", "/spec/maxUnavailable").asInt());
    }

    @Test
    void aBudgetNeverHasBothMinAvailableAndMaxUnavailable() {
        Manifests minimum = Chart.with("pdb: {maxUnavailable: null, minAvailable: 2}").render();

        assertEquals(2, minimum.at("PodDisruptionBudget", "/spec/minAvailable").asInt());
        assertTrue(minimum.at("PodDisruptionBudget", "/spec/maxUnavailable").isMissingNode());
        assertTrue(Chart.with("pdb: {minAvailable: 2}").refusal().contains("pdb.maxUnavailable and pdb.minAvailable are both set"));
    }

    @Test
    void keysDoNotRotateAtAnUpgrade() {
        Chart chart = Chart.bare().and("{replicaCount: 1, auth: {dev: {hmacSecret: a-secret-of-a-laptop-0123456789abcdef}}}");

        assertEquals(chart.render().one("Secret"), chart.render().one("Secret"));
        assertTrue(Chart.bare().and("replicaCount: 1").refusal().contains("auth has no source of keys"), "no key is made up where none is given");
    }

    @Test
    void replicasAreAbsentBesideAnAutoscalerAlsoAtTheInstallation() {
        for (String provider : List.of("hpa", "keda")) {
            Manifests manifests = Chart.with("autoscaling: {provider: " + provider + ", keda: {serverAddress: 'http://prometheus:9090'}}").render();

            assertFalse(manifests.at("Deployment", "/spec").has("replicas"), provider);
        }
        assertEquals(3, Chart.with().render().at("Deployment", "/spec/replicas").asInt());
    }

    @Test
    void theTestsPodIsSelectedByNothing() {
        Manifests manifests = Chart.withFile(Chart.SOURCE.resolve("ci/full-values.yaml")).and("metrics: {podMonitor: {enabled: false}, serviceMonitor: {enabled: true}}").render();
        JsonNode labels = manifests.at("Pod", "/metadata/labels");

        List<JsonNode> selectors = new ArrayList<>();
        manifests.all("Service").forEach(service -> selectors.add(service.at("/spec/selector")));
        selectors.add(manifests.at("Deployment", "/spec/selector/matchLabels"));
        selectors.add(manifests.at("PodDisruptionBudget", "/spec/selector/matchLabels"));
        selectors.add(manifests.at("NetworkPolicy", "/spec/podSelector/matchLabels"));
        selectors.add(manifests.at("ServiceMonitor", "/spec/selector/matchLabels"));
        selectors.add(Chart.withFile(Chart.SOURCE.resolve("ci/full-values.yaml")).render().at("PodMonitor", "/spec/selector/matchLabels"));

        for (JsonNode selector : selectors) {
            assertFalse(matches(selector, labels), selector.toString());
            assertEquals(3, selector.size(), selector.toString());
        }
    }

    @Test
    void theHubsPodsAreSelectedByTheirServiceMonitorsBudgetAndPolicy() {
        Manifests manifests = Chart.withFile(Chart.SOURCE.resolve("ci/full-values.yaml")).render();
        JsonNode labels = manifests.pod().at("/metadata/labels");

        assertTrue(matches(manifests.service().at("/spec/selector"), labels));
        assertTrue(matches(manifests.at("Deployment", "/spec/selector/matchLabels"), labels));
        assertTrue(matches(manifests.at("PodDisruptionBudget", "/spec/selector/matchLabels"), labels));
        assertTrue(matches(manifests.at("NetworkPolicy", "/spec/podSelector/matchLabels"), labels));
        assertTrue(matches(manifests.at("PodMonitor", "/spec/selector/matchLabels"), labels));
    }

    @Test
    void aMonitorMatchesItsOwnReleaseAlone() {
        String on = "metrics: {podMonitor: {enabled: true}}";
        JsonNode selector = Chart.with(on).named("first", "realtime").render().at("PodMonitor", "/spec/selector/matchLabels");

        assertFalse(matches(selector, Chart.with().named("second", "realtime").render().pod().at("/metadata/labels")));
        assertEquals("[\"realtime\"]", Chart.with(on).render().at("PodMonitor", "/spec/namespaceSelector/matchNames").toString());
    }

    @Test
    void aServiceMonitorFindsItsOwnServiceAndNotTheOneOfClients() {
        Manifests manifests = Chart.with("metrics: {serviceMonitor: {enabled: true}}").render();
        JsonNode selector = manifests.at("ServiceMonitor", "/spec/selector/matchLabels");

        assertFalse(matches(selector, manifests.service().at("/metadata/labels")));
        assertEquals(1, manifests.all("Service").stream().filter(service -> matches(selector, service.at("/metadata/labels"))).count());
    }

    @Test
    void largeIntegersHaveNoExponent() {
        Manifests manifests = Chart.with("{connections: {maxPerPod: 1000000, maxAgeSeconds: 12345678}, podSecurityContext: {runAsUser: 1000650000}}",
                "namespaces: {chat: {historySize: 1000000}}", "config: {tidings.memory.max-bytes: 4294967296}", "extraEnv: {LARGE: 123456789}").render();

        assertEquals("1000000", manifests.settings().getProperty("tidings.connections.max"));
        assertEquals("12345678s", manifests.settings().getProperty("tidings.connections.max-age"));
        assertEquals("1000000", manifests.settings().getProperty("tidings.namespaces.\"chat\".history-size"));
        assertEquals("4294967296", manifests.settings().getProperty("tidings.memory.max-bytes"));
        assertEquals("123456789", manifests.env("LARGE").at("/value").asText());
        assertEquals("1000650000", manifests.pod().at("/spec/securityContext/runAsUser").toString());
    }

    @Test
    void theSeccompProfileIsThere() {
        Manifests manifests = Chart.with().render();

        assertEquals("RuntimeDefault", manifests.pod().at("/spec/securityContext/seccompProfile/type").asText());
        assertEquals("RuntimeDefault", manifests.at("Pod", "/spec/securityContext/seccompProfile/type").asText());
    }

    @Test
    void theManagementPortIsNotOnTheServiceOfClients() {
        Manifests manifests = Chart.with("metrics: {serviceMonitor: {enabled: true}}").render();

        assertEquals(1, manifests.service().at("/spec/ports").size());
        assertEquals("http", manifests.service().at("/spec/ports/0/name").asText());
    }

    @Test
    void anotherConfigurationIsAnotherPodAndTheSameIsTheSame() {
        String checksum = "/metadata/annotations/checksum~1config";
        JsonNode before = Chart.with().render().pod();

        assertEquals(before, Chart.with("pdb: {enabled: false}").render().pod());
        assertNotEquals(before.at(checksum), Chart.with("namespaces: {chat: {presence: true}}").render().pod().at(checksum));
    }

    private static boolean matches(JsonNode selector, JsonNode labels) {
        return !selector.isMissingNode() && selector.properties().stream().allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())));
    }
}
