package dev.tidings.bench;

/** Waits on the main thread. */
public final class Pause {
    private Pause() {
    }

    /** So many milliseconds. */
    public static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }
}
