package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Machine;
import dev.tidings.bench.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line of {@code bench/kubernetes}: installs Redis and the chart in a cluster, plays the scenarios one after the other, prints what each
 * measured against what is required, and appends the table to the report of the day.
 */
final class KubernetesRun {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_NOT_MEASURED = 3;

    private KubernetesRun() {
    }

    public static void main(String[] words) {
        System.exit(run(List.of(words)));
    }

    private static List<ClusterTrial> trials(ClusterSettings settings) {
        return Stream.of(ClusterTrials.all(settings), ClusterLoadTrials.all(settings)).flatMap(List::stream).toList();
    }

    /** 0 if every scenario passed. */
    private static int run(List<String> words) {
        List<ClusterTrial> known = trials(ClusterSettings.parse(List.of("--image", "none"), List.of()));
        try {
            return play(ClusterSettings.parse(words, known.stream().map(ClusterTrial::name).toList())) ? 0 : EXIT_FAILED;
        } catch (UsageException e) {
            System.err.println(e.getMessage() + "\n\n" + ClusterSettings.USAGE
                    + known.stream().map(trial -> "  %-18s %s".formatted(trial.name(), trial.meaning())).collect(Collectors.joining("\n")));
            return EXIT_USAGE;
        } catch (BenchException e) {
            System.err.println(e.getMessage());
            return EXIT_NOT_MEASURED;
        }
    }

    private static boolean play(ClusterSettings settings) {
        String begun = "%s %s".formatted(LocalDate.now(), LocalTime.now().truncatedTo(ChronoUnit.MINUTES));
        List<Outcome> outcomes = new ArrayList<>();
        try (var stage = new ClusterStage(settings)) {
            String where = "Kubernetes %s, %d nodes; clients and publishers on: %s".formatted(stage.cluster().version(), stage.cluster().nodes(), Machine.describe());
            stage.install();
            for (ClusterTrial trial : trials(settings)) {
                if (settings.names().contains(trial.name())) {
                    outcomes.add(play(stage, trial));
                    // After each: a run that is ended early has shown what it had.
                    write(settings, report(settings, begun, where, outcomes), begun);
                }
            }
            System.out.println(report(settings, begun, where, outcomes));
        }
        return outcomes.stream().allMatch(Outcome::passed);
    }

    private static Outcome play(ClusterStage stage, ClusterTrial trial) {
        System.err.println(LocalTime.now().truncatedTo(ChronoUnit.SECONDS) + " " + trial.name() + ": " + trial.meaning());
        var outcome = new Outcome(trial.name(), true);
        long start = System.nanoTime();
        try {
            stage.open(trial);
            if (trial.pace() > 0) {
                stage.populate(trial);
            }
            trial.act().on(stage, outcome);
            stage.conclude(outcome, trial.tolerated());
        } catch (BenchException e) {
            outcome.holds("played to its end", "yes", "no: " + e.getMessage().lines().findFirst().orElse(""), false);
            outcome.note(e.getMessage() + "\n" + stage.reasons());
        } finally {
            stage.leave();
        }
        outcome.took((System.nanoTime() - start) / 1e9);
        System.err.println("    " + (outcome.passed() ? "pass" : "FAIL\n    " + outcome.notes().replace("\n", "\n    ")));
        return outcome;
    }

    private static String report(ClusterSettings settings, String begun, String where, List<Outcome> outcomes) {
        var text = new StringBuilder("## In a cluster, %s\n\n    %s\n\n* %s\n".formatted(begun, settings.command(), where));
        String revision = System.getProperty("bench.revision", "");
        text.append("* hub: image `").append(settings.image()).append('`').append(revision.isEmpty() ? "" : ", sources " + revision).append('\n')
                .append("* %d clients, half of them streams, a quarter plain and a quarter extended WebSockets, each with 2 of 50 channels; %d publications a second\n"
                        .formatted(settings.clients(), settings.rate()))
                .append("* **%d of %d passed**\n\n".formatted(outcomes.stream().filter(Outcome::passed).count(), outcomes.size()))
                .append(Outcome.rowHead());
        outcomes.forEach(outcome -> text.append(outcome.row()).append('\n'));
        for (Outcome outcome : outcomes) {
            text.append("\n### ").append(outcome.scenario()).append("\n\n| figure | required | measured |\n|---|---|---|\n");
            outcome.lines().forEach(line -> text.append("| %s | %s | %s%s |\n".formatted(line.what(), line.required(), line.measured(),
                    line.met() ? "" : " **fails**")));
        }
        return text.toString();
    }

    /** Replaces what this run wrote before. */
    private static void write(ClusterSettings settings, String report, String begun) {
        String title = LocalDate.now() + "-kubernetes";
        Path file = Path.of(settings.results()).resolve(title + ".md");
        try {
            Files.createDirectories(file.getParent());
            String before = Files.exists(file) ? Files.readString(file) : "# " + title + "\n";
            int own = before.indexOf("\n## In a cluster, " + begun);
            Files.writeString(file, (own < 0 ? before : before.substring(0, own)) + "\n" + report, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new BenchException("cannot write " + file + ": " + e.getMessage());
        }
    }
}
