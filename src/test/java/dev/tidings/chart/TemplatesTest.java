package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that the sources of the chart keep, and the agreement of templates, values, schema and README. */
class TemplatesTest {
    private static final Pattern COMMENT = Pattern.compile("(?s)\\{\\{-? ?/\\*.*?\\*/ ?-?\\}\\}");
    private static final Pattern USE = Pattern.compile("(?:\\.|\\$\\.|\\$v\\.|root\\.)Values((?:\\.[a-zA-Z]+)+)|\\$v((?:\\.[a-zA-Z]+)+)");
    private static final Map<Path, String> TEMPLATES = Chart.templates().stream()
            .collect(Collectors.toMap(file -> file, file -> COMMENT.matcher(Chart.read(file)).replaceAll(""), (a, b) -> a, LinkedHashMap::new));
    private static final JsonNode VALUES = Manifests.read(Chart.read(Chart.SOURCE.resolve("values.yaml")));

    @ParameterizedTest
    @ValueSource(strings = {"lookup", "randAlphaNum", "randAlpha", "randAscii", "genPrivateKey", "genSelfSignedCert", "genCA", "uuidv4", "now", "\\.Capabilities", "\\.IsInstall",
        "\\.IsUpgrade", "\\.Revision", "htpasswd", "getHostByName"})
    void nothingMakesARenderingDependOnAnythingButTheValues(String word) {
        Pattern used = Pattern.compile("(?s)\\{\\{(?:(?!\\}\\}).)*(?<![\\w\"./-])" + word + "(?![\\w\"-])(?:(?!\\}\\}).)*\\}\\}");

        assertEquals(List.of(), TEMPLATES.entrySet().stream().filter(template -> used.matcher(template.getValue()).find()).map(Map.Entry::getKey).toList());
    }

    /** The values that are numbers or switches: paths below {@code .Values}. */
    private static List<String> numbersAndSwitches() {
        return leaves(VALUES, "").entrySet().stream().filter(leaf -> leaf.getValue().isNumber() || leaf.getValue().isBoolean()).map(Map.Entry::getKey).toList();
    }

    @Test
    void defaultIsNeverAskedForANumberOrASwitch() {
        List<String> wrong = new ArrayList<>();
        for (String path : numbersAndSwitches()) {
            String value = "(?:\\.|\\$\\.|\\$v\\.)Values" + Pattern.quote(path) + "(?![a-zA-Z.])";
            Pattern used = Pattern.compile("default [^|{}]*" + value + "|" + value + "[^{}]*\\| *default");
            TEMPLATES.forEach((file, text) -> {
                if (used.matcher(text).find()) {
                    wrong.add(file + ": " + path);
                }
            });
        }

        assertEquals(List.of(), wrong);
    }

    @Test
    void everyNumberGoesThroughInt64() {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, JsonNode> leaf : leaves(VALUES, "").entrySet()) {
            if (leaf.getValue().isNumber()) {
                Pattern plain = Pattern.compile("\\{\\{-? *(?:\\.|\\$\\.)Values" + Pattern.quote(leaf.getKey()) + " *-?\\}\\}");
                TEMPLATES.forEach((file, text) -> {
                    if (plain.matcher(text).find()) {
                        wrong.add(file + ": " + leaf.getKey());
                    }
                });
            }
        }

        assertEquals(List.of(), wrong);
    }

    /** Every path below {@code .Values} that a template names. */
    private static Set<String> used() {
        Set<String> used = new TreeSet<>();
        TEMPLATES.values().forEach(text -> {
            Matcher matcher = USE.matcher(text);
            while (matcher.find()) {
                used.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            }
        });
        return used;
    }

    @Test
    void everyUsedValueIsDeclared() {
        List<String> undeclared = used().stream().filter(path -> {
            JsonNode node = VALUES.at(path.replace('.', '/'));
            return node.isMissingNode() && !isBelowFreeForm(path);
        }).toList();

        assertEquals(List.of(), undeclared);
    }

    /** A map that is empty by default holds what the user writes. */
    private static boolean isBelowFreeForm(String path) {
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            JsonNode parent = VALUES.at(path.substring(0, dot).replace('.', '/'));
            if (parent.isObject() && parent.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void everyDeclaredValueIsUsed() {
        Set<String> used = used();
        // `global` is of the umbrella chart; a value of auth.dev is used when the whole is.
        List<String> unused = leaves(VALUES, "").keySet().stream().filter(path -> !path.equals(".global"))
                .filter(path -> used.stream().noneMatch(use -> path.equals(use) || path.startsWith(use + ".") && isTakenAsAWhole(use))).toList();

        assertEquals(List.of(), unused);
    }

    /** Whether a template hands a map on without naming its members: those are used then. */
    private static boolean isTakenAsAWhole(String path) {
        Pattern whole = Pattern.compile("(?:toYaml|toJson|deepCopy|with|range|include \"[a-z.]+\"|get)[^{}]*(?:\\.|\\$\\.)Values" + Pattern.quote(path) + "(?![a-zA-Z.])");
        boolean taken = TEMPLATES.values().stream().anyMatch(text -> whole.matcher(text).find());
        if (!taken && path.equals(".sessionAffinity.cookie")) { // a variable stands for it
            return true;
        }
        return taken;
    }

    private static Map<String, JsonNode> leaves(JsonNode node, String path) {
        Map<String, JsonNode> leaves = new LinkedHashMap<>();
        if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(entry -> leaves.putAll(leaves(entry.getValue(), path + "." + entry.getKey())));
        } else {
            leaves.put(path, node);
        }
        return leaves;
    }

    @Test
    void theSchemaKnowsEveryValueAndNoOther() {
        JsonNode schema = Manifests.read(Chart.read(Chart.SOURCE.resolve("values.schema.json")));
        List<String> differences = new ArrayList<>();
        compare(VALUES, schema, "", differences);

        assertEquals(List.of(), differences);
    }

    private static void compare(JsonNode values, JsonNode schema, String path, List<String> differences) {
        JsonNode properties = schema.at("/properties");
        if (properties.isMissingNode() || !values.isObject()) {
            return; // free, or described by an example
        }
        if (schema.at("/additionalProperties").asBoolean(true)) {
            differences.add(path + " is open");
        }
        Set<String> declared = new TreeSet<>();
        Set<String> known = new TreeSet<>();
        values.fieldNames().forEachRemaining(declared::add);
        properties.fieldNames().forEachRemaining(known::add);
        declared.stream().filter(name -> !known.contains(name)).forEach(name -> differences.add(path + "." + name + " is not in the schema"));
        // These have members that are absent by default.
        if (!Set.of(".httpRoute.timeouts", ".autoscaling.behavior.scaleUp", ".autoscaling.behavior.scaleDown", ".resources", ".autoscaling.keda.authenticationRef").contains(path)) {
            known.stream().filter(name -> !declared.contains(name)).forEach(name -> differences.add(path + "." + name + " is not in values.yaml"));
        }
        declared.forEach(name -> compare(values.get(name), properties.path(name), path + "." + name, differences));
    }

    @Test
    void theReadmesTableIsMadeFromTheComments() {
        assertEquals(List.of(), ValuesTable.undocumented());
        assertTrue(ValuesTable.isWritten(), "run ./mvnw test -Dtest=ChartFilesWriter -Dchart.write=true");
    }
}
