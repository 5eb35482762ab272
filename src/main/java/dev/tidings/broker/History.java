package dev.tidings.broker;

import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.List;

/**
 * A stream at one moment, with a page of what it retains.
 *
 * @param top          epoch and the offset given last; 0 = nothing was published
 * @param oldest       the smallest retained offset; top + 1 when nothing is retained
 * @param publications the page
 */
public record History(Position top, long oldest, List<Publication> publications) {
}
