package dev.tidings.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test advances it. Any thread may read it. */
public final class ManualClock implements InstantSource {
    /** Where it starts: a time that no default of zero can be taken for. */
    public static final long START_MILLIS = 1_760_000_000_000L;

    private final AtomicLong millis = new AtomicLong(START_MILLIS);

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    @Override
    public long millis() {
        return millis.get();
    }

    /** Lets time pass. */
    public void advance(Duration duration) {
        advanceMillis(duration.toMillis());
    }

    /** Lets milliseconds pass. */
    public void advanceMillis(long duration) {
        if (duration < 0) {
            throw new IllegalArgumentException("time does not go back by " + -duration + " ms");
        }
        millis.addAndGet(duration);
    }

    /** The same time in nanoseconds, where a ticker is asked for. */
    public long nanos() {
        return millis.get() * 1_000_000;
    }
}
