package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.session.Delivery;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The index of this node: which lanes have subscriptions to a channel.
 *
 * <p>Threads: a subscription is added and removed on its lane, inside {@code compute} of the concurrent map, which orders it with the calls to the
 * broker for that channel. Publishers look up without a lock. Why none is missed: a lane is visible to publishers before its subscription reads
 * history (both are ordered by the broker's lock of the stream), so a publication is seen by the one or by the other. What the broker tells comes on its
 * threads and is only offered to lanes.
 */
final class Subscriptions implements Broker.Listener {
    private final Map<Channel, Entry> channels = new ConcurrentHashMap<>();
    private final Broker broker;
    private final int lanes;
    private final LongSupplier ticker;

    private static final class Entry {
        final AtomicReferenceArray<LaneSubscribers> byLane;
        final CompletionStage<Void> ready;
        int count; // guarded by compute

        Entry(int lanes, CompletionStage<Void> ready) {
            this.byLane = new AtomicReferenceArray<>(lanes);
            this.ready = ready;
        }
    }

    Subscriptions(Broker broker, int lanes, LongSupplier ticker) {
        this.broker = broker;
        this.lanes = lanes;
        this.ticker = ticker;
    }

    /** Puts a subscription into the index; completes when what is published reaches this node. On the subscription's lane. */
    CompletionStage<Void> add(Subscription subscription) {
        Lane lane = subscription.subscriber.lane();
        return channels.compute(subscription.channel, (channel, known) -> {
            Entry entry = known == null ? new Entry(lanes, broker.subscribe(channel)) : known;
            LaneSubscribers subscribers = entry.byLane.get(lane.index());
            if (subscribers == null) {
                subscribers = new LaneSubscribers(channel, lane);
                entry.byLane.set(lane.index(), subscribers);
                lane.add(subscribers);
            }
            subscribers.add(subscription);
            entry.count++;
            return entry;
        }).ready;
    }

    /** Takes a subscription out of the index. On its lane; once. */
    void remove(Subscription subscription) {
        Lane lane = subscription.subscriber.lane();
        channels.computeIfPresent(subscription.channel, (channel, entry) -> {
            LaneSubscribers subscribers = entry.byLane.get(lane.index());
            subscribers.remove(subscription);
            if (subscribers.isEmpty()) {
                entry.byLane.set(lane.index(), null);
                lane.remove(subscribers);
            }
            if (--entry.count > 0) {
                return entry;
            }
            broker.unsubscribe(channel);
            return null;
        });
    }

    @Override
    public void published(Channel channel, Publication publication) {
        deliver(channel, new ChannelEvent.Published(new Delivery(channel, publication), ticker.getAsLong()));
    }

    @Override
    public void joined(Channel channel, ClientInfo member) {
        deliver(channel, new ChannelEvent.Joined(member));
    }

    @Override
    public void left(Channel channel, ClientInfo member) {
        deliver(channel, new ChannelEvent.Left(member));
    }

    @Override
    public void compared(Channel channel, Position top) {
        deliver(channel, new ChannelEvent.Compared(top));
    }

    /** Does something with a channel's subscriptions, on each lane that has some. */
    void eachLane(Channel channel, Consumer<LaneSubscribers> action) {
        Entry entry = channels.get(channel);
        for (int i = 0; entry != null && i < lanes; i++) {
            LaneSubscribers subscribers = entry.byLane.get(i);
            if (subscribers != null) {
                subscribers.lane.execute(() -> action.accept(subscribers));
            }
        }
    }

    /** Hands an event to every lane that has subscriptions to the channel. Any thread. */
    private void deliver(Channel channel, ChannelEvent event) {
        Entry entry = channels.get(channel);
        if (entry == null) {
            return;
        }
        for (int i = 0; i < lanes; i++) {
            LaneSubscribers subscribers = entry.byLane.get(i);
            if (subscribers != null && !subscribers.isEmpty()) {
                subscribers.lane.offer(subscribers, event);
            }
        }
    }

    /** Channels with subscriptions on this node. */
    int channelCount() {
        return channels.size();
    }

    /** Subscriptions to a channel on this node. */
    int count(Channel channel) {
        Entry entry = channels.get(channel);
        return entry == null ? 0 : entry.count;
    }

    /** The channels with subscriptions on this node now. */
    List<Channel> channels() {
        return List.copyOf(channels.keySet());
    }
}
