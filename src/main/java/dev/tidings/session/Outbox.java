package dev.tidings.session;

import java.util.Arrays;

/**
 * What waits to be written to one client, in order, bounded in bytes and in age. Holds references to shared bytes; nothing is copied until the
 * transport takes everything at once.
 */
public final class Outbox {
    private static final int INITIAL_CAPACITY = 4;
    private static final int KEPT_CAPACITY = 64;
    private static final byte[][] EMPTY = {};

    private byte[][] waiting = EMPTY;
    private int count;
    private long bytes;
    private long inFlightBytes;
    private long waitingSince;
    private long inFlightSince;

    /** Puts bytes at the end. */
    public void add(byte[] message, long nowMillis) {
        if (count == waiting.length) {
            waiting = Arrays.copyOf(waiting, Math.max(INITIAL_CAPACITY, 2 * count));
        }
        if (count == 0) {
            waitingSince = nowMillis;
        }
        waiting[count++] = message;
        bytes += message.length;
    }

    /** Takes everything that waits; the bytes count as in flight until {@link #written}. At most one batch is in flight. */
    public Batch take() {
        Batch batch = new Batch(waiting, count, bytes);
        inFlightBytes = bytes;
        inFlightSince = waitingSince;
        waiting = EMPTY;
        count = 0;
        bytes = 0;
        return batch;
    }

    /** The batch in flight was handed to the network; its array is used again unless a burst made it large. */
    public void written(Batch batch) {
        inFlightBytes = 0;
        if (waiting == EMPTY && batch.messages.length <= KEPT_CAPACITY) {
            Arrays.fill(batch.messages, 0, batch.count, null);
            waiting = batch.messages;
        }
    }

    /** Whether nothing waits to be taken. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Bytes that wait or are in flight. */
    public long bytes() {
        return bytes + inFlightBytes;
    }

    /** How long the oldest byte that the network has not taken has been here, in milliseconds; 0 when there is none. */
    public long ageMillis(long nowMillis) {
        if (inFlightBytes > 0) {
            return nowMillis - inFlightSince;
        }
        return count == 0 ? 0 : nowMillis - waitingSince;
    }

    /** Forgets everything. */
    public void clear() {
        waiting = EMPTY;
        count = 0;
        bytes = 0;
        inFlightBytes = 0;
    }

    /**
     * Everything that was pending at one moment, to be written at once.
     *
     * @param messages the bytes, of which the first {@code count} are valid
     * @param count    how many
     * @param bytes    their length in all
     */
    public record Batch(byte[][] messages, int count, long bytes) {
    }
}
