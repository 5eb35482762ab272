package dev.tidings.bench.scenarios;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What ledgers say that the hub did: counts, of one ledger or the sum of many. */
final class Verdict {
    /** Publications that arrived. */
    long deliveries;
    /** Acknowledged publications that a client neither got nor was told it may have missed. */
    long lost;
    /** Publications that arrived twice. */
    long doubled;
    /** Publications that arrived after later ones. */
    long disordered;
    /** Offsets that a connection left out, or places at which it went on too far ahead. What is really missing is also lost. */
    long skipped;
    /** Publications that arrived under another epoch or offset than their publisher was told: an offset that was given out twice. */
    long misplaced;
    /** Publications that arrived before and after a gap, because their key was lost with the data. No fault: the gap said so. */
    long repeatedAfterGap;
    /** Gaps in which nothing was missing. */
    long unneededGaps;
    final Map<String, Integer> gapsByReason = new TreeMap<>();

    void add(Verdict other) {
        deliveries += other.deliveries;
        lost += other.lost;
        doubled += other.doubled;
        disordered += other.disordered;
        skipped += other.skipped;
        misplaced += other.misplaced;
        repeatedAfterGap += other.repeatedAfterGap;
        unneededGaps += other.unneededGaps;
        other.gapsByReason.forEach((reason, count) -> gapsByReason.merge(reason, count, Integer::sum));
    }

    long gaps() {
        return gapsByReason.values().stream().mapToLong(Integer::intValue).sum();
    }

    /** {@code 12 epoch, 3 lost}, or 0. */
    String gapsShown() {
        return gapsByReason.isEmpty() ? "0" : gapsByReason.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return "deliveries %d, lost %d, doubled %d, out of order %d, skipped %d, misplaced %d, repeated after a gap %d, gaps %s, unneeded %d".formatted(
                deliveries, lost, doubled, disordered, skipped, misplaced, repeatedAfterGap, gapsShown(), unneededGaps);
    }
}
