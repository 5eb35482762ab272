package dev.tidings.bench.scenarios;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the only publisher of a channel was told about its publications, which it numbers from 0. It publishes the next one when the one before is
 * acknowledged or given up, so the channel's order is that of the numbers. Any thread; its monitor guards everything.
 */
final class Acknowledged {
    /** The place of a publication that was never acknowledged: it may or may not have been published. */
    private static final long UNKNOWN = -1;
    private static final int FIRST_CAPACITY = 64;

    private final String channel;
    private final Map<String, Integer> epochs = new HashMap<>();
    private final Map<Integer, Integer> firstOfEpoch = new HashMap<>();
    private int[] epochOf = new int[FIRST_CAPACITY];
    private long[] offsetOf = new long[FIRST_CAPACITY];
    private long[] acknowledgedAt = new long[FIRST_CAPACITY];
    private int count;
    private int last = -1;

    Acknowledged(String channel) {
        this.channel = channel;
    }

    String channel() {
        return channel;
    }

    /** The number of the next publication. */
    synchronized int next() {
        if (count == offsetOf.length) {
            epochOf = Arrays.copyOf(epochOf, 2 * count);
            offsetOf = Arrays.copyOf(offsetOf, 2 * count);
            acknowledgedAt = Arrays.copyOf(acknowledgedAt, 2 * count);
        }
        offsetOf[count] = UNKNOWN;
        return count++;
    }

    /** A publication is in the channel, at this place; the publisher was told so at {@code nanos}. */
    synchronized void acknowledge(int number, Place place, long nanos) {
        int epoch = epoch(place.epoch());
        epochOf[number] = epoch;
        offsetOf[number] = place.offset();
        acknowledgedAt[number] = nanos;
        firstOfEpoch.merge(epoch, number, Math::min);
        last = Math.max(last, number);
    }

    /** A small number that stands for an epoch in this channel. */
    synchronized int epoch(String epoch) {
        return epochs.computeIfAbsent(epoch, any -> epochs.size());
    }

    /** How many publications were begun. */
    synchronized int count() {
        return count;
    }

    synchronized boolean isAcknowledged(int number) {
        return offsetOf[number] != UNKNOWN;
    }

    synchronized long acknowledgedAt(int number) {
        return acknowledgedAt[number];
    }

    /** When a publication was acknowledged for the first time from then on; {@link Long#MAX_VALUE} if none was. */
    synchronized long firstAcknowledged(long from) {
        return IntStream.range(0, count).filter(number -> offsetOf[number] != UNKNOWN && acknowledgedAt[number] >= from).mapToLong(number -> acknowledgedAt[number])
                .min().orElse(Long.MAX_VALUE);
    }

    /** Whether whoever is at this place is not behind the last publication that was acknowledged. */
    synchronized boolean isTop(int epoch, long offset) {
        return last < 0 || epochOf[last] == epoch && offset >= offsetOf[last];
    }

    /** Whether these are the epoch and the offset under which a publication was acknowledged; true of one that never was. */
    synchronized boolean agrees(int number, int epoch, long offset) {
        return number >= 0 && number < count && (offsetOf[number] == UNKNOWN || epochOf[number] == epoch && offsetOf[number] == offset);
    }

    /**
     * Whether an acknowledged publication stands at a place or before it. Epochs follow each other in the order of what was published in them. One
     * in which nothing was acknowledged is placed by the time at which a client was told of it.
     */
    synchronized boolean standsBy(int number, int epoch, long offset, long toldAt) {
        if (epochOf[number] == epoch) {
            return offsetOf[number] <= offset;
        }
        Integer firstThere = firstOfEpoch.get(epoch);
        return firstThere == null ? acknowledgedAt[number] <= toldAt : firstOfEpoch.get(epochOf[number]) < firstThere;
    }
}
