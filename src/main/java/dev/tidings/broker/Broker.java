package dev.tidings.broker;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.concurrent.CompletionStage;

/**
 * Orders publications, retains them, and hands them to every node that has subscribers. All methods may be called on any thread and do not block;
 * stages may complete on any thread, and complete exceptionally with {@link dev.tidings.channel.RefusedException} where the caller can be told why.
 */
public interface Broker {
    /** Receives what is published to channels that this node is subscribed to. */
    interface Listener {
        /**
         * A publication. Called in order of offset within a channel, at least once for each publication while the link to the broker is whole; must
         * not block. What is missing or doubled here is found by the offsets.
         */
        void published(Channel channel, Publication publication);

        /** A member came. */
        void joined(Channel channel, ClientInfo member);

        /** A member went. */
        void left(Channel channel, ClientInfo member);

        /**
         * The stream's top, read after the link to the broker was whole again. Called after what could be had of the publications up to {@code top}, so
         * whoever has not got there has missed something that will not come by itself.
         */
        void compared(Channel channel, Position top);
    }

    /** Names who receives; once, before anything else. */
    void listen(Listener listener);

    /**
     * Publishes: checks idempotency key, condition and version, gives the next offset, appends to the history and hands it to the subscribers, all
     * of it atomically with regard to other publishers and readers of the channel.
     */
    CompletionStage<Published> publish(Publish publish);

    /** Tells the subscribers of the channel that a member came; at most once, and not retained. */
    CompletionStage<Void> join(Channel channel, ClientInfo member);

    /** Tells the subscribers of the channel that a member went; at most once, and not retained. */
    CompletionStage<Void> leave(Channel channel, ClientInfo member);

    /** From its completion on, what is published to the channel reaches the listener. Idempotent. */
    CompletionStage<Void> subscribe(Channel channel);

    /** What is published to the channel need not reach the listener any more. Idempotent. */
    CompletionStage<Void> unsubscribe(Channel channel);

    /** Reads a stream's position and a page of what is retained, atomically. Makes the stream's epoch when there is none. */
    CompletionStage<History> history(Channel channel, Namespace namespace, HistoryQuery query);

    /** Whether the broker can be reached, as far as is known: publications arrive, and what is asked can be answered. */
    boolean isConnected();

    /** Bytes of memory that the history takes on this node; 0 where it is kept elsewhere. */
    long historyBytes();
}
