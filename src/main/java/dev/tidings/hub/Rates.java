package dev.tidings.hub;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** How fast each API key or subject publishes: a token bucket for each that published lately. Any thread. */
final class Rates {
    /** Buckets kept; the one used longest ago goes first, and is full by then or belongs to an attacker with many names. */
    static final int MAX_BUCKETS = 100_000;

    private final int perSecond;
    private final InstantSource clock;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    private static final class Bucket {
        double tokens;
        long at;
    }

    Rates(int perSecond, InstantSource clock) {
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /** Counts one publication; refused with {@link Refusal#TOO_MANY_REQUESTS} over the rate. */
    void count(String scope) {
        if (perSecond == 0) {
            return;
        }
        synchronized (buckets) {
            long now = clock.millis();
            Bucket bucket = buckets.computeIfAbsent(scope, _ -> {
                Bucket full = new Bucket();
                full.tokens = perSecond;
                full.at = now;
                return full;
            });
            bucket.tokens = Math.min(perSecond, bucket.tokens + (now - bucket.at) * perSecond / 1000.0);
            bucket.at = now;
            if (bucket.tokens < 1) {
                throw new RefusedException(Refusal.TOO_MANY_REQUESTS, "more than " + perSecond + " publications per second");
            }
            bucket.tokens--;
        }
    }
}
