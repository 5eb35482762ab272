package dev.tidings.redis;

import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;

/**
 * A position with the time of its publication: enough to tell whether a stream still is the one it was. A replica that was behind and took over gives
 * the same offsets out again under the same epoch, but at other times.
 *
 * @param epoch  "" = nothing is known
 * @param offset 0 = the stream was empty
 * @param time   milliseconds since 1970 by Redis' clock; 0 = not known
 */
public record Mark(String epoch, long offset, long time) {
    /** Nothing is known of the stream. */
    public static final Mark NONE = new Mark("", 0, 0);

    static Mark of(Publication publication) {
        return new Mark(publication.epoch(), publication.offset(), publication.time());
    }

    boolean isPresent() {
        return !epoch.isEmpty();
    }

    Position position() {
        return new Position(epoch, offset);
    }

    /**
     * The later one of the two; of two epochs the one that was heard of last. Where one offset has two times the stream went back, and this mark, which
     * clients may have, is the one to hold against it.
     */
    Mark or(Mark heardOfLast) {
        return epoch.equals(heardOfLast.epoch) && offset >= heardOfLast.offset ? this : heardOfLast;
    }
}
