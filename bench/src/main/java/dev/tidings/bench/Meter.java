package dev.tidings.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Counts and times what one event loop receives. Written on that loop only; {@link #deliveries} alone may be read elsewhere while it is written,
 * and lags by one read at most. The rest is read after the loop was asked to run an empty task.
 */
final class Meter {
    /** Latencies above are recorded as this: a run that slow is lost anyway. */
    private static final long LATENCY_MAX_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final AtomicLong published = new AtomicLong();
    private final Histogram latency = new Histogram(1_000, LATENCY_MAX_NANOS, 3);
    private long deliveries;
    private long reads;
    private long bytes;
    private long lastNanos;

    void read(int length) {
        reads++;
        bytes += length;
    }

    void delivery(long sentNanos, long nowNanos) {
        deliveries++;
        lastNanos = nowNanos;
        latency.recordValue(Math.clamp(nowNanos - sentNanos, 0, LATENCY_MAX_NANOS));
    }

    /** Makes the count visible to other threads; once per read rather than once per delivery. */
    void readComplete() {
        if (published.getPlain() != deliveries) {
            published.lazySet(deliveries);
        }
    }

    void reset() {
        deliveries = 0;
        reads = 0;
        bytes = 0;
        lastNanos = 0;
        latency.reset();
        published.set(0);
    }

    /** Deliveries so far; from any thread. */
    long deliveries() {
        return published.get();
    }

    /** Reads from sockets that returned bytes. */
    long reads() {
        return reads;
    }

    long bytes() {
        return bytes;
    }

    /** When the last delivery was read, on the clock of {@link Mark#now}. */
    long lastNanos() {
        return lastNanos;
    }

    Histogram latency() {
        return latency;
    }
}
