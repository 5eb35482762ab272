package dev.tidings.broker;

import dev.tidings.channel.Position;
import java.util.Optional;

/**
 * What became of a request to publish.
 *
 * @param position  the publication's place; none without history
 * @param duplicate whether an earlier request with the same key did it
 * @param skipped   whether a newer version was there and nothing was sent
 */
public record Published(Optional<Position> position, boolean duplicate, boolean skipped) {
    /** Sent, and not retained. */
    public static final Published PASSED_ON = new Published(Optional.empty(), false, false);
}
