package dev.tidings.hub;

import dev.tidings.channel.Gap;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Transport;

/** What the hub counts, in its own words. Any thread may call; nothing blocks. */
public interface HubMetrics {
    /** Counts nothing. */
    HubMetrics NONE = new HubMetrics() {
        @Override
        public void opened(Transport.Kind transport) {
        }

        @Override
        public void closed(Transport.Kind transport, Disconnect reason, long lifetimeMillis) {
        }

        @Override
        public void rejected(String reason) {
        }

        @Override
        public void published() {
        }

        @Override
        public void delivered(Transport.Kind transport, int count) {
        }

        @Override
        public void deliveryLatency(long nanos) {
        }

        @Override
        public void dropped(Drop reason, int count) {
        }

        @Override
        public void recovered(String result) {
        }

        @Override
        public void gap(Gap.Reason reason) {
        }

        @Override
        public void rebalanced(int count) {
        }
    };

    /** A connection was accepted. */
    void opened(Transport.Kind transport);

    /** A connection ended. */
    void closed(Transport.Kind transport, Disconnect reason, long lifetimeMillis);

    /** A connection was refused: {@code drain}, {@code limit}, {@code rate}, {@code origin}, {@code unavailable}. */
    void rejected(String reason);

    /** The broker accepted a publication. */
    void published();

    /** Publications were put into outboxes. */
    void delivered(Transport.Kind transport, int count);

    /** The time from a publication's arrival at this node to the write that carries it to the subscribers of one lane. */
    void deliveryLatency(long nanos);

    /** Publications without history were not delivered. */
    void dropped(Drop reason, int count);

    /** A client came back with a position: {@code recovered}, or the reason of its gap. */
    void recovered(String result);

    /** A client was told that publications may be missing. */
    void gap(Gap.Reason reason);

    /** Sessions were told to move, or will be closed, to even out the load of the nodes. */
    void rebalanced(int count);

    /** Why a publication without history was not delivered. */
    enum Drop {
        /** The lane has more pending than its bound. */
        LANE_FULL,
        /** More arrived during a recovery than may be parked. */
        PARKED_FULL,
        /** The client is behind and what it gets comes from history. */
        BEHIND,
        /** The client sent it and there is no use for it. */
        SEND;

        /** The value of the metric label. */
        public String label() {
            return name().toLowerCase();
        }
    }
}
