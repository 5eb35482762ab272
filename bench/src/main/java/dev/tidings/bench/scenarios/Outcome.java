package dev.tidings.bench.scenarios;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a scenario measured, each figure against what is required of it. */
final class Outcome {
    /**
     * One figure.
     *
     * @param what     what was measured
     * @param required what it must be; "" = nothing is required
     * @param measured what it was
     * @param met      whether it was what it must be
     */
    record Line(String what, String required, String measured, boolean met) {
    }

    private final String scenario;
    private final boolean timed;
    private final List<Line> lines = new ArrayList<>();
    private Verdict verdict = new Verdict();
    private String statuses = "-";
    private String metrics = "-";
    private double reconnects;
    private double seconds;
    private String notes = "";

    /** {@code timed}: whether what must happen within a time is required, or only shown. */
    Outcome(String scenario, boolean timed) {
        this.scenario = scenario;
        this.timed = timed;
    }

    String scenario() {
        return scenario;
    }

    List<Line> lines() {
        return lines;
    }

    boolean passed() {
        return lines.stream().allMatch(Line::met);
    }

    /** Something was measured of which nothing is required. */
    void figure(String what, String measured) {
        add(new Line(what, "", measured, true));
    }

    void holds(String what, String required, String measured, boolean met) {
        add(new Line(what, required, measured, met));
    }

    void zero(String what, long count) {
        add(new Line(what, "0", Long.toString(count), count == 0));
    }

    void atMost(String what, double limit, double measured, int decimals) {
        add(new Line(what, "<= " + shown(limit, decimals), shown(measured, decimals), measured <= limit));
    }

    /** A time, or a rate, which says as much of the machine as of the hub. */
    void within(String what, double limit, double measured, int decimals) {
        boolean met = measured <= limit;
        add(new Line(what, "<= " + shown(limit, decimals) + (timed || met ? "" : ", not held against it"), shown(measured, decimals), met || !timed));
    }

    void atLeast(String what, double limit, double measured, int decimals) {
        add(new Line(what, ">= " + shown(limit, decimals), shown(measured, decimals), measured >= limit));
    }

    private void add(Line line) {
        lines.add(line);
        System.err.println("    " + (line.met() ? "  " : "! ") + line.what() + ": " + line.measured() + (line.required().isEmpty() ? "" : " (" + line.required() + ")"));
    }

    private static String shown(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** The columns that every scenario has. */
    void summary(Verdict found, String publisherStatuses, String metricsOff, double reconnectsPerClient) {
        verdict = found;
        statuses = publisherStatuses;
        metrics = metricsOff;
        reconnects = reconnectsPerClient;
    }

    void took(double wholeSeconds) {
        seconds = wholeSeconds;
    }

    /** Text for whoever wants to know why; not in the table. */
    void note(String text) {
        notes = notes.isEmpty() ? text : notes + "\n" + text;
    }

    String notes() {
        return notes;
    }

    Verdict verdict() {
        return verdict;
    }

    /** Its row of the table. */
    String row() {
        return "| %s | %s | %,d | %d | %d | %d | %s | %.2f | %s | %s | %.0f |".formatted(scenario, passed() ? "pass" : "**FAIL**", verdict.deliveries, verdict.lost,
                verdict.doubled, verdict.disordered, verdict.gapsShown(), reconnects, statuses, metrics, seconds);
    }

    static String rowHead() {
        return """
                | scenario | | deliveries | lost | doubled | out of order | gaps | reconnects per client | publishers were answered | metrics off by | s |
                |---|---|---:|---:|---:|---:|---|---:|---|---:|---:|
                """;
    }
}
