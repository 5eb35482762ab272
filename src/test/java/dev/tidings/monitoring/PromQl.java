package dev.tidings.monitoring;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of metrics in a query. Not a parser: what can't be a metric's name is taken away, and names are what is left. */
final class PromQl {
    private static final Pattern COMMENT = Pattern.compile("#[^\n]*");
    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`[^`]*`");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern LABELS = Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w.:$])[a-zA-Z_:][\\w:]*(?![\\w:]|\\s*\\()");
    private static final Pattern AGGREGATION = Pattern.compile("\\s*(?:by|without)?\\s*\\(");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan", "atan2", "start", "end");
    private static final Set<String> AGGREGATIONS = Set.of("sum", "min", "max", "avg", "count", "group", "stddev", "stdvar", "topk", "bottomk", "quantile", "count_values");

    private PromQl() {
    }

    /** The metrics that the query reads. */
    static Set<String> metrics(String query) {
        String bare = query;
        for (Pattern none : new Pattern[] {TEXT, COMMENT, MATCHERS, RANGE}) {
            bare = none.matcher(bare).replaceAll(" ");
        }
        bare = LABELS.matcher(bare).replaceAll(" ");
        Set<String> names = new TreeSet<>();
        Matcher name = NAME.matcher(bare);
        while (name.find()) {
            boolean aggregation = AGGREGATIONS.contains(name.group()) && AGGREGATION.matcher(bare).region(name.end(), bare.length()).lookingAt();
            if (!aggregation && !WORDS.contains(name.group().toLowerCase())) {
                names.add(name.group());
            }
        }
        return names;
    }
}
