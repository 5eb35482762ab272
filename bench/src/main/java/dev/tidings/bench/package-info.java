/**
 * A black-box load client. It knows the hub's wire and its process id, and nothing of how it is built.
 *
 * <p>One run: {@link dev.tidings.bench.Bench} reads {@link dev.tidings.bench.Options}, starts a {@link dev.tidings.bench.Hub} for each
 * {@link dev.tidings.bench.Variant} (or takes the one that runs), gives it to a {@link dev.tidings.bench.Scenario}, and writes the medians of
 * the {@link dev.tidings.bench.Figures} of all runs into a {@link dev.tidings.bench.Report}.
 *
 * <p>One publication: a {@link dev.tidings.bench.BackEnd} posts data that holds a {@link dev.tidings.bench.Mark} (number and send time). Each
 * {@link dev.tidings.bench.Subscriber} gets bytes from its {@link dev.tidings.bench.SseConnection} or
 * {@link dev.tidings.bench.WebSocketConnection}; its {@link dev.tidings.bench.MarkScanner} finds the marks, its
 * {@link dev.tidings.bench.Tally} says whether each number of the {@link dev.tidings.bench.Series} came exactly once and in order, and the
 * {@link dev.tidings.bench.Meter} of its event loop counts and times.
 *
 * <p>Threads: everything about a subscriber happens on its event loop. Scenarios run on the main thread, straight down; concurrent back ends
 * are virtual threads.
 */
package dev.tidings.bench;
