package dev.tidings.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidings.broker.Recovery.Claim;
import dev.tidings.broker.Recovery.Missed;
import dev.tidings.broker.Recovery.Recovered;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Gap.Reason;
import dev.tidings.channel.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of protocol section 9, row by row. */
class RecoveryTest {
    private static final String EPOCH = "Xk3f9Q";
    private static final Position TOP = new Position(EPOCH, 100);
    private static final long LIMIT = 30;
    private static final long STREAMED = Long.MAX_VALUE;

    private static History oldest(long oldest) {
        return new History(TOP, oldest, List.of());
    }

    private static Claim at(String epoch, long offset) {
        return new Claim.At(new Position(epoch, offset));
    }

    private static Claim hashed(String epoch, long offset) {
        return new Claim.Hashed(new Cursor.Entry(offset, Cursor.epochHash(epoch)));
    }

    private static void recovered(long from, Recovery recovery) {
        assertEquals(new Recovered(TOP.at(from)), recovery);
    }

    private static void missed(Reason reason, long to, Claim claim, History history, long limit) {
        assertEquals(new Missed(reason, claim, TOP.at(to)), Recovery.judge(claim, history, limit));
    }

    @Test
    void whoHasNoPositionIsNotJudged() {
        assertThrows(IllegalArgumentException.class, () -> Recovery.judge(Recovery.NO_CLAIM, oldest(1), LIMIT));
    }

    @Test
    void whoIsAtTheTopIsRecovered() {
        recovered(100, Recovery.judge(at(EPOCH, 100), oldest(1), LIMIT));
        recovered(100, Recovery.judge(at("", 100), oldest(1), LIMIT));
        recovered(100, Recovery.judge(hashed(EPOCH, 100), oldest(1), LIMIT));
    }

    @Test
    void whoIsAtTheTopIsRecoveredThoughNothingIsRetained() {
        recovered(100, Recovery.judge(at(EPOCH, 100), oldest(101), LIMIT));
        recovered(100, Recovery.judge(at(EPOCH, 100), oldest(101), 0));
    }

    @Test
    void whoMissedWhatIsRetainedIsRecoveredFromItsPosition() {
        recovered(90, Recovery.judge(at(EPOCH, 90), oldest(1), LIMIT));
        recovered(90, Recovery.judge(at("", 90), oldest(1), LIMIT));
        recovered(90, Recovery.judge(hashed(EPOCH, 90), oldest(1), LIMIT));
    }

    @Test
    void theOldestRetainedMayBeTheNextOne() {
        recovered(90, Recovery.judge(at(EPOCH, 90), oldest(91), LIMIT));
        missed(Reason.EXPIRED, 91, at(EPOCH, 90), oldest(92), LIMIT);
    }

    @Test
    void asManyAsTheLimitAreRecovered() {
        recovered(70, Recovery.judge(at(EPOCH, 70), oldest(1), LIMIT));
        missed(Reason.LIMIT, 100, at(EPOCH, 69), oldest(1), LIMIT);
        missed(Reason.LIMIT, 100, hashed(EPOCH, 69), oldest(1), LIMIT);
    }

    @Test
    void whatIsStreamedHasNoLimit() {
        recovered(0, Recovery.judge(at(EPOCH, 0), oldest(1), STREAMED));
    }

    @Test
    void whoWasAwayForTooLongGetsWhatIsRetained() {
        missed(Reason.EXPIRED, 79, at(EPOCH, 10), oldest(80), LIMIT);
        missed(Reason.EXPIRED, 79, hashed(EPOCH, 10), oldest(80), LIMIT);
        missed(Reason.EXPIRED, 19, at(EPOCH, 10), oldest(20), STREAMED);
        missed(Reason.EXPIRED, 100, at(EPOCH, 10), oldest(101), LIMIT);
    }

    @Test
    void whatIsRetainedIsLeftOutWhereItDoesNotFit() {
        missed(Reason.EXPIRED, 70, at(EPOCH, 10), oldest(71), LIMIT);
        missed(Reason.EXPIRED, 100, at(EPOCH, 10), oldest(70), LIMIT);
    }

    @Test
    void anotherEpochIsAnotherStream() {
        missed(Reason.EPOCH, 100, at("other_", 50), oldest(1), LIMIT);
        missed(Reason.EPOCH, 100, at("other_", 100), oldest(1), LIMIT);
        missed(Reason.EPOCH, 100, hashed("other_", 50), oldest(1), STREAMED);
    }

    @Test
    void anOffsetBeyondTheTopIsOfAnotherStream() {
        missed(Reason.EPOCH, 100, at(EPOCH, 101), oldest(1), LIMIT);
        missed(Reason.EPOCH, 100, at("", 101), oldest(1), LIMIT);
        missed(Reason.EPOCH, 100, hashed(EPOCH, 101), oldest(1), LIMIT);
    }

    @Test
    void anUnreadableCursorMissedEverythingUpToTheTop() {
        missed(Reason.UNKNOWN, 100, new Claim.Unreadable(), oldest(1), LIMIT);
        missed(Reason.UNKNOWN, 100, new Claim.Unreadable(), oldest(1), STREAMED);
    }
}
