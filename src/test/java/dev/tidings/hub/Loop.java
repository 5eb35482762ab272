package dev.tidings.hub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** The event loop under a lane, whose tasks run when the test says so. */
final class Loop implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean inside;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    boolean isInside() {
        return inside;
    }

    /** Runs the next task; false when there is none. */
    boolean turn() {
        Runnable task = tasks.poll();
        if (task != null) {
            call(task);
        }
        return task != null;
    }

    /** Runs tasks until none is left. */
    void drain() {
        for (int turns = 0; turn(); turns++) {
            if (turns > 1_000_000) {
                throw new AssertionError("the loop never comes to rest");
            }
        }
    }

    /** Runs this now, as a task of the loop. */
    void call(Runnable task) {
        boolean before = inside;
        inside = true;
        try {
            task.run();
        } finally {
            inside = before;
        }
    }

    int waiting() {
        return tasks.size();
    }
}
