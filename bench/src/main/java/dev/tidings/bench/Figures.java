package dev.tidings.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What one run of a scenario measured: named numbers, in the order of the report. */
final class Figures {
    /**
     * One of them.
     *
     * @param decimals how many the report shows
     * @param fault    anything but zero means that the hub broke its promise
     */
    record Figure(double value, int decimals, boolean fault) {
        String shown() {
            return String.format(Locale.ROOT, "%,." + decimals + "f", value);
        }
    }

    private final Map<String, Figure> figures = new LinkedHashMap<>();

    void add(String name, double value, int decimals) {
        figures.put(name, new Figure(value, decimals, false));
    }

    /** Adds a count that must be zero. */
    void fault(String name, long count) {
        figures.put(name, new Figure(count, 0, true));
    }

    boolean faulty() {
        return figures.values().stream().anyMatch(figure -> figure.fault() && figure.value() != 0);
    }

    List<String> names() {
        return List.copyOf(figures.keySet());
    }

    /** What several runs say of one figure: the median, and in parentheses the lowest and the highest; of faults their sum. */
    static String summary(List<Figures> runs, String name) {
        List<Figure> found = runs.stream().map(run -> run.figures.get(name)).filter(figure -> figure != null).toList();
        if (found.isEmpty()) {
            return "-";
        }
        Figure any = found.getFirst();
        double[] values = found.stream().mapToDouble(Figure::value).sorted().toArray();
        if (any.fault()) {
            return new Figure(Arrays.stream(values).sum(), any.decimals(), true).shown();
        }
        String median = new Figure(median(values), any.decimals(), false).shown();
        String lowest = new Figure(values[0], any.decimals(), false).shown();
        String highest = new Figure(values[values.length - 1], any.decimals(), false).shown();
        return lowest.equals(highest) ? median : median + " (" + lowest + " to " + highest + ")";
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** All names of several runs, in order. */
    static List<String> names(List<Figures> runs) {
        var names = new ArrayList<String>();
        runs.forEach(run -> run.names().stream().filter(name -> !names.contains(name)).forEach(names::add));
        return names;
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        figures.forEach((name, figure) -> text.append("  ").append(name).append(": ").append(figure.shown()).append('\n'));
        return text.toString();
    }
}
