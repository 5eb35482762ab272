package dev.tidings.channel;

import java.util.Optional;

/**
 * What a client may have missed: publications in ({@code from}, {@code to}]. Everything after {@code to} is delivered, without a hole.
 *
 * @param from the position the client had; none where it is unknown
 */
public record Gap(Reason reason, Optional<Position> from, Position to) {
    /** Why publications may be missing. */
    public enum Reason {
        /** More was missed than one recovery may hold. */
        LIMIT,
        /** History no longer reaches back to the position. */
        EXPIRED,
        /** The stream began anew. */
        EPOCH,
        /** The position can't be read, or is of another set of channels. */
        UNKNOWN,
        /** Publications vanished between broker and node and history does not hold them. */
        LOST;

        /** The word on the wire and the value of the metric label. */
        public String label() {
            return name().toLowerCase();
        }
    }
}
