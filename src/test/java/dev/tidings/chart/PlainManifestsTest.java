package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code k8s/}: for people without Helm. */
class PlainManifestsTest {
    private static final Manifests MANIFESTS = Manifests.parse(Chart.read(PlainManifests.FILE));

    @Test
    void theyAreWhatTheChartRenders() {
        assertEquals(PlainManifests.rendered(), Chart.read(PlainManifests.FILE), "run ./mvnw test -Dtest=ChartFilesWriter -Dchart.write=true");
    }

    @Test
    void everyFieldIsKnown() {
        assertEquals(List.of(), MANIFESTS.documents().stream().flatMap(object -> KubernetesTypes.faults(object).stream()).toList());
    }

    @Test
    void nothingOfThemIsHelms() {
        assertFalse(MANIFESTS.text().toLowerCase().contains("helm"));
    }

    @Test
    void nothingIsRequiredThatAClusterMayLack() {
        for (JsonNode object : MANIFESTS.documents()) {
            assertTrue(List.of("v1", "apps/v1", "policy/v1", "networking.k8s.io/v1", "autoscaling/v2").contains(object.at("/apiVersion").asText()), object.toString());
        }
    }

    @Test
    void theKustomizationNamesTheFilesThatAreThere() {
        JsonNode kustomization = Manifests.read(Chart.read(Path.of("k8s", "kustomization.yaml")));

        assertTrue(!kustomization.at("/resources").isEmpty());
        kustomization.at("/resources").forEach(resource -> assertTrue(Files.exists(Path.of("k8s", resource.asText())), resource.asText()));
        assertEquals("tidings", kustomization.at("/namespace").asText());
    }
}
