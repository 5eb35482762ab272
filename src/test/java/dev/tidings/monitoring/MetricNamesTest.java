package dev.tidings.monitoring;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.RedisProcess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every metric that a panel, an alert or a page names is one that the running hub exports; and every metric of the hub is described. */
@QuarkusTest
@TestProfile(MetricNamesTest.WithRedis.class)
class MetricNamesTest {
    /** What a hub exports that has no Redis; {@code ManagementTest} sees them there. */
    private static final Set<String> IN_MEMORY = Set.of("tidings_history_bytes", "tidings_streams");
    /** What others export: Prometheus itself, cAdvisor, kube-state-metrics. */
    private static final Set<String> OF_OTHERS = Set.of("up", "container_cpu_cfs_periods_total", "container_cpu_cfs_throttled_periods_total",
            "container_memory_working_set_bytes", "container_spec_memory_limit_bytes", "kube_horizontalpodautoscaler_info", "kube_horizontalpodautoscaler_spec_max_replicas",
            "kube_horizontalpodautoscaler_spec_min_replicas", "kube_horizontalpodautoscaler_status_desired_replicas");
    /** What looks like a metric in a page and is a cookie. */
    private static final Set<String> NO_METRICS = Set.of("tidings_affinity", "tidings_token");
    private static final Pattern NAME_IN_TEXT = Pattern.compile("(?<![\\w.$/@-])tidings_[a-z_]*[a-z]");
    private static final List<String> SUFFIXES = List.of("_bucket", "_count", "_sum", "_max");

    @TestHTTPResource(value = "/", management = true)
    URI management;

    /** A hub as in production. */
    public static final class WithRedis implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return HubSettings.secured().inProcess();
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Redis.class));
        }
    }

    /** Its Redis. */
    public static final class Redis implements QuarkusTestResourceLifecycleManager {
        private RedisProcess process;

        @Override
        public Map<String, String> start() {
            process = RedisProcess.embedded();
            return Map.of("tidings.redis.hosts", process.address());
        }

        @Override
        public void stop() {
            process.close();
        }
    }

    private Set<String> exported() {
        String text = given().get(management.resolve("metrics")).then().statusCode(200).extract().asString();
        return text.lines().filter(line -> !line.startsWith("#")).map(line -> line.split("[{ ]")[0]).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> known() {
        Set<String> known = exported();
        known.addAll(IN_MEMORY);
        known.addAll(OF_OTHERS);
        return known;
    }

    @Test
    void everyPanelReadsMetricsThatExist() throws IOException {
        Map<String, Set<String>> unknown = new TreeMap<>();
        Set<String> known = known();
        for (JsonNode panel : Dashboard.read().panels()) {
            for (String query : Dashboard.queries(panel)) {
                note(unknown, known, Dashboard.title(panel), PromQl.metrics(query));
            }
        }
        assertEquals(Map.of(), unknown);
    }

    @Test
    void theVariablesOfTheDashboardReadMetricsThatExist() throws IOException {
        Map<String, Set<String>> unknown = new TreeMap<>();
        Set<String> known = known();
        for (JsonNode variable : Dashboard.read().root().at("/templating/list")) {
            if (variable.get("type").asText().equals("query")) {
                note(unknown, known, variable.get("name").asText(), names(variable.get("definition").asText()));
            }
        }
        assertEquals(Map.of(), unknown);
    }

    @Test
    void everyAlertReadsMetricsThatExist() throws IOException {
        Map<String, Set<String>> unknown = new TreeMap<>();
        Set<String> known = known();
        for (Alert alert : Alert.all()) {
            note(unknown, known, alert.name(), PromQl.metrics(alert.query()));
        }
        assertEquals(Map.of(), unknown);
    }

    @Test
    void everyPageNamesMetricsThatExist() throws IOException {
        Map<String, Set<String>> unknown = new TreeMap<>();
        Set<String> known = known();
        known.addAll(NO_METRICS);
        exported().forEach(name -> SUFFIXES.stream().filter(name::endsWith).forEach(suffix -> known.add(name.substring(0, name.length() - suffix.length()))));
        for (Path file : pages()) {
            note(unknown, known, file.toString(), names(Files.readString(file)));
        }
        assertEquals(Map.of(), unknown);
    }

    @Test
    void everyMetricOfTheHubIsDescribed() throws IOException {
        Set<String> described = Files.readAllLines(Path.of("docs", "operations.md")).stream().filter(line -> line.startsWith("| `tidings_"))
                .flatMap(line -> names(line.split(" \\| ")[0]).stream()).collect(Collectors.toSet());
        Set<String> silent = exported();
        silent.removeIf(name -> !name.startsWith("tidings_") || described.contains(name)
                || SUFFIXES.stream().anyMatch(suffix -> name.endsWith(suffix) && described.contains(name.substring(0, name.length() - suffix.length()))));
        assertEquals(Set.of(), silent);
    }

    private static void note(Map<String, Set<String>> unknown, Set<String> known, String where, Set<String> names) {
        Set<String> missing = new TreeSet<>(names);
        missing.removeAll(known);
        if (!missing.isEmpty()) {
            unknown.computeIfAbsent(where, _ -> new TreeSet<>()).addAll(missing);
        }
    }

    private static Set<String> names(String text) {
        return NAME_IN_TEXT.matcher(text).results().map(MatchResult::group).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Everything that people read or apply: the docs, and what is in the chart. */
    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(Path.of("docs")); Stream<Path> chart = Files.walk(Path.of("helm")); Stream<Path> plain = walk("k8s")) {
            return Stream.of(docs, chart, plain, Stream.of(Path.of("README.md"))).flatMap(it -> it)
                    .filter(file -> file.toString().matches(".*\\.(md|yaml|yml|json|txt|tpl)$")).toList();
        }
    }

    private static Stream<Path> walk(String folder) throws IOException {
        return Files.isDirectory(Path.of(folder)) ? Files.walk(Path.of(folder)) : Stream.empty();
    }
}
