package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a pod begins, is looked at, and ends. */
class PodLifecycleTest {
    @ParameterizedTest
    @CsvSource({"10, 60, 20, 90", "0, 30, 10, 40", "25, 600, 30, 655"})
    void theGraceIsTheSumOfPropagationWindowAndMargin(int propagation, int window, int margin, int grace) {
        Manifests manifests = Chart.with("rollout: {progressDeadlineSeconds: 1800}",
                "drain: {endpointPropagationSeconds: %d, windowSeconds: %d, marginSeconds: %d, finalScrapeSeconds: 5}".formatted(propagation, window, margin)).render();

        assertEquals(grace, manifests.pod().at("/spec/terminationGracePeriodSeconds").asInt());
        assertEquals(window + "s", manifests.settings().getProperty("tidings.drain.window"));
    }

    @ParameterizedTest
    @CsvSource({"0", "10"})
    void aPodIsToldThatItEndsAndWaitedFor(int propagation) {
        Manifests manifests = Chart.with("drain: {endpointPropagationSeconds: %d}".formatted(propagation)).render();

        assertEquals("{\"httpGet\":{\"path\":\"/q/drain\",\"port\":\"management\",\"httpHeaders\":[{\"name\":\"Tidings-Hook\",\"value\":\"preStop\"}]}}",
                manifests.container().at("/lifecycle/preStop").toString());
        assertEquals(propagation + "s", manifests.settings().getProperty("tidings.drain.propagation"));
    }

    @Test
    void whereNothingMayCallItThePodSleepsBeforeSigtermWithoutAShell() {
        assertEquals("{\"sleep\":{\"seconds\":10}}", Chart.with("drain: {hook: sleep}").render().container().at("/lifecycle/preStop").toString());
    }

    @Test
    void withoutPropagationThereIsNoSleepOfZeroSeconds() {
        assertFalse(Chart.with("drain: {hook: sleep, endpointPropagationSeconds: 0}").render().container().has("lifecycle"));
    }

    @Test
    void aDrainedPodIsThereForOneMoreScrapeUnlessTheNextOneWaitsForItsEnd() {
        assertEquals("15s", Chart.with().render().settings().getProperty("tidings.drain.final-scrape"));
        assertEquals("30s", Chart.with("drain: {finalScrapeSeconds: 30, marginSeconds: 35}").render().settings().getProperty("tidings.drain.final-scrape"));
        assertEquals("0s", Chart.with("{replicaCount: 1, redis: {hosts: []}}").render().settings().getProperty("tidings.drain.final-scrape"));
    }

    @Test
    void drainsAreOneAfterTheOtherBecauseAPodMustBeReadyForAWindow() {
        assertEquals(60, Chart.with().render().at("Deployment", "/spec/minReadySeconds").asInt());
        assertEquals(120, Chart.with("drain: {windowSeconds: 120}").render().at("Deployment", "/spec/minReadySeconds").asInt());
        assertEquals(0, Chart.with("rollout: {minReadySeconds: 0}").render().at("Deployment", "/spec/minReadySeconds").asInt());
    }

    @Test
    void aRolloutAddsBeforeItTakesAway() {
        JsonNode strategy = Chart.with().render().at("Deployment", "/spec/strategy");

        assertEquals("{\"type\":\"RollingUpdate\",\"rollingUpdate\":{\"maxSurge\":\"25%\",\"maxUnavailable\":0}}", strategy.toString());
        assertEquals(2, Chart.with("rollout: {maxSurge: 2}").render().at("Deployment", "/spec/strategy/rollingUpdate/maxSurge").asInt());
    }

    @Test
    void aPodThatIsAloneEndsBeforeTheNextOneStarts() {
        JsonNode strategy = Chart.with("{replicaCount: 1, redis: {hosts: []}}").render().at("Deployment", "/spec/strategy");

        assertEquals("{\"type\":\"Recreate\"}", strategy.toString());
        assertEquals("RollingUpdate", Chart.with("replicaCount: 1").render().at("Deployment", "/spec/strategy/type").asText(), "Redis joins the two");
    }

    @ParameterizedTest
    @CsvSource({"startupProbe, /q/health/started", "readinessProbe, /q/health/ready", "livenessProbe, /q/health/live"})
    void probesAskTheManagementPort(String probe, String path) {
        JsonNode get = Chart.with().render().container().at("/" + probe + "/httpGet");

        assertEquals(path, get.at("/path").asText());
        assertEquals("management", get.at("/port").asText());
    }

    @Test
    void thePodKnowsNothingOfKubernetes() {
        Manifests manifests = Chart.with().render();

        assertFalse(manifests.pod().at("/spec/enableServiceLinks").asBoolean(true));
        assertFalse(manifests.pod().at("/spec/automountServiceAccountToken").asBoolean(true));
        assertFalse(manifests.at("ServiceAccount", "/automountServiceAccountToken").asBoolean(true));
        assertFalse(manifests.at("Pod", "/spec/enableServiceLinks").asBoolean(true));
        assertFalse(manifests.at("Pod", "/spec/automountServiceAccountToken").asBoolean(true));
    }

    @Test
    void theRootIsReadOnlyAndTmpIsNot() {
        Manifests manifests = Chart.with().render();

        assertTrue(manifests.container().at("/securityContext/readOnlyRootFilesystem").asBoolean());
        assertEquals(10001, manifests.pod().at("/spec/securityContext/runAsUser").asInt());
        assertTrue(manifests.container().at("/volumeMounts").toString().contains("{\"name\":\"tmp\",\"mountPath\":\"/tmp\"}"));
        assertTrue(manifests.pod().at("/spec/volumes").toString().contains("{\"name\":\"tmp\",\"emptyDir\":{\"sizeLimit\":\"64Mi\"}}"));
    }

    @Test
    void anIdThatIsNullIsLeftToTheCluster() {
        JsonNode context = Chart.with("podSecurityContext: {runAsUser: null, runAsGroup: null, fsGroup: null}").render().pod().at("/spec/securityContext");

        assertEquals("{\"runAsNonRoot\":true,\"seccompProfile\":{\"type\":\"RuntimeDefault\"}}", context.toString());
    }

    @Test
    void memoryIsLimitedAndCpuIsNot() {
        JsonNode resources = Chart.with().render().container().at("/resources");

        assertEquals("{\"memory\":\"1Gi\"}", resources.at("/limits").toString());
        assertEquals("{\"cpu\":\"500m\",\"memory\":\"512Mi\"}", resources.at("/requests").toString());
    }

    @Test
    void podsOfOneVersionAreSpreadOverZonesAndNodes() {
        JsonNode constraints = Chart.with().render().pod().at("/spec/topologySpreadConstraints");

        assertEquals("topology.kubernetes.io/zone", constraints.at("/0/topologyKey").asText());
        assertEquals("kubernetes.io/hostname", constraints.at("/1/topologyKey").asText());
        constraints.forEach(constraint -> {
            assertEquals("ScheduleAnyway", constraint.at("/whenUnsatisfiable").asText());
            assertEquals("hub", constraint.at("/labelSelector/matchLabels").get("app.kubernetes.io/component").asText());
            assertEquals("[\"pod-template-hash\"]", constraint.at("/matchLabelKeys").toString());
        });
        assertFalse(Chart.with("topologySpreadConstraints: []").render().pod().at("/spec").has("topologySpreadConstraints"));
    }

    @Test
    void aDigestWinsOverATag() {
        String digest = "sha256:" + "0123456789abcdef".repeat(4);

        assertEquals("registry.example.com/team/tidings:1.2.3", Chart.with("image: {registry: registry.example.com/team, tag: 1.2.3}").render().container().at("/image").asText());
        assertEquals("tidings@" + digest, Chart.with("image: {tag: 1.2.3, digest: '" + digest + "'}").render().container().at("/image").asText());
        assertEquals("localhost/tidings:dev", Chart.with("image: {registry: localhost, tag: dev}").render().at("Pod", "/spec/containers/0/image").asText());
    }

    @Test
    void theTestRunsTheHubsImageAsAClientThroughTheServiceAndTheWayIn() {
        Manifests manifests = Chart.with("ingress: {enabled: true, hosts: [live.example.com], tls: [{secretName: tls}]}").render();

        assertEquals("[\"check\",\"--timeout=60\",\"--publish=http://live-tidings.realtime:80\",\"http://live-tidings.realtime:80\",\"https://live.example.com\"]",
                manifests.at("Pod", "/spec/containers/0/args").toString());
        assertEquals("Never", manifests.at("Pod", "/spec/restartPolicy").asText());
        assertTrue(Chart.read(Chart.SOURCE.resolve("templates/tests/stream.yaml")).contains("\"helm.sh/hook\": test"));
    }

    @Test
    void theTestCanLeaveTheWayInOut() {
        Manifests manifests = Chart.with("ingress: {enabled: true, hosts: [live.example.com]}", "tests: {externalUrl: '-'}").render();

        assertFalse(manifests.at("Pod", "/spec/containers/0/args").toString().contains("live.example.com"));
        assertFalse(Chart.with("tests: {enabled: false}").render().has("Pod"));
    }
}
