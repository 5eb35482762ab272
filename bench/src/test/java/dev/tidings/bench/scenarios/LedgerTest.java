package dev.tidings.bench.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each fault a hub could commit is planted once, and the ledger must name it; what is no fault it must let pass. */
class LedgerTest {
    private final Acknowledged channel = new Acknowledged("bench:1");
    private final Ledger ledger = new Ledger(channel);
    private long clock;

    /** Publishes the next number at this place. */
    private int published(String epoch, long offset) {
        int number = channel.next();
        channel.acknowledge(number, new Place(epoch, offset), clock++);
        return number;
    }

    private void published(String epoch, long first, long last) {
        for (long offset = first; offset <= last; offset++) {
            published(epoch, offset);
        }
    }

    /** The publications of epoch a stand at offset number + 1. */
    private void delivered(Ledger.Link link, long first, long last) {
        for (long offset = first; offset <= last; offset++) {
            link.publication(offset, (int) offset - 1, clock++);
        }
    }

    private Ledger.Link begun() {
        return ledger.subscribed(Optional.empty(), new Place("a", 0), clock++);
    }

    @Test
    void everythingOnceAndInOrderIsNoFault() {
        Ledger.Link link = begun();
        published("a", 1, 5);

        delivered(link, 1, 5);

        assertEquals("deliveries 5, lost 0, doubled 0, out of order 0, skipped 0, misplaced 0, repeated after a gap 0, gaps 0, unneeded 0",
                ledger.judge().toString());
        assertTrue(ledger.isCaughtUp());
    }

    @Test
    void whatWasPublishedBeforeTheClientBeganIsNotLost() {
        published("a", 1, 5);
        Ledger.Link link = ledger.subscribed(Optional.empty(), new Place("a", 5), clock++);
        published("a", 6);

        delivered(link, 6, 6);

        assertEquals(0, ledger.judge().lost);
    }

    @Test
    void aMissingOneIsLost() {
        Ledger.Link link = begun();
        published("a", 1, 5);

        delivered(link, 1, 2);
        delivered(link, 4, 5);

        assertEquals(1, ledger.judge().lost);
        assertEquals(1, ledger.judge().skipped);
    }

    @Test
    void theLastOnesMissingAreLost() {
        Ledger.Link link = begun();
        published("a", 1, 5);

        delivered(link, 1, 3);

        assertEquals(2, ledger.judge().lost);
        assertFalse(ledger.isCaughtUp());
    }

    @Test
    void whatWasNeverAcknowledgedIsNotLost() {
        begun();

        channel.next();

        assertEquals(0, ledger.judge().lost);
    }

    @Test
    void oneThatComesTwiceIsDoubled() {
        Ledger.Link link = begun();
        published("a", 1, 3);

        delivered(link, 1, 3);
        delivered(link, 3, 3);

        assertEquals(1, ledger.judge().doubled);
    }

    @Test
    void oneThatComesTwiceOverTwoConnectionsIsDoubled() {
        Ledger.Link link = begun();
        published("a", 1, 3);
        delivered(link, 1, 3);

        delivered(ledger.subscribed(ledger.place(), new Place("a", 2), clock++), 3, 3);

        assertEquals(1, ledger.judge().doubled);
    }

    @Test
    void oneThatComesTwiceUnderTwoOffsetsIsDoubled() {
        Ledger.Link link = begun();
        published("a", 1);

        link.publication(1, 0, clock++);
        link.publication(2, 0, clock++);

        assertEquals(1, ledger.judge().doubled);
        assertEquals(1, ledger.judge().misplaced);
    }

    @Test
    void aLateOneIsOutOfOrder() {
        Ledger.Link link = begun();
        published("a", 1, 3);

        delivered(link, 1, 1);
        delivered(link, 3, 3);
        delivered(link, 2, 2);

        Verdict verdict = ledger.judge();
        assertEquals(0, verdict.lost);
        assertEquals(0, verdict.doubled);
        assertTrue(verdict.disordered > 0);
    }

    @Test
    void numbersThatFallUnderRisingOffsetsAreOutOfOrder() {
        Ledger.Link link = begun();
        published("a", 1, 2);

        link.publication(1, 1, clock++);
        link.publication(2, 0, clock++);

        assertEquals(1, ledger.judge().disordered);
        assertEquals(2, ledger.judge().misplaced);
    }

    @Test
    void anOverlapOfTwoConnectionsIsNoRepetition() {
        Ledger.Link old = begun();
        published("a", 1, 6);
        delivered(old, 1, 2);
        Optional<Place> asked = ledger.place();
        delivered(old, 3, 4);

        Ledger.Link next = ledger.subscribed(asked, asked.orElseThrow(), clock++);
        delivered(next, 3, 6);

        assertEquals("deliveries 6, lost 0, doubled 0, out of order 0, skipped 0, misplaced 0, repeated after a gap 0, gaps 0, unneeded 0",
                ledger.judge().toString());
    }

    @Test
    void theFirstOfTwoConnectionsCountsNoMoreOnceTheSecondAnswered() {
        Ledger.Link old = begun();
        published("a", 1, 3);
        delivered(old, 1, 2);
        Ledger.Link next = ledger.subscribed(ledger.place(), ledger.place().orElseThrow(), clock++);

        delivered(next, 3, 3);
        delivered(old, 3, 3);

        assertEquals(0, ledger.judge().doubled);
        assertEquals(0, ledger.judge().lost);
    }

    @Test
    void aRepetitionWithinTheSecondOfTwoConnectionsIsDoubled() {
        Ledger.Link old = begun();
        published("a", 1, 6);
        delivered(old, 1, 4);

        var asked = new Place("a", 2);
        Ledger.Link next = ledger.subscribed(Optional.of(asked), asked, clock++);
        delivered(next, 3, 6);
        delivered(next, 6, 6);

        assertEquals(1, ledger.judge().doubled);
    }

    @Test
    void aGapCoversWhatIsMissing() {
        delivered(begun(), 1, 2);
        published("a", 1, 5);

        Ledger.Link link = ledger.subscribedAfterGap("expired", new Place("a", 4), clock++);
        delivered(link, 5, 5);

        Verdict verdict = ledger.judge();
        assertEquals(0, verdict.lost);
        assertEquals(0, verdict.unneededGaps);
        assertEquals(Map.of("expired", 1), verdict.gapsByReason);
    }

    @Test
    void aGapThatEndsTooEarlyLosesTheRest() {
        delivered(begun(), 1, 2);
        published("a", 1, 5);

        Ledger.Link link = ledger.subscribedAfterGap("expired", new Place("a", 3), clock++);
        delivered(link, 5, 5);

        assertEquals(1, ledger.judge().lost);
    }

    @Test
    void aGapDoesNotCoverWhatWasMissedBeforeTheClientGotLaterOnes() {
        Ledger.Link link = begun();
        published("a", 1, 5);
        delivered(link, 1, 1);
        delivered(link, 3, 3);

        link.gap("lost", new Place("a", 4), clock++);
        delivered(link, 5, 5);

        assertEquals(1, ledger.judge().lost);
    }

    @Test
    void aGapWithNothingMissingIsUnneeded() {
        Ledger.Link link = begun();
        published("a", 1, 3);
        delivered(link, 1, 3);

        link.gap("lost", new Place("a", 3), clock++);

        assertEquals(1, ledger.judge().unneededGaps);
        assertEquals(0, ledger.judge().lost);
    }

    @Test
    void aNewEpochCoversTheOldOne() {
        Ledger.Link link = begun();
        published("a", 1, 3);
        delivered(link, 1, 2);
        published("b", 1, 2);

        link.gap("epoch", new Place("b", 1), clock++);
        link.publication(2, 4, clock++);

        Verdict verdict = ledger.judge();
        assertEquals(0, verdict.lost, "offset 3 of a and offset 1 of b");
        assertEquals(0, verdict.unneededGaps);
    }

    @Test
    void whatFollowsTheEndOfAnEpochGapMustCome() {
        Ledger.Link link = begun();
        published("a", 1, 3);
        delivered(link, 1, 3);
        published("b", 1, 2);

        link.gap("epoch", new Place("b", 0), clock++);
        link.publication(2, 4, clock++);

        assertEquals(1, ledger.judge().lost);
    }

    @Test
    void anEpochInWhichNothingWasAcknowledgedIsPlacedByTime() {
        Ledger.Link link = begun();
        published("a", 1, 3);
        delivered(link, 1, 2);
        link.gap("epoch", new Place("x", 0), clock++);
        published("b", 1);

        assertEquals(1, ledger.judge().lost, "the one in b, not the third of a");
    }

    @Test
    void anOffsetGivenOutTwiceUnderOneEpochIsFound() {
        Ledger.Link link = begun();
        published("a", 1, 3);
        delivered(link, 1, 3);
        // A replica that was behind took over: 3 is given out again.
        published("a", 3, 4);

        link.publication(4, 4, clock++);

        assertEquals(1, ledger.judge().lost, "number 3, which the client took for what it had");
    }

    @Test
    void aPublicationRepeatedAfterItsKeyWasLostIsNoFault() {
        Ledger.Link link = begun();
        int number = channel.next();
        link.publication(1, number, clock++);

        link.gap("epoch", new Place("b", 0), clock++);
        channel.acknowledge(number, new Place("b", 1), clock++);
        link.publication(1, number, clock++);

        Verdict verdict = ledger.judge();
        assertEquals(0, verdict.doubled);
        assertEquals(0, verdict.misplaced);
        assertTrue(verdict.repeatedAfterGap > 0);
    }

    @Test
    void goingOnFurtherAheadWithoutAGapIsLost() {
        delivered(begun(), 1, 2);
        published("a", 1, 5);

        delivered(ledger.subscribed(ledger.place(), new Place("a", 4), clock++), 5, 5);

        assertEquals(2, ledger.judge().lost);
    }

    @Test
    void anotherEpochWithoutAGapIsLost() {
        delivered(begun(), 1, 2);
        published("a", 1, 3);
        published("b", 1);

        ledger.subscribed(ledger.place(), new Place("b", 1), clock++);

        assertEquals(2, ledger.judge().lost);
    }
}
