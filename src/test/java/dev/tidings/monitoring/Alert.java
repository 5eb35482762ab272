package dev.tidings.monitoring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** A rule of {@code helm/tidings/rules/alerts.yaml}. */
record Alert(String name, String query, Map<String, String> labels, Map<String, String> annotations) {
    static final Path FILE = Path.of("helm", "tidings", "rules", "alerts.yaml");

    @SuppressWarnings("unchecked")
    static List<Alert> all() throws IOException {
        Map<String, List<Map<String, Object>>> read = new Yaml().load(Files.readString(FILE));
        return read.get("groups").stream().flatMap(group -> ((List<Map<String, Object>>) group.get("rules")).stream())
                .map(rule -> new Alert((String) rule.get("alert"), (String) rule.get("expr"), (Map<String, String>) rule.get("labels"),
                        (Map<String, String>) rule.get("annotations"))).toList();
    }
}
