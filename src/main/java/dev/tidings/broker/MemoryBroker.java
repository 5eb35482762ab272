package dev.tidings.broker;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.RefusedException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongBiFunction;
import java.util.random.RandomGenerator;

/**
 * The broker of a node that is alone: all streams in this process's memory, within a bound.
 *
 * <p>Concurrency: each stream is guarded by its own monitor, held from the look at the idempotency key to the hand-over to the listener, so the
 * listener sees a channel's publications in order of offset. A stream that is removed is marked dead under its monitor; whoever waited for that
 * monitor looks the stream up again. The total of bytes is kept by differences and may lag behind by what is being published right now.
 *
 * <p>When the bound is reached, the oldest publications go first: streams give up what they retain in the order in which they were last published to
 * or created, then those streams that nobody is subscribed to go altogether, and at last idempotency keys, until a tenth of the bound is free.
 * Subscribers learn of it as they do of any expiry: gap {@code expired}, or {@code epoch} where the stream itself went.
 */
public final class MemoryBroker implements Broker {
    /** How long the result of a request with an idempotency key is kept. */
    public static final Duration IDEMPOTENCY_WINDOW = Duration.ofMinutes(5);
    private static final String EPOCH_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    private static final int EPOCH_LENGTH = 6;

    private final Map<Channel, MemoryStream> streams = new ConcurrentHashMap<>();
    private final Map<Channel, Boolean> subscribed = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean shedding = new AtomicBoolean();
    private final long maxBytes;
    private final InstantSource clock;
    private final RandomGenerator random;
    private Listener listener;

    /** A broker that keeps at most {@code maxBytes} of history and positions. {@code random} must be safe to use from several threads. */
    public MemoryBroker(long maxBytes, InstantSource clock, RandomGenerator random) {
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void listen(Listener itsListener) {
        listener = itsListener;
    }

    @Override
    public CompletionStage<Published> publish(Publish publish) {
        try {
            Published published = needsStream(publish) ? publishToStream(publish) : passOn(publish);
            shedIfOver();
            return CompletableFuture.completedStage(published);
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static boolean needsStream(Publish publish) {
        return publish.isRetained() || publish.key().isPresent() || publish.condition().isPresent() || publish.publication().version() > 0;
    }

    private Published passOn(Publish publish) {
        listener.published(publish.channel(), publish.publication().placed("", 0, clock.millis()));
        return Published.PASSED_ON;
    }

    private Published publishToStream(Publish publish) {
        while (true) {
            MemoryStream stream = stream(publish.channel(), publish.namespace());
            synchronized (stream) {
                if (stream.isDead()) {
                    continue;
                }
                long before = stream.bytes();
                try {
                    MemoryStream.Outcome outcome = stream.publish(publish, clock.millis());
                    outcome.sent().ifPresent(publication -> listener.published(publish.channel(), publication));
                    return outcome.published();
                } finally {
                    bytes.addAndGet(stream.bytes() - before);
                }
            }
        }
    }

    @Override
    public CompletionStage<History> history(Channel channel, Namespace namespace, HistoryQuery query) {
        History history = read(channel, namespace, query);
        shedIfOver(); // only now: a stream that was just made must not be taken away from under its reader, who would make it again for ever
        return CompletableFuture.completedStage(history);
    }

    private History read(Channel channel, Namespace namespace, HistoryQuery query) {
        while (true) {
            MemoryStream stream = stream(channel, namespace);
            synchronized (stream) {
                if (stream.isDead()) {
                    continue;
                }
                long before = stream.bytes();
                History history = stream.history(query, clock.millis());
                bytes.addAndGet(stream.bytes() - before);
                return history;
            }
        }
    }

    private MemoryStream stream(Channel channel, Namespace namespace) {
        MemoryStream known = streams.get(channel);
        if (known != null) {
            synchronized (known) {
                expire(channel, known, clock.millis());
            }
        }
        return streams.computeIfAbsent(channel, _ -> {
            bytes.addAndGet(MemoryStream.OVERHEAD + channel.name().length());
            return new MemoryStream(newEpoch(), namespace, clock.millis());
        });
    }

    /** Drops what is over its time in a stream, and the stream itself when all of it is. Under the stream's monitor. */
    private void expire(Channel channel, MemoryStream stream, long now) {
        if (stream.isDead()) {
            return;
        }
        long before = stream.bytes();
        stream.expire(now);
        bytes.addAndGet(stream.bytes() - before);
        if (stream.isOver(now)) {
            remove(channel, stream);
        }
    }

    private void remove(Channel channel, MemoryStream stream) {
        stream.kill();
        streams.remove(channel, stream);
        bytes.addAndGet(-stream.bytes() - channel.name().length());
    }

    private String newEpoch() {
        StringBuilder epoch = new StringBuilder(EPOCH_LENGTH);
        for (int i = 0; i < EPOCH_LENGTH; i++) {
            epoch.append(EPOCH_ALPHABET.charAt(random.nextInt(EPOCH_ALPHABET.length())));
        }
        return epoch.toString();
    }

    /** Drops what is over its time in all streams. Called about once a second; reading a stream does the same for that one. */
    public void sweep() {
        long now = clock.millis();
        streams.forEach((channel, stream) -> {
            synchronized (stream) {
                expire(channel, stream, now);
            }
        });
    }

    private void shedIfOver() {
        if (bytes.get() > maxBytes && shedding.compareAndSet(false, true)) {
            try {
                shed();
            } finally {
                shedding.set(false);
            }
        }
    }

    private void shed() {
        long target = maxBytes - maxBytes / 10;
        List<Map.Entry<Channel, Long>> leastRecent = new ArrayList<>();
        streams.forEach((channel, stream) -> leastRecent.add(Map.entry(channel, stream.touchedAt())));
        leastRecent.sort(Comparator.comparingLong(Map.Entry::getValue));
        shed(leastRecent, target, MemoryStream::shed);
        for (Map.Entry<Channel, Long> entry : leastRecent) {
            MemoryStream stream = streams.get(entry.getKey());
            if (bytes.get() <= target) {
                return;
            }
            if (stream != null && !subscribed.containsKey(entry.getKey())) {
                synchronized (stream) {
                    if (!stream.isDead()) {
                        remove(entry.getKey(), stream);
                    }
                }
            }
        }
        shed(leastRecent, target, MemoryStream::shedKeys);
    }

    private void shed(List<Map.Entry<Channel, Long>> leastRecent, long target, ToLongBiFunction<MemoryStream, Long> how) {
        for (Map.Entry<Channel, Long> entry : leastRecent) {
            if (bytes.get() <= target) {
                return;
            }
            MemoryStream stream = streams.get(entry.getKey());
            if (stream != null) {
                synchronized (stream) {
                    bytes.addAndGet(stream.isDead() ? 0 : -how.applyAsLong(stream, bytes.get() - target));
                }
            }
        }
    }

    /** Forgets every stream, as a store does that lost its data. */
    public void wipe() {
        streams.forEach((channel, stream) -> {
            synchronized (stream) {
                if (!stream.isDead()) {
                    remove(channel, stream);
                }
            }
        });
    }

    @Override
    public CompletionStage<Void> join(Channel channel, ClientInfo member) {
        listener.joined(channel, member);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
        listener.left(channel, member);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> subscribe(Channel channel) {
        subscribed.put(channel, Boolean.TRUE);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> unsubscribe(Channel channel) {
        subscribed.remove(channel);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public long historyBytes() {
        return bytes.get();
    }

    /** Streams that have a position. */
    public int streamCount() {
        return streams.size();
    }
}
