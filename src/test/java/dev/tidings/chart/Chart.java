package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertThrows;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The chart with values, to be rendered. What is rendered is a copy in which {@code helm test}'s pod is an ordinary object, because hooks are left out of a
 * rendering, and the notes are one too. Immutable.
 */
final class Chart {
    /** Where the chart is. */
    static final Path SOURCE = Path.of("helm", "tidings");
    /** The oldest, a middle and the newest Kubernetes that the chart is rendered for, and one that is still to come. */
    static final List<String> KUBERNETES = List.of("1.30.0", "1.33.0", "1.36.0", "1.40.0");
    /** The two things that have no default. */
    private static final String REQUIRED = """
            redis: {hosts: ["redis:6379"]}
            auth: {existingSecret: keys}
            """;
    private static final Path COPY = copy();

    private final List<Path> values;
    private final String release;
    private final String namespace;
    private final String kubernetes;

    private Chart(List<Path> values, String release, String namespace, String kubernetes) {
        this.values = values;
        this.release = release;
        this.namespace = namespace;
        this.kubernetes = kubernetes;
    }

    /** With nothing but its defaults, which it refuses. */
    static Chart bare() {
        return new Chart(List.of(), "live", "realtime", "1.33.0");
    }

    /** With what has no default, and these values. */
    static Chart with(String... yaml) {
        Chart chart = bare().and(REQUIRED);
        for (String each : yaml) {
            chart = chart.and(each);
        }
        return chart;
    }

    /** With a file of values. */
    static Chart withFile(Path file) {
        return new Chart(List.of(file), "live", "realtime", "1.33.0");
    }

    /** With these values on top. */
    Chart and(String yaml) {
        try {
            Path file = Files.createTempFile(Files.createDirectories(Path.of("target", "chart")), "values-", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, yaml);
            List<Path> more = new ArrayList<>(values);
            more.add(file);
            return new Chart(List.copyOf(more), release, namespace, kubernetes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Chart named(String name, String in) {
        return new Chart(values, name, in, kubernetes);
    }

    Chart on(String version) {
        return new Chart(values, release, namespace, version);
    }

    /** All objects, {@code helm test}'s pod and the notes included. */
    Manifests render() {
        return render(COPY);
    }

    /** The same of another chart. */
    Manifests render(Path chart) {
        return Manifests.parse(text(chart));
    }

    /** The text that {@code helm template} prints, apart from hooks. */
    String text() {
        return text(SOURCE);
    }

    /** The notes, as they are printed after an installation. */
    String notes() {
        return render().one("Notes").at("/text").asText();
    }

    /** Why it is refused. */
    String refusal() {
        return assertThrows(RuntimeException.class, this::text, "nothing was refused").getMessage();
    }

    private String text(Path chart) {
        TemplateCommand command = new Helm(chart).template().withName(release).withNamespace(namespace).withKubeVersion(kubernetes);
        for (Path file : values) {
            command.withValuesFile(file);
        }
        return command.call();
    }

    /** All files of values in one of the chart's folders. */
    static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(SOURCE.resolve(folder))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-values.yaml") && !file.getFileName().toString().startsWith("prometheus-adapter"))
                    .sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The templates by their path. */
    static List<Path> templates() {
        try (Stream<Path> files = Files.walk(SOURCE.resolve("templates"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path copy() {
        Path copy = Path.of("target", "chart", "tidings");
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(SOURCE.relativize(file));
                Files.createDirectories(to.getParent());
                Files.writeString(to, read(file).replaceAll("\"helm.sh/hook", "\"example.com/hook"));
            }
            Path notes = copy.resolve("templates/NOTES.txt");
            Files.writeString(copy.resolve("templates/notes.yaml"), "{{- define \"notes\" }}" + read(notes) + "{{- end }}\n"
                    + "apiVersion: example.com/v1\nkind: Notes\nmetadata:\n  name: notes\ntext: {{ include \"notes\" . | toJson }}\n");
            Files.delete(notes);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
