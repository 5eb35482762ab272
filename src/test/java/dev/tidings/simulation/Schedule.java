package dev.tidings.simulation;

import dev.tidings.testing.ManualClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Everything that will happen, in the order of a virtual time that only this class moves. Whatever is simulated puts its next step here with a delay
 * that the seed draws, and so the seed decides every interleaving; nothing else runs, on no other thread. Holds the first violation of an invariant.
 */
final class Schedule {
    private static final int TRACE_KEPT = 20_000;
    /** The longest runs need a tenth of it: beyond, something asks again and again. */
    private static final long MOST_STEPS = 20_000_000;

    final ManualClock clock = new ManualClock();
    final SplittableRandom random;
    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private final Deque<String> trace = new ArrayDeque<>();
    private final boolean tracing;
    private long nowMicros;
    private long number;
    private Violation violation;
    /** The loop whose task runs now; null on the threads of the broker and of publishers. */
    Loop running;

    private record Step(long atMicros, int tie, long number, Runnable task) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(atMicros, other.atMicros);
            int byTie = byTime != 0 ? byTime : Integer.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(number, other.number);
        }
    }

    Schedule(long seed, boolean tracing) {
        this.random = new SplittableRandom(seed);
        this.tracing = tracing;
    }

    /** Runs a task after a delay in microseconds, drawn from 0 to {@code most}. */
    void soon(long mostMicros, Runnable task) {
        in(random.nextLong(mostMicros + 1), task);
    }

    /** Runs a task after a delay in microseconds. */
    void in(long micros, Runnable task) {
        steps.add(new Step(nowMicros + micros, random.nextInt(), number++, task));
    }

    /** Runs a task after a delay in milliseconds. */
    void inMillis(long millis, Runnable task) {
        in(millis * 1000, task);
    }

    /** Whether a thing happens that has this probability. */
    boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    /** A number from {@code least} to {@code most}. */
    long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** Lets virtual time pass; throws the first violation. */
    void run(long millis) {
        long until = nowMicros + millis * 1000;
        while (!steps.isEmpty() && steps.peek().atMicros <= until) {
            Step step = steps.poll();
            moveTo(step.atMicros);
            step.task.run();
            throwViolation();
            check(number < MOST_STEPS, () -> "something goes on for ever");
        }
        moveTo(until);
    }

    private void moveTo(long micros) {
        long millis = micros / 1000 - nowMicros / 1000;
        nowMicros = micros;
        if (millis > 0) {
            clock.advanceMillis(millis);
        }
    }

    /** Notes a violation, which ends the run even where the caller's exception is swallowed by a stage. */
    Violation fail(String what) {
        Violation failed = new Violation(what, String.join("\n", trace));
        if (violation == null) {
            violation = failed;
        }
        return failed;
    }

    private void throwViolation() {
        if (violation != null) {
            throw violation;
        }
    }

    /** Asserts. */
    void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw fail(otherwise.get());
        }
    }

    /** Remembers what happens, for whoever replays a seed. */
    void note(Supplier<String> what) {
        if (tracing) {
            if (trace.size() == TRACE_KEPT) {
                trace.removeFirst();
            }
            trace.add(String.format("%9.3f  %s", nowMicros / 1e6, what.get()));
        }
    }

    long nowMillis() {
        return nowMicros / 1000;
    }

    long steps() {
        return number;
    }
}
