package dev.tidings.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client is told when its session ends; protocol section 11. */
class EndingTest {
    private static final String GRAMMAR = "[a-z0-9 _-]+(;[a-z]+=[0-9]+)*";
    private static final RetryWindow LONGEST = new RetryWindow(Long.MAX_VALUE, Long.MAX_VALUE);

    @ParameterizedTest
    @EnumSource(names = "CONNECTION_LOST", mode = EnumSource.Mode.EXCLUDE)
    void everyReasonIsATokenThatNoClientTakesForJson(Disconnect cause) {
        for (Ending ending : new Ending[] {Ending.of(cause), Ending.of(cause, LONGEST)}) {
            assertTrue(ending.reason().matches(GRAMMAR), ending.reason());
            assertFalse(ending.reason().matches("-?[0-9.]+|true|false|null"), ending.reason());
            assertTrue(ending.reason().getBytes(StandardCharsets.UTF_8).length <= Ending.MAX_REASON_BYTES, ending.reason());
        }
    }

    @Test
    void aWindowIsWrittenBehindTheReason() {
        assertEquals(new Ending(Disconnect.DRAIN, 1012, "drain;min=0;max=3000"), Ending.of(Disconnect.DRAIN, new RetryWindow(0, 3_000)));
    }

    @ParameterizedTest
    @EnumSource
    void whetherToReconnectFollowsFromTheCodeForEveryClientThatKnowsNothingElse(Disconnect cause) {
        int code = cause.code();
        boolean terminal = code == 1000 || code == 1009 || code >= 3500 && code < 4000 || code >= 4500 && code < 5000;

        assertEquals(!terminal, Ending.of(cause).reconnect());
    }

    @ParameterizedTest
    @CsvSource({"4000, true", "4499, true", "4500, false", "4999, false", "5000, true", "3400, true", "3600, false"})
    void anApplicationsCodeTellsByItsRangeWhetherToReconnect(int code, boolean reconnect) {
        Ending ending = Ending.application(code, "bye");

        assertEquals(reconnect, ending.reconnect());
        assertEquals(!reconnect, ending.leaves());
        assertEquals(new Ending(Disconnect.APPLICATION, code, "bye"), ending);
    }

    @Test
    void aCodeOfTheTableCountsAsItsConstant() {
        assertEquals(new Ending(Disconnect.INVALID_TOKEN, 3500, "invalid token"), Ending.application(3500, ""));
        assertEquals(new Ending(Disconnect.FORCE_RECONNECT, 3011, "move"), Ending.application(3011, "move"));
    }

    @Test
    void whoIsExpectedBackLeavesLater() {
        assertTrue(Ending.of(Disconnect.CLIENT_CLOSED).leaves());
        assertTrue(Ending.of(Disconnect.FORCE_DISCONNECT).leaves());
        assertFalse(Ending.of(Disconnect.CONNECTION_LOST).leaves());
        assertFalse(Ending.of(Disconnect.DRAIN).leaves());
        assertFalse(Ending.of(Disconnect.NO_PONG).leaves());
    }

    @Test
    void aWindowIsDrawnFromWithBothItsEnds() {
        RetryWindow window = new RetryWindow(10, 12);
        SplittableRandom random = new SplittableRandom(1);

        LongSummaryStatistics drawn = LongStream.range(0, 200).map(_ -> window.draw(random)).summaryStatistics();

        assertEquals(10, drawn.getMin());
        assertEquals(12, drawn.getMax());
        assertEquals(5, new RetryWindow(5, 5).draw(random));
    }

    @Test
    void aWindowIsToldInMillisecondsAndInWholeSeconds() {
        assertEquals("min=1000, max=60001", new RetryWindow(1_000, 60_001).header());
        assertEquals("61", new RetryWindow(1_000, 60_001).retryAfter());
        assertEquals("1", new RetryWindow(0, 0).retryAfter());
        assertThrows(IllegalArgumentException.class, () -> new RetryWindow(2, 1));
        assertThrows(IllegalArgumentException.class, () -> new RetryWindow(-1, 1));
    }
}
