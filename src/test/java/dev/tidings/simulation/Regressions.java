package dev.tidings.simulation;

import java.util.stream.LongStream;

/**
 * Seeds that find a mistake which the core once had, should it come back. A seed makes the same world only as long as nothing draws random numbers in
 * another order: after a change of the simulation they are seeds like all others. {@link PlantedFault} plants the same mistakes again and does not age.
 */
final class Regressions {
    private static final long[] SEEDS = {
            1, // bytes of expired publications were counted for ever, until the broker shed everything
            3, // a subscription whose reading failed was never tried again, and stayed behind for ever
            22, // a cached channel whose publications had expired was read again and again
            88, // a client that went while it was being subscribed became a member
    };

    private Regressions() {
    }

    static LongStream seeds() {
        return LongStream.of(SEEDS);
    }
}
