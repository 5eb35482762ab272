package dev.tidings.broker;

/**
 * Which page of a stream is read.
 *
 * @param since   forwards: publications with larger offsets, oldest first; backwards: with smaller ones, newest first; -1 = from that end on
 * @param limit   how many publications at most; 0 = the position alone
 * @param reverse whether backwards
 */
public record HistoryQuery(long since, int limit, boolean reverse) {
    /** The position alone. */
    public static final HistoryQuery TOP = new HistoryQuery(-1, 0, false);

    /** What follows an offset. */
    public static HistoryQuery after(long offset, int limit) {
        return new HistoryQuery(offset, limit, false);
    }

    /** The newest, newest first. */
    public static HistoryQuery newest(int limit) {
        return new HistoryQuery(-1, limit, true);
    }
}
