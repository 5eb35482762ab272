/**
 * The deterministic simulation: whole hubs with their clients, broker and network under one seeded scheduler that chooses every interleaving, and the
 * invariants that hold for each of them. {@code docs/simulation.md} says what is simulated and how a seed is replayed.
 */
package dev.tidings.simulation;
