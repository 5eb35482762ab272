package dev.tidings.bench;

import java.util.Arrays;
import java.util.BitSet;

/** What one subscriber received of a {@link Series}: each number exactly once and, of each back end, in order. On the subscriber's event loop only. */
final class Tally {
    private final Series series;
    private final BitSet seen;
    private final int[] last;
    private int received;
    private int doubled;
    private int disordered;

    Tally(Series series) {
        this.series = series;
        this.seen = new BitSet(series.count());
        this.last = new int[series.backEnds()];
        Arrays.fill(last, -1);
    }

    /** Takes in a number; whether it is of this series and new. A number of an earlier series was counted there, so here it is doubled. */
    boolean received(long number) {
        long offset = number - series.first();
        if (offset < 0 || offset >= series.count() || seen.get((int) offset)) {
            doubled++;
            return false;
        }
        int index = (int) offset;
        seen.set(index);
        received++;
        int backEnd = series.backEndOf(index);
        if (index < last[backEnd]) {
            disordered++;
        } else {
            last[backEnd] = index;
        }
        return true;
    }

    int lost() {
        return series.count() - received;
    }

    int doubled() {
        return doubled;
    }

    int disordered() {
        return disordered;
    }
}
