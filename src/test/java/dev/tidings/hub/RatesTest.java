package dev.tidings.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.ManualClock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How fast each publisher may publish. */
class RatesTest {
    private final ManualClock clock = new ManualClock();

    private static long counted(Rates rates, String scope, int attempts) {
        return IntStream.range(0, attempts).filter(_ -> {
            try {
                rates.count(scope);
                return true;
            } catch (RefusedException e) {
                assertEquals(Refusal.TOO_MANY_REQUESTS, e.refusal());
                return false;
            }
        }).count();
    }

    @Test
    void aSecondsWorthIsAdmittedAndThenTheRate() {
        Rates rates = new Rates(10, clock);

        long burst = counted(rates, "a", 50);
        clock.advanceMillis(500);
        long refilled = counted(rates, "a", 50);
        clock.advanceMillis(60_000);

        assertEquals(10, burst);
        assertEquals(5, refilled);
        assertEquals(10, counted(rates, "a", 50));
    }

    @Test
    void eachPublisherHasItsOwn() {
        Rates rates = new Rates(10, clock);
        counted(rates, "a", 50);

        assertEquals(10, counted(rates, "b", 50));
        assertThrows(RefusedException.class, () -> rates.count("a"));
    }

    @Test
    void zeroIsNoLimit() {
        assertEquals(10_000, counted(new Rates(0, clock), "a", 10_000));
    }
}
