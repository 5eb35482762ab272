package dev.tidings.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void countsWhatIsMissing() {
        Tally tally = new Tally(Series.oneByOne(10, 3));
        tally.received(10);
        tally.received(12);
        assertEquals(1, tally.lost());
        assertEquals(0, tally.doubled());
        assertEquals(0, tally.disordered());
    }

    @Test
    void countsWhatComesTwiceAndTellsThatItIsNotNew() {
        Tally tally = new Tally(Series.oneByOne(10, 3));
        assertTrue(tally.received(10));
        assertFalse(tally.received(10));
        assertEquals(1, tally.doubled());
        assertEquals(2, tally.lost());
    }

    @Test
    void whatBelongsToAnEarlierSeriesIsDoubled() {
        Tally tally = new Tally(Series.oneByOne(10, 3));
        assertFalse(tally.received(9));
        assertEquals(1, tally.doubled());
    }

    @Test
    void aLateNumberIsOutOfOrderButNotLost() {
        Tally tally = new Tally(Series.oneByOne(0, 2));
        tally.received(1);
        tally.received(0);
        assertEquals(0, tally.lost());
        assertEquals(1, tally.disordered());
    }

    @Test
    void backEndsMayOvertakeEachOther() {
        Tally tally = new Tally(new Series(0, 8, 2, 2));
        for (long number : new long[] {2, 3, 0, 6, 1, 4, 7, 5}) {
            assertTrue(tally.received(number));
        }
        assertEquals(0, tally.disordered());
        assertEquals(0, tally.lost());
    }
}
