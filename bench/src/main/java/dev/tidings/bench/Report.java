package dev.tidings.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The figures of one scenario, as a section of a Markdown file with all that is needed to repeat them. */
final class Report {
    private final String scenario;
    private final Map<String, String> circumstances = new LinkedHashMap<>();
    private final Map<String, List<Figures>> runsByVariant = new LinkedHashMap<>();

    Report(String scenario) {
        this.scenario = scenario;
    }

    /** Adds a line about how the figures came about. */
    void circumstance(String name, String value) {
        circumstances.put(name, value);
    }

    void add(String variant, List<Figures> runs) {
        runsByVariant.put(variant, List.copyOf(runs));
    }

    boolean faulty() {
        return runsByVariant.values().stream().flatMap(List::stream).anyMatch(Figures::faulty);
    }

    /** The section. */
    String markdown(String command) {
        var text = new StringBuilder("## %s at %s\n\n    %s\n\n".formatted(scenario, LocalTime.now().truncatedTo(ChronoUnit.MINUTES), command));
        circumstances.forEach((name, value) -> text.append("* ").append(name).append(": ").append(value).append('\n'));
        text.append("\n| figure | ").append(String.join(" | ", runsByVariant.keySet())).append(" |\n|---|")
                .append("---:|".repeat(runsByVariant.size())).append('\n');
        List<Figures> all = runsByVariant.values().stream().flatMap(List::stream).toList();
        for (String name : Figures.names(all)) {
            text.append("| ").append(name).append(" | ")
                    .append(runsByVariant.values().stream().map(runs -> Figures.summary(runs, name)).collect(Collectors.joining(" | ")))
                    .append(" |\n");
        }
        return text.append(faulty() ? "\n**Faulty: a count that must be zero is not.**\n" : "").toString();
    }

    /** Appends a section to the file of today with this name, and says which file that is. */
    static Path append(Path folder, String name, String section) {
        String title = LocalDate.now() + "-" + name;
        Path file = folder.resolve(title + ".md");
        try {
            Files.createDirectories(folder);
            String head = Files.exists(file) ? "\n" : "# " + title + "\n\n";
            Files.writeString(file, head + section, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
