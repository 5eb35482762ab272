package dev.tidings.session;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;

/** What the hub says to one client unasked, in the words of its wire. Each call encodes and puts the bytes into the session's outbox; lane only. */
public interface Wire {
    /** Whether it understands what is marked (x) in the protocol. */
    boolean extended();

    /** Whether what was missed is streamed after the answer to a subscription instead of being held in it. */
    boolean streamsReplay();

    /** A publication; {@code prev} is the offset its receiver was at, or -1 when that is one less than this one's. */
    void publication(Delivery delivery, long prev);

    /** Publications may be missing; extended wires only. */
    void gap(Channel channel, Gap gap);

    /** Nothing for this filtered subscription up to here; extended wires only. */
    void position(Channel channel, Position position);

    /** A member came. */
    void join(Channel channel, ClientInfo member);

    /** A member went. */
    void leave(Channel channel, ClientInfo member);

    /** A back end subscribed the session. */
    void subscribed(Channel channel, boolean recoverable, boolean positioned, Position position, byte[] data);

    /** The hub ended a subscription. */
    void unsubscribed(Channel channel, Unsubscribe reason);

    /** The session's lifetime was changed by a back end; {@code ttlSeconds} 0 = it does not expire. */
    void refreshed(long ttlSeconds);

    /** The client should move to another connection: at a random time of the window, before the deadline; extended wires only. */
    void drain(Disconnect cause, RetryWindow window, long deadlineMillis);

    /** A sign of life. */
    void keepalive();

    /** The last words of a planned or forced end, for wires whose close says nothing. */
    void farewell(Ending ending);

    /** Why a subscription was ended by the hub, with Centrifuge's codes. */
    record Unsubscribe(int code, String reason) {
        /** Ended by the back end; the client does not subscribe again. */
        public static final Unsubscribe SERVER = new Unsubscribe(2000, "server unsubscribe");
        /** The hub no longer knows what the client has seen: it subscribes again, with recovery. */
        public static final Unsubscribe INSUFFICIENT_STATE = new Unsubscribe(2500, "insufficient state");
        /** The subscription's token ran out: the client subscribes again with a fresh one. */
        public static final Unsubscribe EXPIRED = new Unsubscribe(2501, "subscription expired");
    }
}
