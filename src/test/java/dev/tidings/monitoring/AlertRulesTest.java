package dev.tidings.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The alert rules: they fire when they should and only then, say what is wrong, and lead to the runbook. */
class AlertRulesTest {
    private static final Path TESTS = Path.of("src", "test", "prometheus", "alerts-test.yaml");
    private static final Path RUNBOOK = Path.of("docs", "operations.md");
    private static final int PATIENCE_SECONDS = 240;
    private static final Set<String> ALERTS = Set.of("TidingsDown", "TidingsPodDown", "TidingsConnectionsNearLimit", "TidingsSkew", "TidingsReconnectStorm", "TidingsConnectionCliff",
            "TidingsRejecting", "TidingsRecoveryGap", "TidingsPublicationsLost", "TidingsDeliveryLatency", "TidingsDrops", "TidingsRedisDown", "TidingsFdNearLimit", "TidingsOutboxHigh",
            "TidingsAutoscalerAtMax", "TidingsDrainTooLong", "TidingsNearMemoryLimit", "TidingsHeapNearLimit");

    @Test
    void prometheusTakesTheRules() throws IOException, InterruptedException {
        promtool("check", "rules", Alert.FILE.toString());
    }

    @Test
    void eachFiresOnItsSeriesAndOnlyOnThem() throws IOException, InterruptedException {
        promtool("test", "rules", TESTS.toString());
    }

    /** Runs Prometheus' own tool; skips where there is none. */
    private static void promtool(String... arguments) throws IOException, InterruptedException {
        String program = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable).map(Path::toString).findFirst().orElse("");
        if (program.isEmpty()) {
            System.out.println("skipped: there is no promtool on the PATH, so the alert rules are not run");
        }
        assumeTrue(!program.isEmpty(), "there is no promtool on the PATH");
        Path output = Files.createTempFile(Files.createDirectories(Path.of("target")), "promtool-", ".log");
        ProcessBuilder command = new ProcessBuilder(program);
        command.command().addAll(List.of(arguments));
        Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended && process.exitValue() == 0, () -> String.join(" ", command.command()) + "\n" + read(output));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void allAreThereOnce() throws IOException {
        assertEquals(ALERTS.stream().sorted().toList(), Alert.all().stream().map(Alert::name).sorted().toList());
    }

    @Test
    void eachHasASeverityAndSaysWhatIsWrong() throws IOException {
        for (Alert alert : Alert.all()) {
            assertTrue(Set.of("critical", "warning").contains(alert.labels().get("severity")), alert::name);
            assertEquals(Set.of("summary", "description", "runbook_url"), alert.annotations().keySet(), alert::name);
            assertTrue(alert.annotations().get("summary").contains("{{ $labels.namespace }}"), () -> alert.name() + " does not say where");
            assertTrue(alert.annotations().get("description").endsWith("."), () -> alert.name() + " is not described in whole sentences");
        }
    }

    @Test
    void eachHasAnEntryInTheRunbook() throws IOException {
        List<String> headings = Files.readAllLines(RUNBOOK).stream().filter(line -> line.startsWith("### Tidings")).map(line -> line.substring(4)).toList();
        for (Alert alert : Alert.all()) {
            assertEquals("docs/operations.md#" + alert.name().toLowerCase(), alert.annotations().get("runbook_url"));
        }
        assertEquals(new TreeSet<>(ALERTS), new TreeSet<>(headings), "entries of the runbook");
    }

    @Test
    @SuppressWarnings("unchecked")
    void eachRuleHasSeriesOnWhichItFiresAndSeriesOnWhichItDoesNot() throws IOException {
        Map<String, List<Map<String, Object>>> read = new Yaml().load(Files.readString(TESTS));
        List<Map<String, Object>> cases = read.get("tests").stream().flatMap(it -> ((List<Map<String, Object>>) it.get("alert_rule_test")).stream()).toList();
        Map<Boolean, Set<String>> byFiring = cases.stream().collect(Collectors.partitioningBy(it -> it.containsKey("exp_alerts"),
                Collectors.mapping(it -> (String) it.get("alertname"), Collectors.toSet())));
        assertEquals(ALERTS, byFiring.get(true), "alerts that a test sees firing");
        assertEquals(ALERTS, byFiring.get(false), "alerts that a test sees silent");
    }

    @Test
    void noneRestsOnTheNameOfAJobOrOfARelease() throws IOException {
        for (Alert alert : Alert.all()) {
            assertTrue(!alert.query().matches("(?s).*\\b(job|namespace|pod|instance|deployment)\\s*(=|!=|=~|!~)\\s*\".*"), alert::query);
        }
    }
}
