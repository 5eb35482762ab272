package dev.tidings.channel;

import java.util.Objects;

/**
 * A place in a channel's stream: everything up to and including {@code offset} of this incarnation was seen. An offset alone would not do: a
 * stream [1,2,3] is lost, a new one holds [1,2,3,4], and a client at 3 would silently miss three publications; the epoch tells the two apart.
 *
 * @param epoch  names one incarnation of the stream; "" where a client does not know it
 * @param offset 0 to {@link #MAX_OFFSET}; the first publication has offset 1
 */
public record Position(String epoch, long offset) {
    /** The largest offset: 2^53-1, the largest integer that every JSON reader keeps. */
    public static final long MAX_OFFSET = (1L << 53) - 1;
    /** The longest epoch that is read from a client. */
    public static final int MAX_EPOCH_LENGTH = 64;

    public Position {
        Objects.requireNonNull(epoch, "epoch is null");
        if (offset < 0 || offset > MAX_OFFSET) {
            throw RefusedException.badRequest("\"offset\" is " + offset + ", allowed is 0 to " + MAX_OFFSET);
        }
        if (epoch.length() > MAX_EPOCH_LENGTH) {
            throw RefusedException.badRequest("\"epoch\" is longer than " + MAX_EPOCH_LENGTH + " characters");
        }
    }

    /** Reads {@code epoch:offset}, as queries write it. */
    public static Position parse(String field, String text) {
        int colon = text.lastIndexOf(':');
        String digits = text.substring(colon + 1);
        if (colon < 0 || digits.isEmpty() || digits.length() > 16 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw RefusedException.badRequest("\"" + field + "\" must be epoch:offset");
        }
        return new Position(text.substring(0, colon), Long.parseLong(digits));
    }

    /** The same incarnation at another offset. */
    public Position at(long otherOffset) {
        return otherOffset == offset ? this : new Position(epoch, otherOffset);
    }
}
