package dev.tidings.bench;

/** Waits on the main thread. */
final class Pause {
    private Pause() {
    }

    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }
}
