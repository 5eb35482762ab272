package dev.tidings.bench.scenarios;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that one client was sent of one channel: where it began, each publication, each gap, over however many connections. Says at any time where the
 * client is, and at the end what the hub did to it. On the client's event loop; {@link #judge} when nothing comes any more.
 *
 * <p>Two connections may overlap, when a client moves before it leaves. From the second one's answer on only the second counts: it has promised all
 * that follows the place it was asked for. What it sends of what the first had brought by then is not taken for a repetition.
 */
final class Ledger {
    /** In place of a number: here the client began. */
    private static final int START = -1;
    /** In place of a number: here it was told of a gap. */
    private static final int GAP = -2;
    private static final int FIRST_CAPACITY = 16;
    private static final int NO_EPOCH = -1;

    private final Acknowledged channel;
    private int[] numbers = new int[FIRST_CAPACITY];
    private int[] epochs = new int[FIRST_CAPACITY];
    private long[] offsets = new long[FIRST_CAPACITY];
    private long[] times = new long[FIRST_CAPACITY];
    private int length;
    private String epoch = "";
    private int epochIndex = NO_EPOCH;
    private long offset;
    /** Of the connection that was subscribed last; an older one that is still there has nothing more to say. */
    private Link current;
    private int doubled;
    private int disordered;
    private int skipped;
    private final Map<String, Integer> gapsByReason = new TreeMap<>();

    Ledger(Acknowledged channel) {
        this.channel = channel;
    }

    String channel() {
        return channel.channel();
    }

    /** Where the client is; empty before it was ever subscribed. */
    Optional<Place> place() {
        return epochIndex == NO_EPOCH ? Optional.empty() : Optional.of(new Place(epoch, offset));
    }

    /** Whether the client has all that was acknowledged so far, or was told of a gap. */
    boolean isCaughtUp() {
        return channel.isTop(epochIndex, offset);
    }

    /** A connection that asked to go on from a place, or to begin, was subscribed at this place, without a gap. */
    Link subscribed(Optional<Place> asked, Place at, long nanos) {
        if (epochIndex == NO_EPOCH) {
            moveTo(at);
            record(START, nanos);
        } else if (!at.epoch().equals(epoch) || at.offset() > offset) {
            // The hub lets it go on further ahead without a word: what is left out will be missing.
            skipped++;
            moveTo(at);
        }
        current = new Link(asked, at);
        return current;
    }

    /** A connection was subscribed at the end of a gap. */
    Link subscribedAfterGap(String reason, Place to, long nanos) {
        gap(reason, to, nanos);
        current = new Link(Optional.of(to), to);
        return current;
    }

    private void gap(String reason, Place to, long nanos) {
        moveTo(to);
        gapsByReason.merge(reason, 1, Integer::sum);
        record(GAP, nanos);
    }

    private void moveTo(Place to) {
        if (!to.epoch().equals(epoch)) {
            epoch = to.epoch();
            epochIndex = channel.epoch(epoch);
        }
        offset = to.offset();
    }

    private void record(int number, long nanos) {
        if (length == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * length);
            epochs = Arrays.copyOf(epochs, 2 * length);
            offsets = Arrays.copyOf(offsets, 2 * length);
            times = Arrays.copyOf(times, 2 * length);
        }
        numbers[length] = number;
        epochs[length] = epochIndex;
        offsets[length] = offset;
        times[length++] = nanos;
    }

    private boolean holds(int number) {
        for (int i = length - 1; i >= 0; i--) {
            if (numbers[i] == number && epochs[i] == epochIndex) {
                return true;
            }
        }
        return false;
    }

    /** One connection's subscription: the offsets it sends must follow each other. */
    final class Link {
        private String linkEpoch;
        private long last;
        /** What follows {@link #asked} up to {@link #overlap} came over the client's other connection before this one was subscribed. */
        private final long asked;
        private long overlap;

        private Link(Optional<Place> asked, Place at) {
            this.linkEpoch = at.epoch();
            this.last = at.offset();
            this.asked = asked.filter(place -> place.epoch().equals(at.epoch())).map(Place::offset).orElse(at.offset());
            this.overlap = at.epoch().equals(epoch) ? offset : 0;
        }

        /** The connection brought a publication. Whether it is new to the client. */
        boolean publication(long at, int number, long nanos) {
            if (this != current) {
                return false;
            }
            if (at <= last) {
                if (!linkEpoch.equals(epoch) || holds(number)) {
                    doubled++;
                    return false;
                }
                disordered++;
                return recordAt(at, number, nanos);
            }
            if (at > last + 1) {
                skipped++;
            }
            last = at;
            if (!linkEpoch.equals(epoch) || at > asked && at <= overlap) {
                return false;
            }
            if (at <= offset) {
                if (holds(number)) {
                    doubled++;
                    return false;
                }
                disordered++;
                return recordAt(at, number, nanos);
            }
            offset = at;
            record(number, nanos);
            return true;
        }

        private boolean recordAt(long at, int number, long nanos) {
            long ahead = offset;
            offset = at;
            record(number, nanos);
            offset = ahead;
            return true;
        }

        /** The connection told of a gap; what follows {@code to} comes next. */
        void gap(String reason, Place to, long nanos) {
            if (this != current) {
                return;
            }
            linkEpoch = to.epoch();
            last = to.offset();
            overlap = 0;
            Ledger.this.gap(reason, to, nanos);
        }
    }

    /** Takes every publication with its time of arrival. */
    interface Arrivals {
        void arrived(int number, long nanos);
    }

    void forEachArrival(Arrivals arrivals) {
        for (int i = 0; i < length; i++) {
            if (numbers[i] >= 0) {
                arrivals.arrived(numbers[i], times[i]);
            }
        }
    }

    /** When the client was told of a gap first, or empty. */
    Optional<Long> firstGapAt() {
        for (int i = 0; i < length; i++) {
            if (numbers[i] == GAP) {
                return Optional.of(times[i]);
            }
        }
        return Optional.empty();
    }

    /** What the hub did to this client in this channel. */
    Verdict judge() {
        var verdict = new Verdict();
        verdict.doubled += doubled;
        verdict.disordered += disordered;
        verdict.skipped += skipped;
        gapsByReason.forEach((reason, count) -> verdict.gapsByReason.merge(reason, count, Integer::sum));
        BitSet seen = seen(verdict);
        boolean[] needed = new boolean[length];
        for (int number = 0; number < channel.count(); number++) {
            if (!seen.get(number) && channel.isAcknowledged(number) && !isCovered(number, needed)) {
                verdict.lost++;
            }
        }
        for (int i = 0; i < length; i++) {
            if (numbers[i] == GAP && !needed[i]) {
                verdict.unneededGaps++;
            }
        }
        return verdict;
    }

    /** Walks the log: every number once and ascending, each where its publisher was told that it is. */
    private BitSet seen(Verdict verdict) {
        var seen = new BitSet();
        boolean gapSince = false;
        int highest = -1;
        for (int i = 0; i < length; i++) {
            int number = numbers[i];
            if (number < 0) {
                gapSince |= number == GAP;
                continue;
            }
            verdict.deliveries++;
            if (!channel.agrees(number, epochs[i], offsets[i])) {
                // After a loss of data a publication may be repeated under its key, and is then acknowledged at its second place only.
                if (gapAfter(i)) {
                    verdict.repeatedAfterGap++;
                } else {
                    verdict.misplaced++;
                }
            }
            if (seen.get(number)) {
                if (gapSince) {
                    verdict.repeatedAfterGap++;
                } else {
                    verdict.doubled++;
                }
            } else if (number < highest && !gapSince) {
                verdict.disordered++;
            }
            seen.set(number);
            if (number > highest) {
                highest = number;
                gapSince = false;
            }
        }
        return seen;
    }

    private boolean gapAfter(int index) {
        for (int i = index + 1; i < length; i++) {
            if (numbers[i] == GAP) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the client was told that it may have missed this publication, or began after it. A gap covers what follows the highest number that
     * came before it, up to its end.
     */
    private boolean isCovered(int number, boolean[] needed) {
        int highest = -1;
        for (int i = 0; i < length; i++) {
            if (numbers[i] >= 0) {
                highest = Math.max(highest, numbers[i]);
            } else if (number > highest && channel.standsBy(number, epochs[i], offsets[i], times[i])) {
                needed[i] = true;
                return true;
            }
        }
        return false;
    }
}
