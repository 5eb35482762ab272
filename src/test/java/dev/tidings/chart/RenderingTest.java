package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for everything that is rendered, whatever the values: each file of {@code ci} and {@code examples}, on each Kubernetes. */
class RenderingTest {
    private static final Set<String> LABELS = Set.of("name", "instance", "component", "version", "part-of", "managed-by");

    private static final Map<String, Manifests> RENDERED = new HashMap<>();

    private static Manifests rendered(Path file, String version) {
        return RENDERED.computeIfAbsent(file + " " + version, _ -> Chart.withFile(file).on(version).render());
    }

    private static Manifests rendered(Path file) {
        return rendered(file, Chart.KUBERNETES.getFirst());
    }

    static Stream<Path> files() {
        return Stream.concat(Chart.files("ci").stream(), Chart.files("examples").stream());
    }

    static Stream<Arguments> filesAndKubernetes() {
        return files().flatMap(file -> Chart.KUBERNETES.stream().map(version -> Arguments.of(file, version)));
    }

    @ParameterizedTest
    @MethodSource("filesAndKubernetes")
    void everyFieldIsKnownOfTheRightTypeAndNoneIsMissing(Path file, String version) {
        Manifests manifests = rendered(file, version);

        List<String> faults = manifests.documents().stream().filter(KubernetesTypes::knows).flatMap(object -> KubernetesTypes.faults(object).stream()).toList();

        assertEquals(List.of(), faults);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyKindIsHeldAgainstAType(Path file) {
        Set<String> unknown = new TreeSet<>();
        rendered(file).documents().stream().filter(object -> !KubernetesTypes.knows(object)).forEach(object -> unknown.add(object.at("/kind").asText()));

        // The notes are ours; the two of GKE come from extraObjects of an example.
        unknown.removeAll(Set.of("Notes", "GCPBackendPolicy", "HealthCheckPolicy"));
        assertEquals(Set.of(), unknown);
    }

    @ParameterizedTest
    @MethodSource("filesAndKubernetes")
    void everyPodIsRestricted(Path file, String version) {
        Manifests manifests = rendered(file, version);
        JsonNode hub = manifests.pod().at("/spec");
        JsonNode test = manifests.at("Pod", "/spec");

        assertEquals(List.of(), PodSecurity.faults(hub));
        assertEquals(List.of(), PodSecurity.faults(test));
    }

    @ParameterizedTest
    @MethodSource("filesAndKubernetes")
    void twoRenderingsAreTheSameBytes(Path file, String version) {
        Chart chart = Chart.withFile(file).on(version);

        assertEquals(chart.text(), chart.text());
    }

    @ParameterizedTest
    @MethodSource("files")
    void nothingDependsOnTheVersionOfKubernetes(Path file) {
        List<String> texts = Chart.KUBERNETES.stream().map(version -> Chart.withFile(file).on(version).text()).distinct().toList();

        assertEquals(1, texts.size());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyObjectOfTheChartHasTheSixLabelsAndItsNamespace(Path file) {
        for (JsonNode object : rendered(file).documents()) {
            JsonNode labels = object.at("/metadata/labels");
            if (object.at("/kind").asText().equals("Notes") || !labels.has("helm.sh/chart")) {
                continue; // of extraObjects
            }
            LABELS.forEach(label -> assertTrue(labels.has("app.kubernetes.io/" + label), () -> label + " of " + object));
            assertEquals("realtime", object.at("/metadata/namespace").asText(), object.toString());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyPodHasTheSixLabelsAndNoneOfTheChartsVersion(Path file) {
        JsonNode labels = rendered(file).pod().at("/metadata/labels");

        LABELS.forEach(label -> assertTrue(labels.has("app.kubernetes.io/" + label), label));
        assertFalse(labels.has("helm.sh/chart"), "a new version of the chart would restart every pod");
    }

    @ParameterizedTest
    @MethodSource("files")
    void noNumberIsWrittenWithAnExponent(Path file) {
        List<String> numbers = rendered(file).text().lines().filter(line -> line.matches(".*[:=] *\"?[0-9](\\.[0-9]+)?e\\+?[0-9]+\"?")).toList();

        assertEquals(List.of(), numbers);
    }

    @ParameterizedTest
    @MethodSource("files")
    void portsAreReferredToByName(Path file) {
        Manifests manifests = rendered(file);

        manifests.service().at("/spec/ports").forEach(port -> assertEquals("http", port.at("/targetPort").asText()));
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertEquals("management", manifests.container().at("/" + probe + "/httpGet/port").asText());
        }
    }

    @Test
    void theValkeyOfALaptopIsKnownAndRestrictedToo() {
        Manifests valkey = Manifests.parse(Chart.read(Chart.SOURCE.resolve("examples/dev-valkey.yaml")));

        assertEquals(List.of(), valkey.documents().stream().flatMap(object -> KubernetesTypes.faults(object).stream()).toList());
        assertEquals(List.of(), PodSecurity.faults(valkey.pod().at("/spec")));
        assertEquals(valkey.one("Service").at("/spec/selector"), valkey.at("Deployment", "/spec/selector/matchLabels"));
        assertEquals("[\"valkey:6379\"]", Manifests.read(Chart.read(Chart.SOURCE.resolve("examples/kind-dev-values.yaml"))).at("/redis/hosts").toString());
    }

    @Test
    void strictLintHasNothingToSay() {
        LintResult result = new Helm(Chart.SOURCE).lint().strict().call();

        assertFalse(result.isFailed(), () -> String.join("\n", result.getMessages()));
    }

    @Test
    void whatIsSwitchedOffRendersNothing() {
        assertEquals(List.of(), Chart.bare().and("{enabled: false}").render().documents().stream().filter(it -> !it.at("/kind").asText().equals("Notes")).toList());
    }

    @Test
    void theAppVersionIsTheProjectsVersion() {
        String pom = Chart.read(Path.of("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + "<version>".length(), pom.indexOf("</version>"));

        assertEquals(version, Manifests.read(Chart.read(Chart.SOURCE.resolve("Chart.yaml"))).at("/appVersion").asText());
    }

    @Test
    void aNewVersionOfTheChartAloneChangesNoPod() {
        assertEquals(Chart.with().render().pod(), Chart.with().render(newer("version")).pod());
    }

    @Test
    void aNewVersionOfTheHubChangesNoPodOfAnImageWithADigest() {
        Chart chart = Chart.with("image: {digest: 'sha256:" + "0123456789abcdef".repeat(4) + "'}");

        assertEquals("0123456789ab", chart.render().pod().at("/metadata/labels").get("app.kubernetes.io/version").asText());
        assertEquals(chart.render().pod(), chart.render(newer("appVersion")).pod());
        assertNotEquals(Chart.with().render().pod(), Chart.with().render(newer("appVersion")).pod(), "without one it is another image");
    }

    /** The chart with another of its two versions. */
    private static Path newer(String version) {
        Path newer = Path.of("target", "chart", "newer-" + version);
        try (Stream<Path> files = Files.walk(Chart.SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = newer.resolve(Chart.SOURCE.relativize(file));
                Files.createDirectories(to.getParent());
                Files.writeString(to, file.endsWith("Chart.yaml") ? Chart.read(file).replace("\n" + version + ": ", "\n" + version + ": 9") : Chart.read(file));
            }
            return newer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
