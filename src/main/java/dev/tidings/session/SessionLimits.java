package dev.tidings.session;

import java.time.Duration;

/**
 * The bounds and times of a session.
 *
 * @param ping            time between two keepalives
 * @param pong            how long a client that answers keepalives may take
 * @param connectTimeout  how long a connection may stay without introducing itself
 * @param outboxBytes     bytes that may wait to be written
 * @param outboxAge       how long a byte may wait to be written
 * @param commandsPerSecond commands a client may send in the long run; 0 = no limit
 * @param commandsBurst   commands a client may send at once
 * @param errorsPerMinute commands that may fail in a minute; 0 = no limit
 * @param maxAge          how long a connection may live
 * @param expiryGrace     how long after its token's end a session that can be refreshed is kept
 */
public record SessionLimits(Duration ping, Duration pong, Duration connectTimeout, int outboxBytes, Duration outboxAge, int commandsPerSecond,
        int commandsBurst, int errorsPerMinute, Duration maxAge, Duration expiryGrace) {
    private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(30);
    /** The defaults of protocol section 14. */
    public static final SessionLimits DEFAULTS = new SessionLimits(Duration.ofSeconds(25), Duration.ofSeconds(8), Duration.ofSeconds(10), 1 << 20,
            Duration.ofSeconds(10), 100, 200, 30, Duration.ofHours(1), Duration.ofSeconds(25));

    /** How long before the end of its life a client that moves by itself is told; of a short life a fifth. */
    public Duration farewell() {
        Duration fifth = maxAge.dividedBy(5);
        return fifth.compareTo(LONGEST_FAREWELL) < 0 ? fifth : LONGEST_FAREWELL;
    }

    /** Bytes above which the session counts as not writable: what it would get is left in history until the network has caught up. */
    int highWater() {
        return outboxBytes / 4;
    }
}
