package dev.tidings.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The contract, and that nothing is left behind in memory. */
class MemoryPresenceTest extends PresenceContract {
    private final ManualClock clock = new ManualClock();

    @Override
    protected Presence open() {
        return new MemoryPresence(clock, TTL);
    }

    @Override
    protected void advance(Duration duration) {
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

    @Test
    void claimsThatEndedTakeNoMemory() {
        claim("c1", "ada", "s1", Duration.ofHours(1));
        claim("c2", "bob", "s2", Duration.ofSeconds(10));
        release("c1", "s1", Duration.ofSeconds(10));
        int before = ((MemoryPresence) presence).claims();
        advance(Duration.ofSeconds(10));
        join(presence.expire());

        assertEquals(2, before);
        assertEquals(0, ((MemoryPresence) presence).claims());
    }
}
