package dev.tidings.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The Grafana dashboard of the chart. */
record Dashboard(JsonNode root) {
    static Dashboard read() throws IOException {
        return new Dashboard(new ObjectMapper().readTree(Path.of("helm", "tidings", "dashboards", "tidings.json").toFile()));
    }

    static Stream<JsonNode> each(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    /** Titles of the rows, in order. */
    List<String> rows() {
        return each(root.get("panels")).filter(Dashboard::isRow).map(Dashboard::title).toList();
    }

    /** Everything that shows something. */
    List<JsonNode> panels() {
        return each(root.get("panels")).filter(panel -> !isRow(panel)).toList();
    }

    static List<String> queries(JsonNode panel) {
        return each(panel.get("targets")).map(target -> target.get("expr").asText()).toList();
    }

    static String title(JsonNode panel) {
        return panel.get("title").asText();
    }

    private static boolean isRow(JsonNode panel) {
        return panel.get("type").asText().equals("row");
    }
}
