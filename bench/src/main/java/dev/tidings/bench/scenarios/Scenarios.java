package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Machine;
import dev.tidings.bench.UsageException;
import dev.tidings.bench.redis.RedisServer;
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
 * The command line of {@code bench/scenarios}: plays the scenarios one after the other, prints what each measured against what is required, and
 * appends the table to the report of the day.
 */
final class Scenarios {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_NOT_MEASURED = 3;

    private final Settings settings;
    private final List<Trial> trials;

    private Scenarios(Settings settings) {
        this.settings = settings;
        this.trials = trials(settings).stream().filter(trial -> settings.names().contains(trial.name())).toList();
    }

    public static void main(String[] words) {
        System.exit(run(List.of(words)));
    }

    /** 0 if every scenario passed. */
    private static int run(List<String> words) {
        List<Trial> known = trials(Settings.parse(List.of(), List.of()));
        try {
            var settings = Settings.parse(words, known.stream().map(Trial::name).toList());
            return new Scenarios(settings).play() ? 0 : EXIT_FAILED;
        } catch (UsageException e) {
            System.err.println(e.getMessage() + "\n\n" + Settings.USAGE
                    + known.stream().map(trial -> "  %-18s %s".formatted(trial.name(), trial.meaning())).collect(Collectors.joining("\n")));
            return EXIT_USAGE;
        } catch (BenchException e) {
            System.err.println(e.getMessage());
            return EXIT_NOT_MEASURED;
        }
    }

    private static List<Trial> trials(Settings settings) {
        return Stream.of(RestartTrials.all(settings), LoadTrials.all(settings), RedisTrials.all(settings), TopologyTrials.all(settings), LinkTrials.all(settings))
                .flatMap(List::stream).toList();
    }

    private boolean play() {
        String begun = "%s %s".formatted(LocalDate.now(), LocalTime.now().truncatedTo(ChronoUnit.MINUTES));
        String machine = Machine.describe();
        var outcomes = new ArrayList<Outcome>();
        for (Trial trial : trials) {
            System.err.println(trial.name() + ": " + trial.meaning());
            Outcome outcome = play(trial);
            System.err.println("    " + (outcome.passed() ? "pass" : "FAIL"));
            if (!outcome.passed()) {
                System.err.println("    " + outcome.notes().replace("\n", "\n    "));
            }
            outcomes.add(outcome);
        }
        String report = report(begun, machine, outcomes);
        System.out.println(report);
        append(report);
        return outcomes.stream().allMatch(Outcome::passed);
    }

    private Outcome play(Trial trial) {
        var outcome = new Outcome(trial.name(), settings.timed());
        long start = System.nanoTime();
        String[] reasons = {""};
        try (Stage stage = Stage.open(settings, trial)) {
            try {
                trial.act().on(stage, outcome);
                stage.conclude(outcome, trial.tolerated());
            } finally {
                reasons[0] = stage.reasons();
            }
        } catch (BenchException e) {
            outcome.holds("played to its end", "yes", "no: " + e.getMessage().lines().findFirst().orElse(""), false);
            outcome.note(e.getMessage() + "\n" + reasons[0]);
        }
        outcome.took((System.nanoTime() - start) / 1e9);
        return outcome;
    }

    private String report(String begun, String machine, List<Outcome> outcomes) {
        long passed = outcomes.stream().filter(Outcome::passed).count();
        var text = new StringBuilder("## Scenarios, %s\n\n    %s\n\n".formatted(begun, settings.command()));
        text.append("* machine: ").append(machine).append('\n')
                .append("* ").append(RedisServer.version()).append("; hub: `").append(settings.hub()).append("`");
        String revision = System.getProperty("bench.revision", "");
        text.append(revision.isEmpty() ? "" : " (" + revision + ")").append(", JVM: `").append(String.join(" ", settings.jvm())).append("`\n")
                .append("* %d clients, half of them streams, a quarter plain and a quarter extended WebSockets, each with 2 of %d channels; %.0f publications a second\n"
                        .formatted(settings.clients(), settings.channels(), settings.rate()))
                .append("* **%d of %d passed**\n\n".formatted(passed, outcomes.size()))
                .append(Outcome.rowHead());
        outcomes.forEach(outcome -> text.append(outcome.row()).append('\n'));
        for (Outcome outcome : outcomes) {
            text.append("\n### ").append(outcome.scenario()).append("\n\n| figure | required | measured |\n|---|---|---|\n");
            outcome.lines().forEach(line -> text.append("| %s | %s | %s%s |\n".formatted(line.what(), line.required(), line.measured(),
                    line.met() ? "" : " **fails**")));
        }
        return text.toString();
    }

    private void append(String report) {
        String title = LocalDate.now() + (settings.brief() ? "-scenarios-short" : "-scenarios");
        Path file = Path.of(settings.results()).resolve(title + ".md");
        try {
            Files.createDirectories(file.getParent());
            String head = Files.exists(file) ? "\n" : "# " + title + "\n\n";
            Files.writeString(file, head + report, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            System.err.println("appended to " + file);
        } catch (IOException e) {
            throw new BenchException("cannot write " + file + ": " + e.getMessage());
        }
    }
}
