package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each build writes for a laptop's cluster is, where it matters, what the chart's defaults are: who develops there meets the same pod. */
class LaptopManifestsIT {
    private static Manifests laptop;
    private static Manifests chart;

    @BeforeAll
    static void read() {
        laptop = Manifests.parse(Chart.read(Path.of("target", "kubernetes", "kubernetes.yml")));
        chart = Chart.with("{replicaCount: 1, redis: {hosts: []}}").named("tidings", "default").render();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/spec/terminationGracePeriodSeconds", "/spec/securityContext", "/spec/enableServiceLinks", "/spec/automountServiceAccountToken",
        "/spec/containers/0/lifecycle", "/spec/containers/0/securityContext", "/spec/containers/0/resources", "/spec/containers/0/imagePullPolicy"})
    void thePodIsTheSame(String pointer) {
        assertEquals(chart.pod().at(pointer), laptop.pod().at(pointer));
    }

    @Test
    void theImageStaysOnTheLaptop() {
        assertTrue(laptop.container().at("/image").asText().startsWith("localhost/"));
        assertTrue(Chart.read(Path.of("src", "main", "resources", "application.properties")).lines().anyMatch("quarkus.container-image.push=false"::equals),
                "a deployment would push it, and nothing listens there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/spec/strategy", "/spec/minReadySeconds", "/spec/progressDeadlineSeconds"})
    void theRolloutIsTheSame(String pointer) {
        assertEquals(chart.at("Deployment", pointer), laptop.at("Deployment", pointer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"startupProbe", "readinessProbe", "livenessProbe"})
    void theProbesAreTheSame(String probe) {
        assertEquals(probe(chart, probe), probe(laptop, probe));
    }

    /** With what Kubernetes adds, and the port as a number. */
    private static Map<String, Object> probe(Manifests manifests, String name) {
        JsonNode probe = manifests.container().at("/" + name);
        return new TreeMap<>(Map.of("path", probe.at("/httpGet/path").asText(), "port", port(manifests, probe.at("/httpGet/port")),
                "delay", probe.at("/initialDelaySeconds").asInt(0), "period", probe.at("/periodSeconds").asInt(10), "timeout", probe.at("/timeoutSeconds").asInt(1),
                "failures", probe.at("/failureThreshold").asInt(3)));
    }

    private static int port(Manifests manifests, JsonNode port) {
        return port.isInt() ? port.asInt() : containerPorts(manifests).get(port.asText());
    }

    private static Map<String, Integer> containerPorts(Manifests manifests) {
        Map<String, Integer> ports = new TreeMap<>();
        manifests.container().at("/ports").forEach(port -> ports.put(port.at("/name").asText(), port.at("/containerPort").asInt()));
        return ports;
    }

    @Test
    void thePortsAreTheSame() {
        assertEquals(containerPorts(chart), containerPorts(laptop));
        JsonNode expected = chart.service().at("/spec/ports/0");
        JsonNode port = laptop.service().at("/spec/ports/0");
        assertEquals(expected.at("/name"), port.at("/name"));
        assertEquals(expected.at("/port"), port.at("/port"));
        assertEquals(port(chart, expected.at("/targetPort")), port(laptop, port.at("/targetPort")));
        assertEquals(1, laptop.service().at("/spec/ports").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component", "app.kubernetes.io/part-of"})
    void theLabelsAreTheSame(String label) {
        assertEquals(chart.pod().at("/metadata/labels").get(label), laptop.pod().at("/metadata/labels").get(label));
        assertEquals(chart.at("Deployment", "/metadata/labels").get(label), laptop.at("Deployment", "/metadata/labels").get(label));
    }
}
