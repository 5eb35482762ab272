package dev.tidings.hub;

import dev.tidings.session.RetryWindow;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Who may connect now: a bound on connections and a token bucket on handshakes. Whoever is refused is told when to come back; the window grows with
 * the number already sent away, so that a storm comes back at the rate that is admitted. Any thread.
 */
public final class Admission {
    /** The shortest time after which a refused client may come back. */
    static final long MIN_MILLIS = 1_000;
    /** The shortest window: below it a few clients meet again at once. */
    static final long SHORTEST_MAX_MILLIS = 5_000;
    /** The longest window. */
    static final long LONGEST_MAX_MILLIS = 300_000;

    private final int maxConnections;
    private final int perSecond;
    private final InstantSource clock;
    private int connections;
    private double tokens;
    private long tokensAt;
    private double turnedAway;

    /** Why a connection is refused. */
    public enum Reason {
        /** The node has as many connections as it may have. */
        LIMIT,
        /** More handshakes arrive than are admitted in a second. */
        RATE,
        /** The node is draining. */
        DRAIN;

        /** The value of the metric label. */
        public String label() {
            return name().toLowerCase();
        }
    }

    /** A refusal: why, and when to come back. */
    public record Refused(Reason reason, RetryWindow window) {
    }

    Admission(int maxConnections, int perSecond, InstantSource clock) {
        this.maxConnections = maxConnections;
        this.perSecond = perSecond;
        this.clock = clock;
        this.tokens = perSecond;
        this.tokensAt = clock.millis();
    }

    /** Takes a place for one connection, to be given back by {@link #release}; or says why not. */
    public synchronized Optional<Refused> admit() {
        long now = clock.millis();
        double earned = (now - tokensAt) * perSecond / 1000.0;
        tokensAt = now;
        tokens = Math.min(perSecond, tokens + earned);
        turnedAway = Math.max(0, turnedAway - earned);
        if (connections >= maxConnections) {
            return Optional.of(refuse(Reason.LIMIT));
        }
        if (tokens < 1) {
            return Optional.of(refuse(Reason.RATE));
        }
        tokens--;
        connections++;
        return Optional.empty();
    }

    private Refused refuse(Reason reason) {
        turnedAway++;
        long max = (long) Math.clamp(2_000 * turnedAway / perSecond, SHORTEST_MAX_MILLIS, LONGEST_MAX_MILLIS);
        return new Refused(reason, new RetryWindow(MIN_MILLIS, max));
    }

    /** Gives a place back. */
    public synchronized void release() {
        connections--;
    }

    /** Places taken. */
    public synchronized int connections() {
        return connections;
    }

    /** Places there are. */
    public int limit() {
        return maxConnections;
    }
}
