package dev.tidings.hub;

import java.util.ArrayDeque;

/** Live events that wait while a subscription reads history, in order. On the lane. */
final class Parked {
    /** Events that wait at most; what has a place in the stream and finds none here is in history, which is then read again. */
    static final int MAX = 256;

    private ArrayDeque<ChannelEvent> events = new ArrayDeque<>(0);

    /** Parks an event. False when there are too many. */
    boolean offer(ChannelEvent event) {
        return events.size() < MAX && events.add(event);
    }

    /** All that waits; then none does. */
    ArrayDeque<ChannelEvent> take() {
        ArrayDeque<ChannelEvent> taken = events;
        events = new ArrayDeque<>(0);
        return taken;
    }

    /** What was taken and still has to wait, behind what came meanwhile. */
    void putBack(ArrayDeque<ChannelEvent> taken) {
        events.addAll(taken);
    }

    /** Events now. */
    int size() {
        return events.size();
    }

    /** Whether it is a publication that no history has. */
    static boolean isPassing(ChannelEvent event) {
        return event instanceof ChannelEvent.Published published && !published.delivery().publication().hasOffset();
    }
}
