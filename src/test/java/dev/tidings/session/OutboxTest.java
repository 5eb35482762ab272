package dev.tidings.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.session.Outbox.Batch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for one client: its order, its bytes and its age. */
class OutboxTest {
    private final Outbox outbox = new Outbox();

    private void add(String text, long now) {
        outbox.add(text.getBytes(StandardCharsets.UTF_8), now);
    }

    private static List<String> texts(Batch batch) {
        return Arrays.stream(batch.messages()).limit(batch.count()).map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
    }

    @Test
    void everythingThatWaitsIsTakenAtOnceInOrder() {
        List<String> texts = List.of("a", "bb", "ccc", "dddd", "eeeee", "f");
        texts.forEach(text -> add(text, 0));

        Batch batch = outbox.take();

        assertEquals(texts, texts(batch));
        assertEquals(16, batch.bytes());
        assertTrue(outbox.isEmpty());
    }

    @Test
    void bytesAreSharedAndNotCopied() {
        byte[] shared = {1, 2, 3};
        outbox.add(shared, 0);

        assertSame(shared, outbox.take().messages()[0]);
    }

    @Test
    void bytesInFlightCountUntilTheyAreWritten() {
        add("aaa", 0);
        Batch batch = outbox.take();
        add("bb", 0);
        long before = outbox.bytes();

        outbox.written(batch);

        assertEquals(5, before);
        assertEquals(2, outbox.bytes());
    }

    @Test
    void anEmptyOutboxHasNoAge() {
        assertEquals(0, outbox.ageMillis(5_000));
        add("a", 1_000);
        outbox.written(outbox.take());
        assertEquals(0, outbox.ageMillis(9_000));
    }

    @Test
    void theAgeIsThatOfTheOldestByte() {
        add("a", 1_000);
        add("b", 3_000);
        assertEquals(4_000, outbox.ageMillis(5_000));

        outbox.take();
        add("c", 6_000);

        assertEquals(6_000, outbox.ageMillis(7_000));
    }

    @Test
    void whatWaitedBehindAWriteIsAsOldAsItIs() {
        add("a", 0);
        Batch first = outbox.take();
        add("b", 1_000);
        outbox.written(first);
        long whileWaiting = outbox.ageMillis(9_500);

        outbox.take();

        assertEquals(8_500, whileWaiting);
        assertEquals(9_000, outbox.ageMillis(10_000));
    }

    @Test
    void theArrayIsUsedAgainAndForgetsWhatItHeld() {
        add("a", 0);
        Batch first = outbox.take();
        outbox.written(first);
        assertNull(first.messages()[0]);

        add("b", 0);

        assertSame(first.messages(), outbox.take().messages());
    }

    @Test
    void whatWasAddedDuringAWriteIsKept() {
        add("a", 0);
        Batch first = outbox.take();
        add("b", 0);

        outbox.written(first);

        assertEquals(List.of("b"), texts(outbox.take()));
    }

    @Test
    void theLargeArrayOfABurstIsGivenBack() {
        for (int i = 0; i < 1_000; i++) {
            add("a", 0);
        }
        Batch burst = outbox.take();
        outbox.written(burst);

        add("b", 0);

        assertNotSame(burst.messages(), outbox.take().messages());
    }

    @Test
    void forgettingLeavesNothing() {
        add("a", 0);
        Batch batch = outbox.take();
        add("b", 0);

        outbox.clear();
        outbox.written(batch);

        assertEquals(0, outbox.bytes());
        assertTrue(outbox.isEmpty());
        assertFalse(outbox.ageMillis(60_000) > 0);
    }
}
