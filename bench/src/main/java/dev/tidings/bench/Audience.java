package dev.tidings.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * The subscribers of a scenario: opened at a bounded pace, told which series to expect, counted and closed together. Its methods are the main
 * thread's; what subscribers tell it comes on their event loops, and touches only the atomic and concurrent fields.
 */
final class Audience implements Subscriber.Observer, AutoCloseable {
    /** Handshakes under way at once: enough to keep the hub busy, far fewer than its accept queue holds. */
    private static final int HANDSHAKES_PENDING_MAX = 256;
    private static final int HANDSHAKE_SECONDS_MAX = 30;

    private final Network network;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final Semaphore handshakes = new Semaphore(HANDSHAKES_PENDING_MAX);
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> losses = new ConcurrentLinkedQueue<>();
    private final AtomicInteger subscribed = new AtomicInteger();

    Audience(Network network) {
        this.network = network;
    }

    /**
     * Opens {@code count} subscribers and waits until all are subscribed.
     *
     * @param perSecond at most so many a second; 0 = as fast as the hub answers
     */
    void open(int count, Mix mix, IntFunction<String> channel, int perSecond) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (perSecond > 0) {
                LockSupport.parkNanos(start + i * TimeUnit.SECONDS.toNanos(1) / perSecond - System.nanoTime());
            }
            acquire(1);
            var subscriber = new Subscriber(mix.of(i), channel.apply(i), this);
            subscribers.add(subscriber);
            network.connect(subscriber);
        }
        acquire(HANDSHAKES_PENDING_MAX);
        handshakes.release(HANDSHAKES_PENDING_MAX);
    }

    private void acquire(int permits) {
        try {
            if (!handshakes.tryAcquire(permits, HANDSHAKE_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new BenchException("handshakes have had no answer for " + HANDSHAKE_SECONDS_MAX + " s; subscribed: " + subscribed);
            }
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
        if (!failures.isEmpty()) {
            throw new BenchException(failures.size() + " of " + subscribers.size() + " subscribers failed, the first with: " + failures.peek());
        }
    }

    @Override
    public void subscribed(Subscriber subscriber) {
        subscribed.incrementAndGet();
        handshakes.release();
    }

    @Override
    public void refused(Subscriber subscriber, RetryWindow window) {
        failed(subscriber, "refused softly: the hub admits fewer handshakes a second than --pace asks for");
    }

    @Override
    public void failed(Subscriber subscriber, String reason) {
        failures.add(subscriber.transport() + ": " + reason);
        handshakes.release();
    }

    @Override
    public void lost(Subscriber subscriber, String reason) {
        losses.add(subscriber.transport() + ": " + reason);
    }

    int size() {
        return subscribers.size();
    }

    /** How many ended although nobody asked them to. */
    int lost() {
        return losses.size();
    }

    /** Prints why the first of those lost ended. */
    void explainLosses() {
        if (!losses.isEmpty()) {
            System.err.println(losses.size() + " subscribers lost, the first with: " + losses.peek());
        }
    }

    /** From now on the numbers of this series are expected, and the meters count from zero. */
    void expect(Series series) {
        subscribers.forEach(subscriber -> subscriber.expect(series));
        network.settle();
        network.resetMeters();
    }

    /** Adds what the subscribers tallied since {@link #expect} to the figures; each but zero is a fault. */
    void judge(Figures figures, String prefix) {
        network.settle();
        figures.fault(prefix + "lost", subscribers.stream().mapToLong(subscriber -> subscriber.tally().lost()).sum());
        figures.fault(prefix + "doubled", subscribers.stream().mapToLong(subscriber -> subscriber.tally().doubled()).sum());
        figures.fault(prefix + "out of order", subscribers.stream().mapToLong(subscriber -> subscriber.tally().disordered()).sum());
        figures.fault(prefix + "connections lost", lost());
        explainLosses();
    }

    @Override
    public void close() {
        subscribers.forEach(Subscriber::close);
        network.settle();
    }
}
