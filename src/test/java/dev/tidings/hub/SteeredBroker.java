package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A broker whose answers come when the test says so, and whose publications arrive as often as the test says: not at all, once, or twice. */
final class SteeredBroker implements Broker, Broker.Listener {
    final MemoryBroker store;
    /** Whether readers of history wait for {@link #read} and {@link #answer}. */
    boolean holdsReads;
    /** Whether subscribers wait for {@link #subscribed}. */
    boolean holdsSubscribing;
    /** Whether the store can't be reached. */
    boolean isAway;
    /** How often the next publications arrive. */
    int copies = 1;
    int reads;
    private final Deque<Reading> readings = new ArrayDeque<>();
    private final Deque<CompletableFuture<Void>> subscribing = new ArrayDeque<>();
    private Listener hub;

    private static final class Reading {
        Channel channel;
        Namespace namespace;
        HistoryQuery query;
        History read;
        final CompletableFuture<History> answer = new CompletableFuture<>();
    }

    SteeredBroker(MemoryBroker store) {
        this.store = store;
        store.listen(this);
    }

    @Override
    public void listen(Listener listener) {
        hub = listener;
    }

    @Override
    public void published(Channel channel, Publication publication) {
        for (int i = 0; i < copies; i++) {
            hub.published(channel, publication);
        }
    }

    @Override
    public void joined(Channel channel, ClientInfo member) {
        hub.joined(channel, member);
    }

    @Override
    public void left(Channel channel, ClientInfo member) {
        hub.left(channel, member);
    }

    @Override
    public void compared(Channel channel, Position top) {
        hub.compared(channel, top);
    }

    @Override
    public CompletionStage<Published> publish(Publish publish) {
        return store.publish(publish);
    }

    @Override
    public CompletionStage<Void> join(Channel channel, ClientInfo member) {
        return store.join(channel, member);
    }

    @Override
    public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
        return store.leave(channel, member);
    }

    @Override
    public CompletionStage<Void> subscribe(Channel channel) {
        store.subscribe(channel);
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (holdsSubscribing) {
            subscribing.add(done);
        } else {
            done.complete(null);
        }
        return done;
    }

    /** The first of those who wait is subscribed now. */
    void subscribed() {
        subscribing.remove().complete(null);
    }

    @Override
    public CompletionStage<Void> unsubscribe(Channel channel) {
        return store.unsubscribe(channel);
    }

    @Override
    public CompletionStage<History> history(Channel channel, Namespace namespace, HistoryQuery query) {
        reads++;
        if (!holdsReads) {
            return store.history(channel, namespace, query);
        }
        Reading reading = new Reading();
        reading.channel = channel;
        reading.namespace = namespace;
        reading.query = query;
        readings.add(reading);
        return reading.answer;
    }

    /** What the first reader asked for is read now. */
    void read() {
        Reading first = readings.element();
        first.read = store.history(first.channel, first.namespace, first.query).toCompletableFuture().join();
    }

    /** The first reader gets what was read. */
    void answer() {
        Reading first = readings.remove();
        first.answer.complete(first.read);
    }

    /** The first reader gets nothing: the store is away. */
    void fail() {
        readings.remove().answer.completeExceptionally(new RefusedException(Refusal.INTERNAL));
    }

    boolean isAsked() {
        return !readings.isEmpty();
    }

    @Override
    public boolean isConnected() {
        return !isAway;
    }

    @Override
    public long historyBytes() {
        return store.historyBytes();
    }
}
