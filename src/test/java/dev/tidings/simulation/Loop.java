package dev.tidings.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** The event loop under a lane: runs its tasks in order, a few at a time, at moments that the seed draws. */
final class Loop implements Executor {
    private static final int MOST_TASKS_AT_ONCE = 4;

    private final Schedule schedule;
    private final long latencyMicros;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean awake;
    private boolean dead;
    private long heldUntilMillis;

    Loop(Schedule schedule, long latencyMicros) {
        this.schedule = schedule;
        this.latencyMicros = latencyMicros;
    }

    @Override
    public void execute(Runnable task) {
        if (!dead) {
            tasks.add(task);
            wake();
        }
    }

    private void wake() {
        if (!awake) {
            awake = true;
            long held = Math.max(0, heldUntilMillis - schedule.nowMillis()) * 1000;
            schedule.in(held + schedule.random.nextLong(latencyMicros + 1), this::turn);
        }
    }

    private void turn() {
        awake = false;
        for (long left = schedule.between(1, MOST_TASKS_AT_ONCE); left > 0 && !tasks.isEmpty() && !dead; left--) {
            run(tasks.poll());
        }
        if (!tasks.isEmpty()) {
            wake();
        }
    }

    private void run(Runnable task) {
        schedule.running = this;
        try {
            task.run();
        } catch (RuntimeException | StackOverflowError e) {
            StackTraceElement at = e.getStackTrace().length > 0 ? e.getStackTrace()[0] : null;
            throw schedule.fail("a task of a lane threw " + e + (at == null ? "" : " at " + at));
        } finally {
            schedule.running = null;
        }
    }

    /** Whether the caller runs on this loop. */
    boolean isInside() {
        return schedule.running == this;
    }

    /** Holds the loop for a while: a pause of the collector, a noisy neighbour. */
    void hold(long millis) {
        heldUntilMillis = schedule.nowMillis() + millis;
    }

    /** The process is gone: nothing runs any more. */
    void kill() {
        dead = true;
        tasks.clear();
    }
}
