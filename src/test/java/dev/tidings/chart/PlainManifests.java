package dev.tidings.chart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code k8s/tidings.yaml}: what the chart renders for {@code k8s/values.yaml}, without what only means something to Helm. */
final class PlainManifests {
    static final Path FILE = Path.of("k8s", "tidings.yaml");
    private static final Path VALUES = Path.of("k8s", "values.yaml");
    private static final String HEAD = """
            # Made from the chart with k8s/values.yaml by ./mvnw test -Dtest=ChartFilesWriter -Dchart.write=true
            # Change those, not this file: a test compares them.
            """;

    private PlainManifests() {
    }

    static String rendered() {
        String text = Chart.withFile(VALUES).named("tidings", "tidings").text();
        return HEAD + text.replaceAll("(?m)^# Source: .*\\n", "").replaceAll("(?m)^ +helm.sh/chart: .*\\n", "")
                .replace("app.kubernetes.io/managed-by: Helm", "app.kubernetes.io/managed-by: kubectl").strip() + "\n";
    }

    static void write() throws IOException {
        Files.createDirectories(FILE.getParent());
        Files.writeString(FILE, rendered());
    }
}
