package dev.tidings.simulation;

import dev.tidings.broker.Broker;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A store that is the broker in memory: what it tells goes over a {@link Link} to each node. */
final class MemoryStore extends Store implements Broker.Listener {
    final MemoryBroker broker;
    private final Namespaces namespaces;
    private final List<Link> links = new ArrayList<>();

    MemoryStore(Schedule schedule, Weather weather, Namespaces namespaces, long maxBytes, long seed) {
        super(schedule, weather);
        this.namespaces = namespaces;
        this.broker = new MemoryBroker(maxBytes, schedule.clock, new SplittableRandom(seed));
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

    @Override
    Uplink connect() {
        return new Link(this);
    }

    @Override
    void sweep() {
        broker.sweep();
    }

    @Override
    String remains() {
        return broker.streamCount() == 0 && broker.historyBytes() == 0 ? "" : broker.streamCount() + " streams, and counts " + broker.historyBytes() + " bytes";
    }

    @Override
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
        tellsLeave(channel, member);
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

    @Override
    Position top(Channel channel) {
        return broker.history(channel, namespaces.of(channel), HistoryQuery.TOP).toCompletableFuture().join().top();
    }

    @Override
    long oldest(Channel channel) {
        return broker.history(channel, namespaces.of(channel), HistoryQuery.TOP).toCompletableFuture().join().oldest();
    }
}
