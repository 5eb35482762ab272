package dev.tidings.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation can fail: it finds every mistake that is planted in the core, within a few seeds. */
class PlantedFaultTest {
    private static final long SEEDS = 3_000;

    @ParameterizedTest
    @EnumSource
    void findsIt(PlantedFault fault) {
        Optional<PlantedFault.Caught> caught = fault.hunt(SEEDS);

        assertTrue(caught.isPresent(), () -> fault + " stays unnoticed in " + SEEDS + " seeds");
        System.out.println(fault + " is found by seed " + caught.get().seed() + ": " + caught.get().violation());
    }
}
