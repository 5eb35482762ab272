package dev.tidings.app;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The requests under way that are answered at once: publications, questions, what back ends do. Streams and WebSockets are not among them. Any thread. */
@Singleton
final class Requests {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong endedAt = new AtomicLong(System.nanoTime());

    void begun() {
        underWay.incrementAndGet();
    }

    void ended() {
        endedAt.set(System.nanoTime());
        underWay.decrementAndGet();
    }

    /** Waits until none has been under way for {@code quiet}, {@code most} at the longest. */
    void awaitQuiet(Duration quiet, Duration most) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < most.toNanos() && (underWay.get() > 0 || System.nanoTime() - Math.max(start, endedAt.get()) < quiet.toNanos())) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
