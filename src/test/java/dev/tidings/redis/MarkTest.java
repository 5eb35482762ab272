package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MarkTest {
    private static final Mark THIRD = new Mark("A", 3, 30);

    @Test
    void ofOneEpochTheLaterOneCountsWhicheverWasHeardOfLast() {
        Mark fifth = new Mark("A", 5, 50);

        assertEquals(fifth, THIRD.or(fifth));
        assertEquals(fifth, fifth.or(THIRD));
    }

    @Test
    void ofTwoEpochsTheOneHeardOfLastCounts() {
        Mark other = new Mark("B", 1, 40);

        assertEquals(other, THIRD.or(other));
        assertEquals(THIRD, other.or(THIRD));
    }

    @Test
    void ofTwoTimesOfOneOffsetTheFirstOneIsHeldAgainstTheStream() {
        assertEquals(THIRD, THIRD.or(new Mark("A", 3, 31)));
    }

    @Test
    void nothingGivesWayToAnything() {
        assertFalse(Mark.NONE.isPresent());
        assertEquals(THIRD, Mark.NONE.or(THIRD));
        assertTrue(new Mark("A", 0, 0).isPresent(), "an empty stream is known");
    }
}
