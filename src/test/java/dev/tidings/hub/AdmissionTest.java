package dev.tidings.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.hub.Admission.Reason;
import dev.tidings.hub.Admission.Refused;
import dev.tidings.session.RetryWindow;
import dev.tidings.testing.ManualClock;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who may connect now, and when the others may come back. */
class AdmissionTest {
    private final ManualClock clock = new ManualClock();

    private static long admitted(Admission admission, int attempts) {
        return IntStream.range(0, attempts).filter(_ -> admission.admit().isEmpty()).count();
    }

    private static RetryWindow window(Admission admission) {
        return admission.admit().map(Refused::window).orElseThrow();
    }

    @Test
    void asManyHandshakesAsTheRateAreAdmittedAtOnceAndThenTheRate() {
        Admission admission = new Admission(100_000, 500, clock);

        long burst = admitted(admission, 2_000);
        clock.advanceMillis(100);
        long refilled = admitted(admission, 2_000);
        clock.advanceMillis(3_600_000);
        long rested = admitted(admission, 2_000);

        assertEquals(500, burst);
        assertEquals(50, refilled);
        assertEquals(500, rested);
    }

    @Test
    void noMoreThanTheLimitAreConnected() {
        Admission admission = new Admission(10, 500, clock);

        long admitted = admitted(admission, 50);
        Optional<Reason> reason = admission.admit().map(Refused::reason);
        admission.release();

        assertEquals(10, admitted);
        assertEquals(Optional.of(Reason.LIMIT), reason);
        assertEquals(1, admitted(admission, 5));
        assertEquals(10, admission.connections());
    }

    @Test
    void theWindowGrowsWithThoseWhoWereTurnedAway() {
        Admission admission = new Admission(100_000, 500, clock);
        admitted(admission, 500);

        RetryWindow first = window(admission);
        admitted(admission, 5_000);
        RetryWindow later = window(admission);
        admitted(admission, 1_000_000);
        RetryWindow latest = window(admission);

        assertEquals(new RetryWindow(1_000, 5_000), first);
        assertEquals(1_000, later.minMillis());
        assertTrue(Math.abs(later.maxMillis() - 20_000) < 100, later::toString);
        assertEquals(300_000, latest.maxMillis());
    }

    @Test
    void aStormThatComesBackAtRandomTimesOfItsWindowsIsAdmittedAtTheRate() {
        Admission admission = new Admission(100_000, 500, clock);
        admitted(admission, 500);
        long last = 0;
        for (int i = 0; i < 10_000; i++) {
            last = window(admission).maxMillis();
        }

        assertTrue(last >= 10_000 * 1_000 / 500, () -> "10,000 clients come back within a time in which fewer are admitted");
    }

    @Test
    void theWindowShrinksAgain() {
        Admission admission = new Admission(100_000, 500, clock);
        admitted(admission, 10_000);

        clock.advanceMillis(60_000);
        admitted(admission, 500);

        assertEquals(5_000, window(admission).maxMillis());
    }
}
