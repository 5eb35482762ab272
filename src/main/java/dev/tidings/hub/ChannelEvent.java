package dev.tidings.hub;

import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.session.Delivery;

/** What happens in a channel and concerns its subscribers, in the order in which the broker tells it. */
sealed interface ChannelEvent {
    /** A publication; {@code arrivedNanos} is the reading of the hub's ticker when the broker handed it over. */
    record Published(Delivery delivery, long arrivedNanos) implements ChannelEvent {
    }

    /** A member came. */
    record Joined(ClientInfo member) implements ChannelEvent {
    }

    /** A member went. */
    record Left(ClientInfo member) implements ChannelEvent {
    }

    /** The stream's top, to be compared with at once: publications may have been lost. */
    record Compared(Position top) implements ChannelEvent {
    }
}
