package dev.tidings.broker;

import dev.tidings.broker.Publish.IdempotencyKey;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One channel's stream in memory: epoch, top, what is retained, versions and idempotency keys. Guarded by its own monitor: whoever calls holds it,
 * so that offset, append and hand-over to the listener are one step, and a reader sees all of a publication or nothing.
 */
final class MemoryStream {
    /** Bytes that a stream costs beside its publications: two maps, a ring and texts. */
    static final int OVERHEAD = 400;
    /** Idempotency keys kept in one channel at once; the oldest go first. */
    static final int MAX_KEYS = 10_000;
    private static final int KEY_COST = 200;

    private final String epoch;
    private final ArrayDeque<Publication> retained = new ArrayDeque<>(0);
    private Map<String, Kept> keys = Map.of();
    private Map<String, Long> versions = Map.of();
    private long top;
    private long touchedAt;
    private long metaTtlMillis;
    private long historyTtlMillis;
    private long bytes = OVERHEAD;
    private boolean dead;

    private record Kept(String payloadHash, Published result, long expiresAt, int cost) {
    }

    MemoryStream(String epoch, Namespace namespace, long now) {
        this.epoch = epoch;
        touch(namespace, now);
    }

    /** Publishes into this stream; the publication with its place, or nothing when it must not be sent. Throws what the publisher must be told. */
    Outcome publish(Publish publish, long now) {
        touch(publish.namespace(), now);
        expire(now);
        Optional<String> key = publish.key().map(k -> k.scope() + '\0' + k.key());
        if (key.isPresent() && keys.get(key.get()) instanceof Kept kept) {
            if (!kept.payloadHash.equals(publish.key().get().payloadHash())) {
                throw new RefusedException(Refusal.IDEMPOTENCY_MISMATCH);
            }
            return new Outcome(new Published(kept.result.position(), true, kept.result.skipped()), Optional.empty());
        }
        if (publish.condition().isPresent() && !holds(publish.condition().get())) {
            throw new ConditionFailedException(position());
        }
        Outcome outcome = isOutdated(publish) ? new Outcome(new Published(placeIf(publish.isRetained()), false, true), Optional.empty()) : append(publish, now);
        key.ifPresent(name -> keep(name, publish.key().get(), outcome.published, now));
        return outcome;
    }

    private boolean holds(Position condition) {
        boolean empty = condition.epoch().isEmpty() && condition.offset() == 0;
        return condition.offset() == top && (empty || condition.epoch().equals(epoch));
    }

    private boolean isOutdated(Publish publish) {
        long version = publish.publication().version();
        if (version == 0) {
            return false;
        }
        if (version <= versions.getOrDefault(publish.versionEpoch(), 0L)) {
            return true;
        }
        versions = Map.of(publish.versionEpoch(), version); // another version epoch starts again, so one pair is enough
        return false;
    }

    private Outcome append(Publish publish, long now) {
        if (!publish.isRetained()) {
            return new Outcome(Published.PASSED_ON, Optional.of(publish.publication().placed("", 0, now)));
        }
        if (top == Position.MAX_OFFSET) {
            throw new RefusedException(Refusal.NOT_AVAILABLE, "the stream has used up all offsets");
        }
        Publication publication = publish.publication().placed(epoch, ++top, now);
        retained.addLast(publication);
        bytes += publication.cost();
        while (retained.size() > publish.namespace().historySize()) {
            dropOldest();
        }
        return new Outcome(new Published(Optional.of(publication.position()), false, false), Optional.of(publication));
    }

    private Optional<Position> placeIf(boolean hasPlace) {
        return hasPlace ? Optional.of(position()) : Optional.empty();
    }

    private void keep(String name, IdempotencyKey key, Published result, long now) {
        if (!(keys instanceof LinkedHashMap)) {
            keys = new LinkedHashMap<>();
        }
        Kept kept = new Kept(key.payloadHash(), result, now + MemoryBroker.IDEMPOTENCY_WINDOW.toMillis(), KEY_COST + 2 * name.length());
        keys.put(name, kept);
        bytes += kept.cost;
        if (keys.size() > MAX_KEYS) {
            removeOldestKey();
        }
    }

    private void removeOldestKey() {
        Iterator<Kept> oldest = keys.values().iterator();
        bytes -= oldest.next().cost;
        oldest.remove();
    }

    History history(HistoryQuery query, long now) {
        expire(now);
        long oldest = oldest();
        List<Publication> page = new ArrayList<>(Math.min(query.limit(), retained.size()));
        if (query.limit() > 0) {
            Iterator<Publication> publications = query.reverse() ? retained.descendingIterator() : retained.iterator();
            while (publications.hasNext() && page.size() < query.limit()) {
                Publication publication = publications.next();
                if (query.since() < 0 || (query.reverse() ? publication.offset() < query.since() : publication.offset() > query.since())) {
                    page.add(publication);
                }
            }
        }
        return new History(position(), oldest, page);
    }

    /** Drops what is over its time. */
    void expire(long now) {
        while (!retained.isEmpty() && now - retained.peekFirst().time() >= historyTtlMillis) {
            dropOldest();
        }
        while (!keys.isEmpty() && keys.values().iterator().next().expiresAt <= now) {
            removeOldestKey();
        }
    }

    /** Drops publications, oldest first, until {@code wanted} bytes are free or none is left; the bytes that became free. */
    long shed(long wanted) {
        long before = bytes;
        while (!retained.isEmpty() && before - bytes < wanted) {
            dropOldest();
        }
        return before - bytes;
    }

    /** Forgets idempotency keys, oldest first, until {@code wanted} bytes are free or none is left; the bytes that became free. */
    long shedKeys(long wanted) {
        long before = bytes;
        while (!keys.isEmpty() && before - bytes < wanted) {
            removeOldestKey();
        }
        return before - bytes;
    }

    private void dropOldest() {
        bytes -= retained.removeFirst().cost();
    }

    /** Whether position and keys are over their time too. */
    boolean isOver(long now) {
        boolean nothingToRemember = historyTtlMillis == 0 && versions.isEmpty(); // it was there for its idempotency keys only
        return retained.isEmpty() && keys.isEmpty() && (nothingToRemember || now - touchedAt >= metaTtlMillis);
    }

    private void touch(Namespace namespace, long now) {
        touchedAt = now;
        metaTtlMillis = namespace.metaTtl().toMillis();
        historyTtlMillis = namespace.historyTtl().toMillis();
    }

    /** Marks it as removed: whoever found it before must look again. */
    void kill() {
        dead = true;
    }

    boolean isDead() {
        return dead;
    }

    Position position() {
        return new Position(epoch, top);
    }

    private long oldest() {
        return retained.isEmpty() ? top + 1 : retained.peekFirst().offset();
    }

    long bytes() {
        return bytes;
    }

    long touchedAt() {
        return touchedAt;
    }

    /** What became of a request, and what is to be sent. */
    record Outcome(Published published, Optional<Publication> sent) {
    }
}
