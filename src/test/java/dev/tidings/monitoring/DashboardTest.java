package dev.tidings.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The dashboard can be loaded by any Grafana as it is, and everything on it can be read without its author. */
class DashboardTest {
    private static final Set<String> UNITS = Set.of("short", "none", "percentunit", "s", "bytes", "cps");
    private static final int COLUMNS = 24;

    private final Dashboard dashboard;

    DashboardTest() throws IOException {
        dashboard = Dashboard.read();
    }

    @Test
    void hasItsRowsInOrder() {
        assertEquals(List.of("Overview", "Per pod", "Churn", "Delivery", "Recovery", "Redis", "Saturation", "Autoscaler"), dashboard.rows());
    }

    @Test
    void asksForNothingWhenItIsLoaded() {
        assertFalse(dashboard.root().has("__inputs") || dashboard.root().has("__requires"));
        assertEquals(List.of("datasource", "namespace", "job", "pod"), Dashboard.each(dashboard.root().at("/templating/list")).map(it -> it.get("name").asText()).toList());
        for (JsonNode panel : dashboard.panels()) {
            assertEquals("${datasource}", panel.at("/datasource/uid").asText(), () -> Dashboard.title(panel));
            Dashboard.each(panel.get("targets")).forEach(target -> assertEquals("${datasource}", target.at("/datasource/uid").asText(), () -> Dashboard.title(panel)));
        }
    }

    @Test
    void everyPanelHasADescriptionAUnitAndNamesForItsLines() {
        for (JsonNode panel : dashboard.panels()) {
            assertTrue(panel.path("description").asText().strip().endsWith("."), () -> Dashboard.title(panel) + " is not described");
            assertTrue(UNITS.contains(panel.at("/fieldConfig/defaults/unit").asText()), () -> Dashboard.title(panel) + " has no unit");
            Dashboard.each(panel.get("targets")).forEach(target -> assertFalse(target.path("legendFormat").asText().isBlank(), () -> Dashboard.title(panel)));
        }
    }

    @Test
    void everyQueryIsLimitedToWhatIsSelected() {
        for (JsonNode panel : dashboard.panels()) {
            for (String query : Dashboard.queries(panel)) {
                for (String variable : List.of("namespace=~\"$namespace\"", "job=~\"$job\"", "pod=~\"$pod\"")) {
                    assertTrue(query.contains(variable), () -> Dashboard.title(panel) + " ignores " + variable);
                }
            }
        }
    }

    @Test
    void whatNeedsAnotherExporterSaysSoAndShowsSomethingWithoutIt() {
        Map<String, String> exporters = Map.of("container_", "cAdvisor", "kube_", "kube-state-metrics");
        for (JsonNode panel : dashboard.panels()) {
            for (String query : Dashboard.queries(panel)) {
                exporters.forEach((prefix, exporter) -> {
                    if (PromQl.metrics(query).stream().anyMatch(it -> it.startsWith(prefix))) {
                        assertTrue(panel.get("description").asText().contains(exporter), () -> Dashboard.title(panel) + " does not say that it needs " + exporter);
                        assertTrue(query.contains("\nor"), () -> Dashboard.title(panel) + " is empty without " + exporter);
                    }
                });
            }
        }
    }

    @Test
    void panelsDoNotOverlapAndHaveNumbersOfTheirOwn() {
        Map<String, String> taken = new HashMap<>();
        for (JsonNode panel : dashboard.root().get("panels")) {
            JsonNode at = panel.get("gridPos");
            assertTrue(at.get("x").asInt() + at.get("w").asInt() <= COLUMNS, () -> Dashboard.title(panel));
            for (int x = at.get("x").asInt(); x < at.get("x").asInt() + at.get("w").asInt(); x++) {
                for (int y = at.get("y").asInt(); y < at.get("y").asInt() + at.get("h").asInt(); y++) {
                    String other = taken.put(x + "," + y, Dashboard.title(panel));
                    assertEquals(null, other, () -> Dashboard.title(panel) + " overlaps");
                }
            }
        }
        Set<Integer> ids = Dashboard.each(dashboard.root().get("panels")).map(panel -> panel.get("id").asInt()).collect(Collectors.toSet());
        assertEquals(dashboard.root().get("panels").size(), ids.size());
    }
}
