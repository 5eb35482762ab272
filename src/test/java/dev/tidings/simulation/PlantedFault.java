package dev.tidings.simulation;

import java.util.Optional;

/** Faults that the simulation must find: each a mistake that one could make in the core, as a change of its source. */
enum PlantedFault {
    HISTORY_READ_BEFORE_REGISTERING("hub/Hub.java",
            """
                    ready(subscription).thenCompose(_ -> attendance.enter(subscription, request.members()))
                            .thenCompose(members -> readFor(subscription, request).thenApply(history -> new Read(history, members)))
            """,
            """
                    readFor(subscription, request).thenCompose(history -> ready(subscription)
                            .thenCompose(_ -> attendance.enter(subscription, request.members())).thenApply(members -> new Read(history, members)))
            """),
    PARKED_ONES_NOT_DROPPED("hub/Subscription.java", "return; // seen", "advance(delivery); return;"),
    LIVE_BEFORE_PARKED_ARE_SENT("hub/Subscription.java", "        } else {\n            settle();", "        } else {\n            phase = Phase.LIVE; subscriber.lane().later(this::settle);"),
    EPOCH_IGNORED("broker/Recovery.java", "at.position.epoch().isEmpty() || at.position.epoch().equals(top.epoch());", "true;"),
    POSITIONS_NOT_COMPARED("hub/Hub.java", "if (!first) {", "if (false) {"),
    BYTES_IN_FLIGHT_NOT_COUNTED("session/Outbox.java", "return bytes + inFlightBytes;", "return bytes;"),
    LATE_READ_NOT_REPEATED("hub/Subscription.java", "(offset < readTop || readAgain)", "false"),
    GAP_NOT_TOLD("hub/Subscription.java", "subscriber.session().wire().gap(channel, new Gap(reason, Optional.of(from), to));", ""),
    PREV_OF_ANOTHER_SESSION("session/Delivery.java", "slot == null || slot.prev != prev", "slot == null"),
    PREV_FORGOTTEN("hub/Subscription.java", "return told == publication.offset() - 1 ? -1 : told;", "return -1;"),
    SERVED_TWICE_IN_A_FANOUT("hub/LaneSubscribers.java", "if (subscription.servedBatch != batchNumber) {", "if (true) {"),
    FAILED_READ_NOT_TRIED_AGAIN("hub/Subscription.java", "subscriber.tickSubscriptions(); // after a reading that failed nothing else would try again", ""),
    CACHE_READ_FOR_EVER("hub/Subscription.java", "offset = history.oldest() - 1; // only the newest", "// only the newest"),
    LEAVE_IGNORES_THE_CLAIM("presence/MemoryPresence.java", "if (member != null && member.claim().equals(claim)) {", "if (member != null) {"),
    GONE_SESSION_BECOMES_A_MEMBER("hub/Hub.java", "} else if (subscription.isOver()) {\n                ready", "} else if (false) {\n                ready"),
    PLACE_NOT_GIVEN_BACK("hub/Hub.java", "subscriber.lane().remove(subscriber);\n        admission.release();", "subscriber.lane().remove(subscriber);"),
    IDEMPOTENCY_KEY_FORGOTTEN("broker/MemoryStream.java", "keys.put(name, kept);", "if (!keys.isEmpty()) keys.put(name, kept);"),
    EXPIRY_NOT_COUNTED("broker/MemoryBroker.java",
            """
                    stream.expire(now);
                    bytes.addAndGet(stream.bytes() - before);
            """,
            """
                    stream.expire(now);
            """);

    private final String file;
    private final String original;
    private final String changed;

    PlantedFault(String file, String original, String changed) {
        this.file = file;
        this.original = original;
        this.changed = changed;
    }

    /** The seed that found it, and what it found. */
    record Caught(long seed, Object violation) {
    }

    /** Runs seeds from 1 on until one finds the fault. */
    Optional<Caught> hunt(long seeds) {
        Mutant mutant = new Mutant(file, original, changed);
        for (long seed = 1; seed <= seeds; seed++) {
            Optional<?> violation = mutant.run(seed);
            if (violation.isPresent()) {
                return Optional.of(new Caught(seed, violation.get()));
            }
        }
        return Optional.empty();
    }
}
