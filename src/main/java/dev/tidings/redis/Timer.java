package dev.tidings.redis;

/** Runs tasks later, on any thread. */
public interface Timer {
    /** In a moment: after what the calling thread is doing now. */
    void soon(Runnable task);

    /** After that many milliseconds, at least one. */
    void after(long millis, Runnable task);
}
