package dev.tidings.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Every option of the command line: where it applies, its default, its bounds and its meaning. The usage text is made of this list. */
enum Option {
    RUNS("", "3", 1, 99, "runs of each variant, taken in turn; figures are medians"),
    NAME("", "", "end of the report's file name; the scenario's name if empty"),
    RESULTS("", "bench/results", "folder of the report"),
    HUB("", "target/quarkus-app/quarkus-run.jar", "jar or native executable to start"),
    JVM("", "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms32m -Xmn16m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10",
            "options for the hub's JVM"),
    SET("", "", "a setting for the hub as name=value; may be given several times"),
    VARIANT("", "", "name=words: compare with a hub started with these words too (-Dname=value, JVM options, a jar or executable); "
            + "may be given several times"),
    BASE("", "", "URL of a hub that runs already, instead of starting one"),
    PID("", "", "the process of that hub"),
    THREADS("", "1", 1, 16, "event loops of the subscribers"),

    CONNECTIONS("idle", "10000", 1, Option.CONNECTIONS_MAX, "idle connections"),
    CHANNELS("idle", "100", 1, 10_000, "channels they are spread over"),
    HISTORY("idle", "10", 0, 100, "publications in each channel's history before"),
    WARM_UP("idle", "1000", 0, Option.CONNECTIONS_MAX, "connections opened and closed before anything is measured"),
    HOLD("idle", "30", 0, 3_600, "seconds to hold them"),

    SUBSCRIBERS("fanout", "2000", 1, Option.CONNECTIONS_MAX, "subscribers of the one channel"),
    PUBLICATIONS("fanout", "1000", 1, 1_000_000, "publications of each mode"),
    MODE("fanout", "both", Set.of("paced", "burst", "both"), "paced: one by one at --rate; burst: as fast as batches can"),
    RATE("fanout", "25", 1, 100_000, "publications a second when paced"),
    BATCH("fanout", "100", 1, 100, "publications of one request in a burst"),
    BACK_ENDS("fanout", "4", 1, 64, "back ends that publish a burst at the same time"),
    WARM_UP_PUBLICATIONS("fanout", "500", 0, 1_000_000, "publications of each mode before anything is measured"),
    PAYLOAD("fanout publish redis", "120", 40, 60_000, "bytes of a publication's data"),

    SECONDS("publish redis", "5", 1, 600, "seconds of each measurement"),

    CLIENTS("storm", "5000", 1, Option.CONNECTIONS_MAX, "clients that connect at once"),
    PATIENCE("storm", "300", 1, 3_600, "seconds until those still waiting count as lost"),

    TRANSPORT("idle fanout storm", "mixed", Set.of("mixed", "sse", "websocket"),
            "what subscribers use; mixed is half SSE, half WebSocket, of which half extended"),
    PACE("idle fanout", "0", 0, 100_000, "handshakes a second; 0 = as fast as the hub answers, or 400 with --base");

    /** Where a process may have 20,000 files open, the hub admits 18,000 connections. */
    static final int CONNECTIONS_MAX = 17_900;

    /** In the order in which {@code all} runs them. */
    static final List<String> SCENARIOS = List.of("idle", "fanout", "publish", "storm", "redis");

    private final List<String> scenarios;
    private final String fallback;
    private final Set<String> choices;
    private final boolean numeric;
    private final int min;
    private final int max;
    private final String meaning;

    Option(String scenarios, String fallback, String meaning) {
        this(scenarios, fallback, Set.of(), false, 0, 0, meaning);
    }

    Option(String scenarios, String fallback, Set<String> choices, String meaning) {
        this(scenarios, fallback, choices, false, 0, 0, meaning);
    }

    Option(String scenarios, String fallback, int min, int max, String meaning) {
        this(scenarios, fallback, Set.of(), true, min, max, meaning);
    }

    Option(String scenarios, String fallback, Set<String> choices, boolean numeric, int min, int max, String meaning) {
        this.scenarios = Variant.split(scenarios);
        this.fallback = fallback;
        this.choices = choices;
        this.numeric = numeric;
        this.min = min;
        this.max = max;
        this.meaning = meaning;
    }

    /** The option that is written {@code --like-this}. */
    static Option named(String word) {
        return Arrays.stream(values()).filter(option -> option.word().equals(word)).findFirst()
                .orElseThrow(() -> new UsageException("there is no option " + word));
    }

    /** How it is written. */
    String word() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String fallback() {
        return fallback;
    }

    boolean appliesTo(String scenario) {
        return scenarios.isEmpty() || scenarios.contains(scenario);
    }

    /** The value, if it is allowed. */
    String checked(String value) {
        if (numeric && (!value.matches("\\d{1,9}") || Integer.parseInt(value) < min || Integer.parseInt(value) > max)) {
            throw new UsageException(word() + " is " + value + ", allowed is " + min + " to " + max);
        }
        if (!choices.isEmpty() && !choices.contains(value)) {
            throw new UsageException(word() + " is " + value + ", allowed is one of " + choices.stream().sorted().toList());
        }
        return value;
    }

    /** Its line of the usage text. */
    String usage() {
        String where = scenarios.isEmpty() ? "" : String.join(", ", scenarios) + ": ";
        String otherwise = fallback.isEmpty() ? "" : " (" + fallback + ")";
        return "  %-23s %s%s%s".formatted(word(), where, meaning, otherwise);
    }
}
