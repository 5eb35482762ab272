package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The subscriptions to one channel on one lane, and what waits to be delivered to them.
 *
 * <p>Everything is the lane's own but {@code size}, which publishers read on any thread to see whether the lane has anybody to deliver to.
 *
 * <p>A fan-out is cut into slices, and between two of them subscriptions come and go. It runs from the last index to the first, and removal moves the
 * last subscription into the hole: into a place that is still to come, where the batch's number keeps it from being served twice. A subscription that
 * is added stands behind the fan-out and is not served by it: it reads from history what was published before it came.
 */
final class LaneSubscribers {
    /** The first comparison is due a while after the first subscription: that one has just read the stream. */
    static final long NEVER_CHECKED = -1;
    private static final Subscription[] NOBODY = {};

    final Channel channel;
    final Lane lane;
    private Subscription[] subscriptions = NOBODY;
    private volatile int size;
    private List<ChannelEvent> pending = new ArrayList<>(1);
    private List<ChannelEvent> batch = List.of();
    private long batchNumber;
    private int next = -1;
    boolean isRunnable;
    long nextCheckAt = NEVER_CHECKED;

    LaneSubscribers(Channel channel, Lane lane) {
        this.channel = channel;
        this.lane = lane;
    }

    /** Whether there is anybody; any thread. */
    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(Subscription subscription) {
        int count = size;
        if (count == subscriptions.length) {
            subscriptions = Arrays.copyOf(subscriptions, Math.max(2, count + (count >> 1)));
        }
        subscriptions[count] = subscription;
        subscription.index = count;
        subscription.servedBatch = batchNumber;
        size = count + 1;
    }

    void remove(Subscription subscription) {
        int last = size - 1;
        int hole = subscription.index;
        if (hole < 0) {
            return;
        }
        Subscription moved = subscriptions[last];
        subscriptions[hole] = moved;
        moved.index = hole;
        subscriptions[last] = null;
        subscription.index = -1;
        size = last;
        if (next >= last) {
            next = last - 1;
        }
        if (last == 0) {
            subscriptions = NOBODY;
        }
    }

    void enqueue(ChannelEvent event) {
        pending.add(event);
    }

    /** Serves up to {@code budget} subscriptions with everything pending; how many it served. */
    int run(int budget) {
        if (batch.isEmpty()) {
            if (pending.isEmpty()) {
                return 0;
            }
            batch = pending;
            pending = new ArrayList<>(1);
            batchNumber++;
            next = size - 1;
        }
        int served = 0;
        while (next >= 0 && served < budget) {
            Subscription subscription = subscriptions[next--];
            if (subscription.servedBatch != batchNumber) {
                subscription.servedBatch = batchNumber;
                subscription.deliver(batch);
                served++;
            }
        }
        if (next < 0) {
            lane.finished(batch);
            batch = List.of();
        }
        return served;
    }

    /** Compares positions at the next sweep: something may have been missed. */
    void checkSoon() {
        nextCheckAt = 0;
    }

    /** Compares every subscription with the stream's top; those that differ are compared again soon. */
    void compare(Position top) {
        for (Subscription subscription : snapshot()) {
            if (subscription.compare(top)) {
                checkSoon();
            }
        }
    }

    /** Whether a fan-out is under way or something waits for one. */
    boolean hasWork() {
        return !batch.isEmpty() || !pending.isEmpty();
    }

    /** The subscriptions now, to be looked at one by one while they may come and go. */
    List<Subscription> snapshot() {
        return List.of(Arrays.copyOf(subscriptions, size)); // a copy: what is done to one may remove others
    }
}
