package dev.tidings.hub;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes names that nobody can guess or has twice: 128 random bits, in the form of a UUID of version 4, which SDKs expect of a client id. */
final class Ids {
    private Ids() {
    }

    static String random(RandomGenerator random) {
        long high = random.nextLong() & ~0xf000L | 0x4000L;
        long low = random.nextLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }
}
