/**
 * Plays what happens to a hub in its life, with live clients, and holds what they saw against what was promised.
 *
 * <p>One run: {@link dev.tidings.bench.scenarios.Scenarios} plays each {@link dev.tidings.bench.scenarios.Trial} on a
 * {@link dev.tidings.bench.scenarios.Stage} of its own (Redis, a {@link dev.tidings.bench.scenarios.Fleet} of hubs, balancers) with a
 * {@link dev.tidings.bench.scenarios.Crowd} of clients and with {@link dev.tidings.bench.scenarios.Publishers}, and collects an
 * {@link dev.tidings.bench.scenarios.Outcome}.
 *
 * <p>One publication: a publisher numbers it and notes in {@link dev.tidings.bench.scenarios.Acknowledged} where it was told that it stands. A
 * {@link dev.tidings.bench.scenarios.Client} gets it over a {@link dev.tidings.bench.scenarios.Wire} and notes it in its
 * {@link dev.tidings.bench.scenarios.Ledger}, with every gap that it is told. In the end each ledger says what was lost, doubled or out of order.
 *
 * <p>Threads: everything about a client happens on its event loop; scenarios run on the main thread, straight down.
 */
package dev.tidings.bench.scenarios;
