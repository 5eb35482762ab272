package dev.tidings.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract, and that nothing is left behind in memory. */
class MemoryPresenceTest extends PresenceContract {
    private final ManualClock clock = new ManualClock();

    @Override
    Presence open() {
        return new MemoryPresence(clock, TTL);
    }

    @Override
    void advance(Duration duration) {
        clock.advance(duration);
    }

    @Test
    void whoLeftOrExpiredTakesNoMemory() {
        enter(ADA, "s1");
        enter(BOB, "s2");
        leave(ADA, "s1");
        advance(TTL);
        join(presence.expire());

        assertEquals(0, ((MemoryPresence) presence).size());
    }
}
