package dev.tidings.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryWindowTest {
    @Test
    void readsCloseReasons() {
        assertEquals(Optional.of(new RetryWindow(1_000, 60_000)), RetryWindow.parse("overload;min=1000;max=60000"));
    }

    @Test
    void readsTheHeader() {
        assertEquals(Optional.of(new RetryWindow(0, 30_000)), RetryWindow.parse("min=0, max=30000"));
    }

    @Test
    void readsTheLastRetryFieldOfAStream() {
        assertEquals(Optional.of(new RetryWindow(8_312, 8_312)), RetryWindow.parseStream("retry: 100\n:\nretry: 8312\n:\n"));
    }

    @Test
    void findsNothingInOtherReasons() {
        assertEquals(Optional.empty(), RetryWindow.parse("slow"));
        assertEquals(Optional.empty(), RetryWindow.parseStream(":\n"));
    }

    @Test
    void drawsWithinTheWindow() {
        RetryWindow window = new RetryWindow(5, 7);
        for (int i = 0; i < 100; i++) {
            long delay = window.draw();
            assertTrue(delay >= 5 && delay <= 7, () -> "drew " + delay);
        }
    }
}
