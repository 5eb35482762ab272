package dev.tidings.bench;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line: runs scenarios against hubs, prints what they measured and appends it to a report. */
final class Bench {
    private static final int EXIT_FAULTY = 1;
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_NOT_MEASURED = 3;
    private static final int VERSION_SECONDS_MAX = 10;

    private final Options options;

    private Bench(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    /** 0 if everything was measured and nothing was lost or doubled. */
    private static int run(List<String> words) {
        try {
            return new Bench(Options.parse(words)).runAll() ? EXIT_FAULTY : 0;
        } catch (UsageException e) {
            System.err.println(e.getMessage() + "\n\n" + usage());
            return EXIT_USAGE;
        } catch (BenchException e) {
            System.err.println(e.getMessage());
            return EXIT_NOT_MEASURED;
        }
    }

    private static String usage() {
        return "bench/run %s|%s [--option value ...]\n%s".formatted(String.join("|", Option.SCENARIOS), Options.ALL,
                Arrays.stream(Option.values()).map(Option::usage).collect(Collectors.joining("\n")));
    }

    private boolean runAll() {
        boolean faulty = false;
        for (String name : options.scenario().equals(Options.ALL) ? Option.SCENARIOS : List.of(options.scenario())) {
            faulty |= runScenario(name);
        }
        return faulty;
    }

    /** Runs the variants in turn, so that whatever else the machine does falls on all of them. */
    private boolean runScenario(String name) {
        Scenario scenario = Scenario.named(name, options);
        var report = new Report(name);
        report.circumstance("machine", Machine.describe());
        Map<Variant, List<Figures>> runs = new LinkedHashMap<>();
        for (int run = 1; run <= options.number(Option.RUNS); run++) {
            for (Variant variant : options.variants()) {
                System.err.printf("%s, %s, run %d%n", name, variant.name(), run);
                Figures figures = runOnce(scenario, variant, report);
                System.err.print(figures);
                runs.computeIfAbsent(variant, any -> new ArrayList<>()).add(figures);
            }
        }
        report.circumstance("load client", "in Java " + Runtime.version() + ", event loops: " + options.number(Option.THREADS));
        report.circumstance("runs", options.number(Option.RUNS) + " of each; median (lowest to highest), of faults the sum");
        runs.forEach((variant, figures) -> report.add(variant.name(), figures));
        String section = report.markdown(options.command());
        System.out.println(section);
        String file = options.text(Option.NAME).isEmpty() ? options.scenario() : options.text(Option.NAME);
        System.err.println("appended to " + Report.append(Path.of(options.text(Option.RESULTS)), file, section));
        return report.faulty();
    }

    private Figures runOnce(Scenario scenario, Variant variant, Report report) {
        try (Hub hub = hub(scenario, variant); var network = new Network(hub.base(), options.number(Option.THREADS))) {
            report.circumstance(variant.name(), hubVersion(network) + ", " + hub.gauge().runtime() + started(variant));
            return scenario.run(hub, network);
        }
    }

    private Hub hub(Scenario scenario, Variant variant) {
        if (options.given(Option.BASE)) {
            return Hub.attach(URI.create(options.text(Option.BASE)), Long.parseLong(options.text(Option.PID)));
        }
        List<String> settings = Stream.of(
                Stream.of("-Dtidings.insecure=true"),
                scenario.settings().stream(),
                options.all(Option.SET).stream().map(setting -> "-D" + setting),
                variant.options().stream()).flatMap(any -> any).toList();
        return Hub.start(variant.program(options.text(Option.HUB)), Variant.split(options.text(Option.JVM)), settings);
    }

    private String started(Variant variant) {
        if (options.given(Option.BASE)) {
            return ", running before";
        }
        String words = Stream.concat(Variant.split(options.text(Option.JVM)).stream(), variant.words().stream()).collect(Collectors.joining(" "));
        return ", started with `" + words + "`";
    }

    /** What the hub calls itself when a WebSocket connects, and the revision of the sources. If it can't be had, the figures still can. */
    private static String hubVersion(Network network) {
        var version = new CompletableFuture<String>();
        network.connect(new Subscriber(Transport.WEBSOCKET_PLAIN, BenchNamespace.channel("version"), new VersionProbe(version)));
        String revision = System.getProperty("bench.revision", "");
        return version.completeOnTimeout("version unknown: no WebSocket was subscribed", VERSION_SECONDS_MAX, TimeUnit.SECONDS).join()
                + (revision.isEmpty() ? "" : " (" + revision + ")");
    }

    /** Asks for the hub's version by subscribing, and leaves. */
    private record VersionProbe(CompletableFuture<String> version) implements Subscriber.Observer {
        @Override
        public void subscribed(Subscriber subscriber) {
            version.complete(subscriber.hubVersion());
            subscriber.close();
        }

        @Override
        public void refused(Subscriber subscriber, RetryWindow window) {
            failed(subscriber, "refused softly");
        }

        @Override
        public void failed(Subscriber subscriber, String reason) {
            version.complete("version unknown: " + reason);
        }

        @Override
        public void lost(Subscriber subscriber, String reason) {
            failed(subscriber, reason);
        }
    }
}
