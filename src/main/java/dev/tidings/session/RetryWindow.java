package dev.tidings.session;

import java.util.random.RandomGenerator;

/**
 * When to come back: at a uniformly random time between two delays. Clients do not spread themselves, so the hub does.
 *
 * @param minMillis the shortest delay in milliseconds
 * @param maxMillis the longest delay in milliseconds
 */
public record RetryWindow(long minMillis, long maxMillis) {
    public RetryWindow {
        if (minMillis < 0 || maxMillis < minMillis) {
            throw new IllegalArgumentException("a window from " + minMillis + " to " + maxMillis + " ms");
        }
    }

    /** A random delay of the window, in milliseconds. */
    public long draw(RandomGenerator random) {
        return minMillis == maxMillis ? minMillis : random.nextLong(minMillis, maxMillis + 1);
    }

    /** The header {@code Tidings-Retry}. */
    public String header() {
        return "min=" + minMillis + ", max=" + maxMillis;
    }

    /** The header {@code Retry-After}: the upper bound in whole seconds, at least 1. */
    public String retryAfter() {
        return Long.toString(Math.max(1, (maxMillis + 999) / 1000));
    }
}
