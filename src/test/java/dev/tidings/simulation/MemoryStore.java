package dev.tidings.simulation;

import dev.tidings.broker.Broker;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.presence.MemoryPresence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** The store that the nodes share: the broker and the presence in memory, and the links on which it tells each node what happens. */
final class Store implements Broker.Listener {
    static final Duration PRESENCE_TTL = Duration.ofSeconds(60);

    final Schedule schedule;
    final Weather weather;
    final Truth truth;
    final MemoryBroker broker;
    final MemoryPresence presence;
    private final Namespaces namespaces;
    private final List<Link> links = new ArrayList<>();
    /** Whether reads fail and links lose now; off in the calm at the end. */
    boolean failing = true;
    /** How often nodes have read. */
    long reads;

    Store(Schedule schedule, Weather weather, Namespaces namespaces, long maxBytes, long seed) {
        this.schedule = schedule;
        this.weather = weather;
        this.truth = new Truth(schedule);
        this.namespaces = namespaces;
        this.broker = new MemoryBroker(maxBytes, schedule.clock, new SplittableRandom(seed));
        this.presence = new MemoryPresence(schedule.clock, PRESENCE_TTL);
        broker.listen(this);
        if (weather.shedding) {
            truth.mayForgetKeys();
        }
    }

    void add(Link link) {
        links.add(link);
    }

    void remove(Link link) {
        links.remove(link);
    }

    /** Whether any node is subscribed to the channel. */
    boolean isSubscribed(Channel channel) {
        return links.stream().anyMatch(link -> link.isSubscribed(channel));
    }

    /** Loses everything. */
    void wipe() {
        schedule.note(() -> "store: wiped");
        truth.mayForgetKeys();
        broker.wipe();
    }

    @Override
    public void published(Channel channel, Publication publication) {
        truth.accept(channel, publication);
        toAll(channel, publication.hasOffset(), listener -> listener.published(channel, publication));
    }

    @Override
    public void joined(Channel channel, ClientInfo member) {
        schedule.note(() -> "store: " + member.client() + " joined " + channel);
        toAll(channel, false, listener -> listener.joined(channel, member));
    }

    @Override
    public void left(Channel channel, ClientInfo member) {
        schedule.note(() -> "store: " + member.client() + " left " + channel);
        toAll(channel, false, listener -> listener.left(channel, member));
    }

    @Override
    public void compared(Channel channel, Position top) {
        throw new AssertionError("the broker in memory has no link that could break");
    }

    private void toAll(Channel channel, boolean mayDouble, Consumer<Broker.Listener> what) {
        for (Link link : links) {
            link.send(channel, mayDouble, what);
        }
    }

    /** Where a stream is now. */
    Position top(Channel channel) {
        return broker.history(channel, namespaces.of(channel), HistoryQuery.TOP).toCompletableFuture().join().top();
    }

    /** The oldest offset that a stream retains now. */
    long oldest(Channel channel) {
        return broker.history(channel, namespaces.of(channel), HistoryQuery.TOP).toCompletableFuture().join().oldest();
    }
}
