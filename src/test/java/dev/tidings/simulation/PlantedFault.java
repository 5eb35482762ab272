package dev.tidings.simulation;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Faults that the simulation must find: each a mistake that one could make in the core, as a change of its source. */
enum PlantedFault {
    HISTORY_READ_BEFORE_REGISTERING(355, "hub/Subscribing.java",
            """
                    ready(subscription).thenCompose(_ -> attendance.enter(subscription, request.members()))
                            .thenCompose(members -> readFor(subscription, request).thenApply(history -> new Read(history, members)))
            """,
            """
                    readFor(subscription, request)
                            .thenCompose(history -> CompletableFuture.supplyAsync(() -> subscription.isOver(), subscriber.lane()::execute)
                                    .thenCompose(over -> over ? CompletableFuture.<Void>failedStage(new RefusedException(Refusal.EXPIRED)) : ready(subscription))
                                    .thenCompose(_ -> attendance.enter(subscription, request.members())).thenApply(members -> new Read(history, members)))
            """,
            "        subscriptions.remove(subscription);", "        if (subscription.index >= 0) subscriptions.remove(subscription);"),
    PARKED_ONES_NOT_DROPPED(3, "hub/Subscription.java", "return; // seen", "advance(delivery); return;"),
    LIVE_BEFORE_PARKED_ARE_SENT(35, "hub/Subscription.java", "        } else {\n            settle();", "        } else {\n            phase = Phase.LIVE; subscriber.lane().later(this::settle);"),
    EPOCH_IGNORED(33, "broker/Recovery.java", "at.position.epoch().isEmpty() || at.position.epoch().equals(top.epoch());", "true;"),
    POSITIONS_NOT_COMPARED(3, "hub/PositionCheck.java", "if (!first) {", "if (false) {"),
    BYTES_IN_FLIGHT_NOT_COUNTED(110, "session/Outbox.java", "return bytes + inFlightBytes;", "return bytes;"),
    LATE_READ_NOT_REPEATED(7, "hub/Subscription.java", "(offset < readTop || readAgain)", "false"),
    GAP_NOT_TOLD(4, "hub/Subscription.java", "subscriber.session().wire().gap(channel, new Gap(reason, Optional.of(from), to));", ""),
    PREV_OF_ANOTHER_SESSION(1, "session/Delivery.java", "slot == null || slot.prev != prev", "slot == null"),
    PREV_FORGOTTEN(1, "hub/Subscription.java", "return told == publication.offset() - 1 ? -1 : told;", "return -1;"),
    SERVED_TWICE_IN_A_FANOUT(95, "hub/LaneSubscribers.java", "if (subscription.servedBatch != batchNumber) {", "if (true) {"),
    FAILED_READ_NOT_TRIED_AGAIN(3, "hub/Subscription.java", "subscriber.tickSubscriptions(); // after a reading that failed nothing else would try again", ""),
    CACHE_READ_FOR_EVER(22, "hub/Subscription.java", "offset = history.oldest() - 1; // only the newest", "// only the newest"),
    LEAVE_IGNORES_THE_CLAIM(523, "presence/MemoryPresence.java", "if (member != null && member.claim().equals(claim)) {", "if (member != null) {"),
    GONE_SESSION_BECOMES_A_MEMBER(88, "hub/Subscribing.java", "} else if (subscription.isOver()) {\n                ready", "} else if (false) {\n                ready"),
    ENDED_SUBSCRIPTION_IN_THE_ANSWER(35, "hub/Hub.java", ".filter(each -> !each.getKey().isOver())", ""),
    PLACE_NOT_GIVEN_BACK(1, "hub/Hub.java", "subscriber.lane().remove(subscriber);\n        admission.release();", "subscriber.lane().remove(subscriber);"),
    IDEMPOTENCY_KEY_FORGOTTEN(1, "broker/MemoryStream.java", "keys.put(name, kept);", "if (!keys.isEmpty()) keys.put(name, kept);"),
    EXPIRY_NOT_COUNTED(1, "broker/MemoryBroker.java",
            """
                    stream.expire(now);
                    bytes.addAndGet(stream.bytes() - before);
            """,
            """
                    stream.expire(now);
            """),
    RESUBSCRIBED_AND_NOT_COMPARED(78, "redis/RedisBroker.java", "feed.broken();", "", "slice.forEach(Feed::compare);", ""),
    NOTHING_HELD_AGAINST_THE_STREAM(129, "redis/RedisBroker.java", "store.read(reading.channel, namespace, reading.query, known)",
            "store.read(reading.channel, namespace, reading.query, Mark.NONE)"),
    LAST_SET_BY_READINGS_OF_OTHERS(69, "redis/Feed.java", "boolean isSure = sent.equals(known);", "boolean isSure = sent.equals(known); last = last.or(top);"),
    FEED_ENDS_THAT_IS_WANTED_AGAIN(27, "redis/RedisBroker.java", "if (feed.wanted || feed.generation != generation) {", "if (false) {"),
    REBALANCED_RIGHT_AFTER_ARRIVAL(219, "hub/Rebalance.java", " && subscriber.session().openedAt() <= oldEnough", ""),
    CLIENT_ID_NOT_RELEASED(15, "hub/Continuity.java", "presence.release(subscriber.session().client(), subscriber.session().id(), TAKEOVER);", ""),
    LEAVE_TOLD_TWICE_AFTER_A_CRASH(135, "hub/Attendance.java", "departed.forEach(gone -> announce(gone.channel(), gone.info()))",
            "departed.forEach(gone -> { announce(gone.channel(), gone.info()); announce(gone.channel(), gone.info()); })"),
    EXPIRED_MEMBERS_NOT_REMOVED(135, "presence/MemoryPresence.java", "return over;", "return false;");

    private final long knownSeed;
    private final String file;
    private final List<String> edits;

    /** {@code knownSeed} found it when it was planted, and is tried first. */
    PlantedFault(long knownSeed, String file, String... edits) {
        this.knownSeed = knownSeed;
        this.file = file;
        this.edits = List.of(edits);
    }

    /** The seed that found it, and what it found. */
    record Caught(long seed, Object violation) {
    }

    /** Runs the seed that is known to find it, then seeds from 1 on until one does; of Redis' faults those of the worlds that have one. */
    Optional<Caught> hunt(long seeds) {
        Mutant mutant = new Mutant(file, edits);
        int step = file.startsWith("redis/") ? World.SEEDS_FOR_A_REDIS : 1;
        return LongStream.concat(LongStream.of(knownSeed), LongStream.rangeClosed(1, seeds / step).map(each -> each * step))
                .mapToObj(seed -> mutant.run(seed).map(violation -> new Caught(seed, violation)))
                .flatMap(Optional::stream).findFirst();
    }
}
