package dev.tidings.simulation;

import dev.tidings.broker.ConditionFailedException;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.redis.Mark;
import dev.tidings.redis.Store.Listener;
import dev.tidings.redis.Store.Placed;
import dev.tidings.redis.Store.Read;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One server of the simulated Redis: its data, and the scripts on them, step by step as {@code redis/publish.lua} and {@code history.lua} take them. */
final class RedisServer {
    private static final int EXPIRES_EVERY = 64;

    private final Redis redis;
    private final Schedule schedule;
    private final Truth truth;
    private final long skewMillis;
    private final Map<Channel, Data> data = new LinkedHashMap<>();
    private final Set<RedisLink> links = new LinkedHashSet<>();
    private boolean up = true;

    /** The keys of one channel; each is there until its time. */
    private static final class Data {
        String epoch = "";
        long offset;
        long time;
        long version;
        String within = "";
        long metaUntil;
        final ArrayDeque<Publication> stream = new ArrayDeque<>();
        long streamUntil;
        final Map<String, Kept> kept = new LinkedHashMap<>();
        Truth.Branch branch;
    }

    private record Kept(long expiresAt, String hash, Mark mark, boolean skipped) {
    }

    /** {@code skewMillis} = how far its clock goes ahead. */
    RedisServer(Redis redis, long skewMillis) {
        this.redis = redis;
        this.schedule = redis.schedule;
        this.truth = redis.truth;
        this.skewMillis = skewMillis;
    }

    /** What a replica has at this moment; its clock goes further ahead. */
    RedisServer copy(long ahead) {
        RedisServer copy = new RedisServer(redis, skewMillis + ahead);
        data.forEach((channel, from) -> {
            Data to = new Data();
            to.epoch = from.epoch;
            to.offset = from.offset;
            to.time = from.time;
            to.version = from.version;
            to.within = from.within;
            to.metaUntil = from.metaUntil;
            to.stream.addAll(from.stream);
            to.streamUntil = from.streamUntil;
            to.kept.putAll(from.kept);
            to.branch = from.branch == null ? null : from.branch.fork();
            copy.data.put(channel, to);
        });
        return copy;
    }

    /** It becomes the master: what it has is what there is. */
    void takeOver() {
        data.forEach((channel, its) -> {
            if (its.branch != null) {
                truth.takeOver(channel, its.branch);
            }
        });
    }

    void setUp(boolean isUp) {
        up = isUp;
    }

    boolean isUp() {
        return up;
    }

    /** Loses everything. */
    void wipe() {
        data.clear();
    }

    void add(RedisLink link) {
        links.add(link);
    }

    void remove(RedisLink link) {
        links.remove(link);
    }

    /** Tells all that are subscribed. */
    void tell(Channel channel, boolean mayDouble, Consumer<Listener> what) {
        List.copyOf(links).forEach(link -> link.told(channel, mayDouble, what));
    }

    private long now() {
        return schedule.clock.millis() + skewMillis;
    }

    private Data data(Channel channel) {
        Data its = data.computeIfAbsent(channel, _ -> new Data());
        if (!its.epoch.isEmpty() && now() >= its.metaUntil) {
            its.epoch = "";
            its.offset = 0;
            its.time = 0;
            its.version = 0;
            its.within = "";
        }
        if (now() >= its.streamUntil) {
            its.stream.clear();
        }
        its.kept.values().removeIf(kept -> kept.expiresAt <= now());
        return its;
    }

    // -- publish.lua ---------------------------------------------------------------------------------------------------------------------------

    Placed publish(Publish publish, Mark known, String candidate) {
        Data its = data(publish.channel());
        Optional<String> key = publish.key().map(it -> it.scope() + '\0' + it.key());
        Kept before = key.map(its.kept::get).orElse(null);
        if (before != null) {
            if (!before.hash.equals(publish.key().get().payloadHash())) {
                throw new RefusedException(Refusal.IDEMPOTENCY_MISMATCH);
            }
            return placed(before.mark, true, before.skipped);
        }
        long version = publish.publication().version();
        if (publish.isRetained() || version > 0 || publish.condition().isPresent()) {
            load(publish.channel(), its, candidate, publish.namespace(), known);
        }
        Mark top = new Mark(its.epoch, its.offset, its.time);
        if (publish.condition().isPresent() && !holds(publish.condition().get(), top)) {
            throw new ConditionFailedException(new Position(top.epoch(), top.offset()));
        }
        if (version > 0) {
            if (its.within.equals(publish.versionEpoch()) && version <= its.version) {
                return keep(its, publish, publish.isRetained() ? top : Mark.NONE, true);
            }
            its.version = version;
            its.within = publish.versionEpoch();
            its.metaUntil = now() + publish.namespace().metaTtl().toMillis();
        }
        return keep(its, publish, publish.isRetained() ? append(its, publish) : passOn(publish), false);
    }

    private static boolean holds(Position condition, Mark top) {
        boolean empty = condition.epoch().isEmpty() && condition.offset() == 0;
        return condition.offset() == top.offset() && (empty || condition.epoch().equals(top.epoch()));
    }

    private Mark passOn(Publish publish) {
        Publication publication = publish.publication().placed("", 0, now());
        truth.accept(publish.channel(), publication, null);
        tell(publish.channel(), false, listener -> listener.published(publish.channel(), publication));
        return Mark.NONE;
    }

    private Mark append(Data its, Publish publish) {
        Channel channel = publish.channel();
        its.offset++;
        its.time = now();
        long offset = its.offset;
        while (truth.at(channel, its.epoch, offset).stream().anyMatch(other -> other.time() == its.time)) {
            its.time++; // two servers give an offset in the same millisecond: one in thousands, which no mark can tell
        }
        Publication publication = publish.publication().placed(its.epoch, offset, its.time);
        its.stream.addLast(publication);
        while (its.stream.size() > publish.namespace().historySize()) {
            its.stream.removeFirst();
        }
        if (offset % EXPIRES_EVERY == 0) {
            expire(its, publish.namespace());
        }
        its.streamUntil = now() + publish.namespace().historyTtl().toMillis();
        its.metaUntil = now() + publish.namespace().metaTtl().toMillis();
        truth.accept(channel, publication, its.branch);
        tell(channel, true, listener -> listener.published(channel, publication));
        return new Mark(its.epoch, offset, its.time);
    }

    private Placed keep(Data its, Publish publish, Mark mark, boolean skipped) {
        publish.key().ifPresent(key -> its.kept.put(key.scope() + '\0' + key.key(),
                new Kept(now() + MemoryBroker.IDEMPOTENCY_WINDOW.toMillis(), key.payloadHash(), mark, skipped)));
        return placed(mark, false, skipped);
    }

    private static Placed placed(Mark mark, boolean duplicate, boolean skipped) {
        Optional<Position> position = mark.epoch().isEmpty() ? Optional.empty() : Optional.of(new Position(mark.epoch(), mark.offset()));
        return new Placed(new Published(position, duplicate, skipped), mark);
    }

    // -- history.lua ---------------------------------------------------------------------------------------------------------------------------

    Read read(Channel channel, Namespace namespace, HistoryQuery query, Mark known, String candidate) {
        Data its = data(channel);
        load(channel, its, candidate, namespace, known);
        expire(its, namespace);
        long oldest = its.stream.isEmpty() ? its.offset + 1 : its.stream.getFirst().offset();
        List<Publication> page = new ArrayList<>();
        Iterator<Publication> all = query.reverse() ? its.stream.descendingIterator() : its.stream.iterator();
        while (all.hasNext() && page.size() < query.limit()) {
            Publication publication = all.next();
            if (query.since() < 0 || (query.reverse() ? publication.offset() < query.since() : publication.offset() > query.since())) {
                page.add(publication);
            }
        }
        return new Read(new History(new Position(its.epoch, its.offset), oldest, page), new Mark(its.epoch, its.offset, its.time));
    }

    // -- stream.lua ----------------------------------------------------------------------------------------------------------------------------

    private static boolean isOther(Data its, Mark known) {
        if (!its.epoch.equals(known.epoch()) || known.offset() == 0) {
            return false;
        }
        if (its.offset < known.offset()) {
            return true;
        }
        if (known.time() == 0) {
            return false;
        }
        if (its.offset == known.offset()) {
            return its.time != known.time();
        }
        return its.stream.stream().anyMatch(entry -> entry.offset() == known.offset() && entry.time() != known.time());
    }

    private void load(Channel channel, Data its, String candidate, Namespace namespace, Mark known) {
        if (its.epoch.isEmpty() || isOther(its, known)) {
            schedule.note(() -> "redis: " + channel + " begins anew as " + candidate + (its.epoch.isEmpty() ? "" : ", was " + its.epoch + ":" + its.offset + ", known is " + known));
            its.epoch = candidate;
            its.offset = 0;
            its.time = 0;
            its.stream.clear();
            its.metaUntil = now() + namespace.metaTtl().toMillis();
            its.branch = truth.begin(channel, candidate);
        }
    }

    private void expire(Data its, Namespace namespace) {
        while (!its.stream.isEmpty() && now() - its.stream.getFirst().time() >= namespace.historyTtl().toMillis()) {
            its.stream.removeFirst();
        }
    }

    /** Keys that are there. */
    long size() {
        data.keySet().forEach(this::data);
        return data.values().stream().filter(its -> !its.epoch.isEmpty() || !its.stream.isEmpty() || !its.kept.isEmpty()).count();
    }
}
