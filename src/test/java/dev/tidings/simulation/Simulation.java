package dev.tidings.simulation;

import java.util.Optional;

/** Runs worlds. */
public final class Simulation {
    private Simulation() {
    }

    /** Runs one seed: nothing when every invariant held, else what did not. */
    public static Optional<String> run(long seed) {
        try {
            new World(seed, false).run();
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation.getMessage());
        }
    }

    /** How to see a seed again. */
    public static String command(long seed) {
        return "./mvnw test -Dtest=SimulationTest -Dsimulation.seed=" + seed;
    }

    /** Runs one seed again and tells what happened before an invariant broke. */
    static Optional<String> replay(long seed) {
        try {
            new World(seed, true).run();
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation.trace() + "\n\nseed " + seed + ": " + violation.getMessage());
        }
    }
}
