package dev.tidings.bench.scenarios;

import dev.tidings.bench.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The command line, read, and what follows from it.
 *
 * @param brief   whether the short form was asked for
 * @param timed   whether what must happen within a time is required, or only shown
 * @param clients in each scenario
 * @param names   the scenarios to run
 * @param window  seconds of a drain
 * @param hub     the jar or executable to start
 * @param jvm     options for its JVM
 * @param set     settings for every hub, as {@code name=value}
 * @param results folder of the report
 * @param words   the command line itself
 */
record Settings(boolean brief, boolean timed, int clients, List<String> names, int window, String hub, List<String> jvm, List<String> set, String results, List<String> words) {
    private static final int CLIENTS = 5_000;
    private static final int CLIENTS_BRIEF = 500;
    private static final int CLIENTS_MIN = 40;
    /** Clients and balancer may each have 20,000 files open, and the balancer has two for each client; more while clients move. */
    private static final int CLIENTS_MAX = 7_500;
    private static final int WINDOW = 30;
    private static final int WINDOW_BRIEF = 10;
    private static final int WINDOW_MAX = 300;
    /** The lower compiler alone: processes that live for a minute should not spend it compiling. */
    private static final String JVM = "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:TieredStopAtLevel=1 -Xms32m -Xmn16m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10";
    private static final int CHANNELS = 50;

    static final String USAGE = """
            bench/scenarios [--short] [--option value ...]
              --scenario   names with commas (all)
              --short      about 500 clients and short outages, a few minutes
              --untimed    what must happen within a time is shown, and not required: for a machine that does other things meanwhile
              --clients    clients of each scenario (5000; 500 when short)
              --window     seconds of a drain (30; 10 when short)
              --hub        jar or native executable to start (target/quarkus-app/quarkus-run.jar); also --jar, --exec
              --jvm        options for the hubs' JVM (%s)
              --set        a setting for every hub as name=value; may be given several times
              --results    folder of the report (bench/results)
            scenarios:
            """.formatted(JVM);

    static Settings parse(List<String> words, List<String> known) {
        boolean brief = words.contains("--short");
        boolean timed = !words.contains("--untimed");
        int clients = brief ? CLIENTS_BRIEF : CLIENTS;
        int window = brief ? WINDOW_BRIEF : WINDOW;
        List<String> names = known;
        String hub = "target/quarkus-app/quarkus-run.jar";
        String jvm = JVM;
        String results = "bench/results";
        var set = new ArrayList<String>();
        List<String> pairs = words.stream().filter(word -> !word.equals("--short") && !word.equals("--untimed")).toList();
        if (pairs.size() % 2 != 0) {
            throw new UsageException("every option but --short and --untimed has a name and a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            String value = pairs.get(i + 1);
            switch (pairs.get(i)) {
                case "--scenario" -> names = chosen(value, known);
                case "--clients" -> clients = number("--clients", value, CLIENTS_MIN, CLIENTS_MAX);
                case "--window" -> window = number("--window", value, 1, WINDOW_MAX);
                case "--hub", "--jar", "--exec" -> hub = value;
                case "--jvm" -> jvm = value;
                case "--set" -> set.add(value);
                case "--results" -> results = value;
                default -> throw new UsageException("there is no option " + pairs.get(i));
            }
        }
        return new Settings(brief, timed, clients, names, window, hub, Arrays.asList(jvm.strip().split("\\s+")), List.copyOf(set), results, List.copyOf(words));
    }

    static List<String> chosen(String value, List<String> known) {
        List<String> names = List.of(value.split(","));
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new UsageException("there is no scenario " + name);
        });
        return names;
    }

    static int number(String option, String value, int min, int max) {
        if (!value.matches("\\d{1,6}") || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw new UsageException(option + " is " + value + ", allowed is " + min + " to " + max);
        }
        return Integer.parseInt(value);
    }

    /** Channels; each client has two of them. */
    int channels() {
        return CHANNELS;
    }

    /**
     * Publications a second in all channels together. What has to happen within a second needs cores that are not busy: on two of them hubs, balancer, Redis and 5,000
     * clients have none to spare from 10,000 deliveries a second on.
     */
    double rate() {
        return brief ? 100 : 20;
    }

    /** Clients that connect a second, where admission is the default one. */
    int pace() {
        return 400;
    }

    /** Seconds for which Redis is away. */
    int outage() {
        return brief ? 10 : 30;
    }

    /** Seconds for which Redis is frozen, or a link is stalled. */
    int freeze() {
        return brief ? 8 : 15;
    }

    /** Seconds of plain load before and after something is done. */
    int calm() {
        return brief ? 3 : 5;
    }

    /** Seconds that a session is left alone before it is moved for balance. */
    int restSeconds() {
        return brief ? 20 : 60;
    }

    /** The command that repeats this run. */
    String command() {
        var command = new StringBuilder("bench/scenarios");
        words.forEach(word -> command.append(' ').append(word.matches("[\\w./:=,@+-]+") ? word : "'" + word.replace("'", "'\\''") + "'"));
        return command.toString();
    }
}
