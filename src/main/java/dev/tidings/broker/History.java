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
    /** The same with a page of so many bytes of memory at most, but one publication at least: the next page begins behind it. */
    public History within(long bytes) {
        long cost = 0;
        int fitting = 0;
        while (fitting < publications.size() && (fitting == 0 || cost + publications.get(fitting).cost() <= bytes)) {
            cost += publications.get(fitting++).cost();
        }
        return fitting == publications.size() ? this : new History(top, oldest, publications.subList(0, fitting));
    }
}
