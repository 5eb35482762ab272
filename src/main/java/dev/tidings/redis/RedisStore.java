package dev.tidings.redis;

import dev.tidings.broker.ConditionFailedException;
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
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** The store in Redis: one script for each request, one channel of Redis for each channel. Any thread; the links tell on their event loops. */
public final class RedisStore implements Store {
    /** A subscription that is not confirmed for so long fails: its client is told to come back. */
    static final long SUBSCRIBE_MILLIS = 5_000;
    /** The same while Redis is known to be away: long enough for a connection that was just lost to be opened again. */
    static final long SUBSCRIBE_AWAY_MILLIS = 1_000;
    private static final Logger LOG = Logger.getLogger("dev.tidings.redis");
    /** Bytes of publications in one page: a larger history comes in several, so that neither Redis nor a connection is held for long. */
    private static final int PAGE_BYTES = 1 << 20;
    /** Pages that are read at once. Redis keeps answers until they are taken, so with {@link #PAGE_BYTES} this bounds what it keeps for one node. */
    private static final int MAX_READING = 64;
    /** Idempotency keys kept in one channel at once; the oldest go first. */
    private static final int MAX_KEYS = 10_000;
    private static final String EPOCH_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    private static final int EPOCH_LENGTH = 6;

    private final RedisClient redis;
    private final RandomGenerator random;
    private final Turns reading = new Turns(MAX_READING);
    private final Map<Channel, Wanted> wanted = new ConcurrentHashMap<>();
    private volatile boolean saidUnreadable;
    private Listener listener;

    /** A store; {@code random} must be safe to use from several threads. */
    public RedisStore(RedisClient redis, RandomGenerator random) {
        this.redis = redis;
        this.random = random;
    }

    @Override
    public void listen(Listener itsListener) {
        listener = itsListener;
    }

    @Override
    public boolean isConnected() {
        return redis.isConnected();
    }

    private String newEpoch() {
        StringBuilder epoch = new StringBuilder(EPOCH_LENGTH);
        for (int i = 0; i < EPOCH_LENGTH; i++) {
            epoch.append(EPOCH_ALPHABET.charAt(random.nextInt(EPOCH_ALPHABET.length())));
        }
        return epoch.toString();
    }

    // -- requests ------------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Placed> publish(Publish publish, Mark known) {
        String tag = Keys.tag(publish.channel());
        Namespace namespace = publish.namespace();
        Publication publication = publish.publication();
        Optional<Publish.IdempotencyKey> key = publish.key();
        Position condition = publish.condition().orElse(null);
        boolean looksAtStream = publish.isRetained() || publication.version() > 0 || condition != null;
        List<String> names = key.isPresent() ? List.of("m", "s", "k", "q") : looksAtStream ? List.of("m", "s") : List.of("m");
        return redis.callReplicated(redis.scripts().publish(), tag, names.stream().map(name -> redis.name(tag, name)).toList(), redis.publishCommand(), redis.name(tag, "c"), Codec.encode(publication),
                publish.isRetained() ? "1" : "0", namespace.historySize(), namespace.historyTtl().toMillis(), namespace.metaTtl().toMillis(), newEpoch(), known.epoch(),
                known.offset(), known.time(), key.map(it -> it.scope() + '\0' + it.key()).orElse(""), key.map(Publish.IdempotencyKey::payloadHash).orElse(""),
                MemoryBroker.IDEMPOTENCY_WINDOW.toMillis(), MAX_KEYS, condition == null ? "" : condition.epoch(), condition == null ? -1 : condition.offset(),
                publication.version(), publish.versionEpoch()).thenApply(answer -> placed(publish, answer));
    }

    private static Placed placed(Publish publish, Response answer) {
        Mark mark = new Mark(answer.get(1).toString(), answer.get(2).toLong(), answer.get(3).toLong());
        Optional<Position> position = mark.isPresent() ? Optional.of(mark.position()) : Optional.empty();
        return switch (answer.get(0).toString()) {
            case "ok" -> new Placed(new Published(position, false, false), mark);
            case "skipped" -> new Placed(new Published(position, false, true), mark);
            case "duplicate" -> new Placed(new Published(position, true, false), mark);
            case "duplicate-skipped" -> new Placed(new Published(position, true, true), mark);
            case "condition" -> throw new ConditionFailedException(mark.position());
            case "mismatch" -> throw new RefusedException(Refusal.IDEMPOTENCY_MISMATCH);
            case "full" -> throw new RefusedException(Refusal.NOT_AVAILABLE, "the stream of " + publish.channel() + " has used up all offsets");
            default -> throw new IllegalStateException("publish.lua answers " + answer.get(0));
        };
    }

    @Override
    public CompletionStage<Read> read(Channel channel, Namespace namespace, HistoryQuery query, Mark known) {
        String tag = Keys.tag(channel);
        return reading.take(() -> redis.callReading(redis.scripts().history(), tag, List.of(redis.name(tag, "m"), redis.name(tag, "s")),
                namespace.historyTtl().toMillis(), namespace.metaTtl().toMillis(), newEpoch(), known.epoch(), known.offset(), known.time(), query.since(), query.limit(),
                query.reverse() ? "1" : "0", PAGE_BYTES).thenApply(RedisStore::read));
    }

    private static Read read(Response answer) {
        Mark top = new Mark(answer.get(0).toString(), answer.get(1).toLong(), answer.get(2).toLong());
        List<Publication> page = new ArrayList<>((answer.size() - 4) / 2);
        for (int i = 4; i < answer.size(); i += 2) {
            String id = answer.get(i).toString();
            int dash = id.indexOf('-');
            page.add(Codec.publication(answer.get(i + 1).toBytes(), 0, top.epoch(), Long.parseLong(id, 0, dash, 10), Long.parseLong(id, dash + 1, id.length(), 10)));
        }
        return new Read(new History(top.position(), answer.get(3).toLong(), page), top);
    }

    @Override
    public CompletionStage<Void> join(Channel channel, ClientInfo member) {
        return tell(channel, 'J', member);
    }

    @Override
    public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
        return tell(channel, 'L', member);
    }

    private CompletionStage<Void> tell(Channel channel, char what, ClientInfo member) {
        byte[] encoded = Codec.encode(member);
        byte[] payload = new byte[encoded.length + 1];
        payload[0] = (byte) what;
        System.arraycopy(encoded, 0, payload, 1, encoded.length);
        String tag = Keys.tag(channel);
        return redis.publish(tag, redis.name(tag, "c"), payload).thenApply(_ -> null);
    }

    // -- links ---------------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Void> subscribe(Channel channel) {
        String tag = Keys.tag(channel);
        Wanted name = new Wanted(redis.name(tag, "c"), Keys.slot(tag), new Wanted.Receiver() {
            @Override
            public void received(byte[] payload) {
                told(channel, payload);
            }

            @Override
            public void resubscribed() {
                listener.resubscribed(channel);
            }
        });
        wanted.put(channel, name);
        redis.subscribe(name);
        long within = isConnected() ? SUBSCRIBE_MILLIS : SUBSCRIBE_AWAY_MILLIS;
        return name.ready.copy().orTimeout(within, TimeUnit.MILLISECONDS).exceptionallyCompose(_ -> CompletableFuture.failedFuture(AwayException.notConnected()));
    }

    @Override
    public void unsubscribe(Channel channel) {
        Wanted name = wanted.remove(channel);
        if (name != null) {
            redis.unsubscribe(name);
        }
    }

    /** {@code P epoch : offset : time LF publication}, {@code J member}, {@code L member}. */
    private void told(Channel channel, byte[] payload) {
        try {
            switch (payload[0]) {
                case 'J' -> listener.joined(channel, Codec.info(payload, 1));
                case 'L' -> listener.left(channel, Codec.info(payload, 1));
                case 'P' -> {
                    int end = 1;
                    while (payload[end] != '\n') {
                        end++;
                    }
                    String[] place = new String(payload, 1, end - 1, StandardCharsets.US_ASCII).split(":");
                    listener.published(channel, Codec.publication(payload, end + 1, place[0], Long.parseLong(place[1]), Long.parseLong(place[2])));
                }
                default -> throw new Codec.UnreadableException("kind " + payload[0], null);
            }
        } catch (Codec.UnreadableException | IndexOutOfBoundsException | NumberFormatException e) {
            if (!saidUnreadable) {
                saidUnreadable = true; // once: it is a node of another version, or somebody else's publication
                LOG.warnf("what is told in Redis can't be read: %s", e.getMessage());
            }
        }
    }
}
