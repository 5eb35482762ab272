package dev.tidings.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of all values in the chart's README, made from the comments in {@code values.yaml} that begin with {@code # --}. */
final class ValuesTable {
    private static final Path README = Chart.SOURCE.resolve("README.md");
    private static final Path VALUES = Chart.SOURCE.resolve("values.yaml");
    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- end of values -->";

    private ValuesTable() {
    }

    private record Row(String path, String text) {
    }

    /** One row for each comment, in the order of the file. */
    private static List<Row> rows(List<String> undocumented) {
        List<Row> rows = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        StringBuilder comment = null;
        int covered = -1; // the indentation of a documented key: what is below it needs no comment
        for (String line : Chart.read(VALUES).lines().toList()) {
            String text = line.strip();
            int indent = line.indexOf(text);
            if (text.startsWith("# -- ")) {
                comment = new StringBuilder(text.substring("# -- ".length()));
            } else if (text.startsWith("# ") && comment != null) {
                comment.append(' ').append(text.substring("# ".length()));
            } else if (text.matches("[a-zA-Z]+:.*")) {
                while (keys.size() > indent / 2) {
                    keys.removeLast();
                }
                keys.add(text.substring(0, text.indexOf(':')));
                if (covered >= 0 && indent <= covered) {
                    covered = -1;
                }
                if (comment != null) {
                    rows.add(new Row(String.join(".", keys), comment.toString()));
                    covered = indent;
                } else if (covered < 0 && !text.endsWith(":")) {
                    undocumented.add(String.join(".", keys));
                }
                comment = null;
            } else {
                comment = null;
            }
        }
        return rows;
    }

    /** Values that no comment says anything about. */
    static List<String> undocumented() {
        List<String> undocumented = new ArrayList<>();
        rows(undocumented);
        return undocumented;
    }

    private static String table() {
        JsonNode values = Manifests.read(Chart.read(VALUES));
        StringBuilder table = new StringBuilder(BEGIN).append("| value | default | |\n|---|---|---|\n");
        for (Row row : rows(new ArrayList<>())) {
            JsonNode value = values.at("/" + row.path().replace('.', '/'));
            String shown = value.isObject() && !value.isEmpty() || value.isArray() && value.size() > 1 ? "see values.yaml" : "`" + value + "`";
            table.append("| `").append(row.path()).append("` | ").append(shown).append(" | ").append(row.text().replace("|", "\\|")).append(" |\n");
        }
        return table.append(END).toString();
    }

    private static String readmeWithTable() {
        String readme = Chart.read(README);
        return readme.substring(0, readme.indexOf(BEGIN)) + table() + readme.substring(readme.indexOf(END) + END.length());
    }

    /** Whether the README has it. */
    static boolean isWritten() {
        return Chart.read(README).equals(readmeWithTable());
    }

    static void write() throws IOException {
        Files.writeString(README, readmeWithTable());
    }
}
