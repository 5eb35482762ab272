package dev.tidings.bench;

/**
 * What a publication's data holds so that a subscriber can recognise it without parsing JSON: {@code #number#nanoseconds#}, inside a JSON string,
 * which no hub may alter. Nothing else on the wire has a {@code #}.
 */
final class Mark {
    static final byte FENCE = '#';

    private static final long ORIGIN = System.nanoTime();
    private static final int FRAME_LENGTH = "{\"mark\":\"#1000000#10000000000#\",\"pad\":\"\"}".length();

    private Mark() {
    }

    /** Nanoseconds since the load client started, never negative. */
    static long now() {
        return System.nanoTime() - ORIGIN;
    }

    /** The padding that makes a publication's data about {@code bytes} long. */
    static String padding(int bytes) {
        return "x".repeat(Math.max(0, bytes - FRAME_LENGTH));
    }

    /** A publication's data. */
    static String data(long number, long sentNanos, String padding) {
        return "{\"mark\":\"#" + number + "#" + sentNanos + "#\",\"pad\":\"" + padding + "\"}";
    }
}
