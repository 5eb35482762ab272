package dev.tidings.hub;

import java.time.Duration;

/** Moves sessions from a node that has more than its share to those that have less, as after a scale-out. */
public final class Rebalance {
    private Rebalance() {
    }

    /**
     * How much unevenness is borne, and how fast it is evened out.
     *
     * @param enabled          whether sessions are moved at all
     * @param tolerancePercent percent above the mean that are borne
     * @param ratePerSecond    sessions that are moved in a second at most
     * @param minAge           a younger session is left alone, so that none is moved again as soon as it has arrived
     */
    public record Options(boolean enabled, int tolerancePercent, int ratePerSecond, Duration minAge) {
        /** The defaults. */
        public static final Options DEFAULTS = new Options(true, 10, 50, Duration.ofSeconds(60));
    }
}
