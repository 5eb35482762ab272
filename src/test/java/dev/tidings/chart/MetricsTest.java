package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What Prometheus and Grafana are given. */
class MetricsTest {
    private static final JsonNode ALERTS = Manifests.read(Chart.read(Chart.SOURCE.resolve("rules/alerts.yaml")));
    private static final String ON = "metrics: {prometheusRule: {enabled: true}}";

    private static List<String> names(JsonNode groups) {
        List<String> names = new ArrayList<>();
        groups.forEach(group -> group.at("/rules").forEach(rule -> {
            if (rule.has("alert")) {
                names.add(rule.at("/alert").asText());
            }
        }));
        return names;
    }

    private static JsonNode rule(Manifests manifests, String name) {
        for (JsonNode group : manifests.at("PrometheusRule", "/spec/groups")) {
            for (JsonNode rule : group.at("/rules")) {
                if (rule.at("/alert").asText().equals(name)) {
                    return rule;
                }
            }
        }
        throw new AssertionError(name + " is not there");
    }

    @Test
    void nothingIsThereUnlessAskedFor() {
        Manifests manifests = Chart.with().render();

        for (String kind : List.of("PodMonitor", "ServiceMonitor", "PrometheusRule")) {
            assertFalse(manifests.has(kind), kind);
        }
        assertEquals(1, manifests.all("ConfigMap").size());
        assertEquals(1, manifests.all("Service").size());
    }

    @Test
    void podsAreScrapedAtTheManagementPort() {
        JsonNode spec = Chart.with("metrics: {podMonitor: {enabled: true, interval: 30s, labels: {release: p}, endpoint: {scrapeTimeout: 5s}}}").render().at("PodMonitor", "/spec");

        assertEquals("{\"interval\":\"30s\",\"path\":\"/q/metrics\",\"port\":\"management\",\"scrapeTimeout\":\"5s\"}", spec.at("/podMetricsEndpoints/0").toString());
        assertEquals("app.kubernetes.io/name", spec.at("/jobLabel").asText());
    }

    @Test
    void aServiceMonitorsServiceHasPodsThatAreNotReadyToo() {
        JsonNode service = Chart.with("metrics: {serviceMonitor: {enabled: true}}").render().all("Service").stream()
                .filter(it -> it.at("/metadata/name").asText().equals("live-tidings-metrics")).findFirst().orElseThrow();

        assertEquals("None", service.at("/spec/clusterIP").asText());
        assertTrue(service.at("/spec/publishNotReadyAddresses").asBoolean());
    }

    @Test
    void allAlertsOfTheFileAreLoadedAsTheyAre() {
        JsonNode groups = Chart.with(ON).render().at("PrometheusRule", "/spec/groups");

        assertTrue(!names(groups).isEmpty());
        assertEquals(ALERTS.at("/groups"), groups);
    }

    @Test
    void eachAlertCanBeSwitchedOff() {
        for (String alert : new TreeSet<>(names(ALERTS.at("/groups")))) {
            Manifests manifests = Chart.with("metrics: {prometheusRule: {enabled: true, disabled: [" + alert + "]}}").render();
            List<String> expected = new ArrayList<>(names(ALERTS.at("/groups")));
            expected.removeIf(alert::equals);

            assertEquals(expected, names(manifests.at("PrometheusRule", "/spec/groups")));
        }
    }

    @Test
    void eachAlertCanHaveASeverityAndLabelsOfYourOwn() {
        for (String alert : new TreeSet<>(names(ALERTS.at("/groups")))) {
            JsonNode labels = rule(Chart.with("metrics: {prometheusRule: {enabled: true, severity: {" + alert + ": page}, alertLabels: {team: live}}}").render(), alert).at("/labels");

            assertEquals("page", labels.at("/severity").asText());
            assertEquals("live", labels.at("/team").asText());
        }
    }

    @Test
    void theDashboardIsInAConfigMapWithTheSidecarsLabel() {
        JsonNode map = Chart.with("metrics: {dashboards: {enabled: true, label: board, labelValue: 'yes', annotations: {folder: Live}}}").render().all("ConfigMap").stream()
                .filter(it -> it.at("/data").has("tidings.json")).findFirst().orElseThrow();

        assertEquals("yes", map.at("/metadata/labels/board").asText());
        assertEquals("Live", map.at("/metadata/annotations/folder").asText());
        assertEquals(Manifests.read(Chart.read(Chart.SOURCE.resolve("dashboards/tidings.json"))), Manifests.read(map.at("/data").get("tidings.json").asText()));
    }
}
