package dev.tidings.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every invariant holds in every world that a seed makes. {@code -Dsimulation.seed=N} replays one and shows what happened. */
class SimulationTest {
    private static final long DEFAULT_SEEDS = 3_000;

    @Test
    void holdsForManySeeds() {
        long first = Long.getLong("simulation.first", 1);
        long count = Long.getLong("simulation.seeds", DEFAULT_SEEDS);
        if (Long.getLong("simulation.seed") instanceof Long seed) {
            Simulation.replay(seed).ifPresent(trace -> fail(trace));
            return;
        }
        for (long seed = first; seed < first + count; seed++) {
            check(seed);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.tidings.simulation.Regressions#seeds")
    void holdsForSeedsThatFoundSomethingOnce(long seed) {
        check(seed);
    }

    @Test
    void replaysExactly() {
        long seed = 42;

        World.Result first = new World(seed, false).run();
        World.Result second = new World(seed, true).run();

        assertEquals(first.steps, second.steps);
        assertEquals(first.deliveries, second.deliveries);
        assertEquals(first.gaps, second.gaps);
    }

    private static void check(long seed) {
        Optional<String> broken = Simulation.run(seed);
        if (broken.isPresent()) {
            fail("seed " + seed + ": " + broken.get() + "\nsee it again: " + Simulation.command(seed));
        }
    }
}
