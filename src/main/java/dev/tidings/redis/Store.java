package dev.tidings.redis;

import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Publication;
import java.util.concurrent.CompletionStage;

/**
 * The streams that nodes share, and the links on which they tell of what happens: each call is one script and one round trip. Requests may fail, also
 * after they took effect; links lose what they tell, silently or by breaking. What is made of that is {@link RedisBroker}'s. Any thread may call;
 * stages complete on any thread.
 */
public interface Store {
    /** Receives what the links tell. For one channel the calls come in order and one after the other. */
    interface Listener {
        /** A publication; it may have come before, and some before it may not have come. */
        void published(Channel channel, Publication publication);

        /** A member came. */
        void joined(Channel channel, ClientInfo member);

        /** A member went. */
        void left(Channel channel, ClientInfo member);

        /** The channel's link was broken or is another one, and from now on tells again what is published; what was published meanwhile was not told. */
        void resubscribed(Channel channel);
    }

    /** What became of a request to publish, and the stream's position after it; {@link Mark#NONE} where it has none. */
    record Placed(Published published, Mark mark) {
    }

    /** A page of a stream, and its position with its time. */
    record Read(History history, Mark top) {
    }

    /** Names who receives; once, before anything else. */
    void listen(Listener listener);

    /** Publishes atomically. {@code known} is the last position that this node knows: where the stream is not that one any more, it begins a new epoch. */
    CompletionStage<Placed> publish(Publish publish, Mark known);

    /** Reads atomically; makes the epoch of a stream that has none, or that is not the one that was {@code known}. */
    CompletionStage<Read> read(Channel channel, Namespace namespace, HistoryQuery query, Mark known);

    /** Tells the channel's subscribers that a member came; not retained. */
    CompletionStage<Void> join(Channel channel, ClientInfo member);

    /** Tells the channel's subscribers that a member went; not retained. */
    CompletionStage<Void> leave(Channel channel, ClientInfo member);

    /** From its completion on, the channel's link tells what is published, until it breaks. */
    CompletionStage<Void> subscribe(Channel channel);

    /** The channel's link need not tell any more. */
    void unsubscribe(Channel channel);

    /** Whether requests can be made and every link is whole, as far as is known. */
    boolean isConnected();
}
