package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FeedTest {
    private static final Channel NEWS = new Channel("news");

    private final List<Long> heard = new ArrayList<>();
    private final List<Position> tops = new ArrayList<>();
    private final List<HistoryQuery> queries = new ArrayList<>();
    private final List<CompletableFuture<Store.Read>> readings = new ArrayList<>();
    private int comparisons;
    private final Feed feed = new Feed(NEWS, CompletableFuture.completedStage(null), new Broker.Listener() {
        @Override
        public void published(Channel channel, Publication publication) {
            heard.add(publication.offset());
        }

        @Override
        public void joined(Channel channel, ClientInfo member) {
            // not asked here
        }

        @Override
        public void left(Channel channel, ClientInfo member) {
            // not asked here
        }

        @Override
        public void compared(Channel channel, Position top) {
            tops.add(top);
        }
    }, new Feed.Source() {
        @Override
        public CompletionStage<Store.Read> read(Feed asking, HistoryQuery query, Mark known) {
            queries.add(query);
            readings.add(new CompletableFuture<>());
            return readings.getLast();
        }

        @Override
        public void compareLater(Feed asking) {
            comparisons++;
        }
    }, Mark.NONE);

    private static Publication publication(String epoch, long offset, long time) {
        return new Publication(epoch, offset, time, new byte[0], ClientInfo.NONE, Map.of(), "", "", 0, Set.of());
    }

    private void told(long... offsets) {
        LongStream.of(offsets).forEach(offset -> feed.published(publication("A", offset, offset)));
    }

    private static Store.Read page(String epoch, long top, long... offsets) {
        List<Publication> publications = LongStream.of(offsets).mapToObj(offset -> publication(epoch, offset, offset)).toList();
        return new Store.Read(new History(new Position(epoch, top), 1, publications), new Mark(epoch, top, top));
    }

    @Test
    void whatComesTwiceIsDroppedAndAHoleIsFilledOnce() {
        told(1, 2, 2, 1, 5, 6);
        readings.getFirst().complete(page("A", 6, 3, 4, 5, 6));
        told(6, 7);

        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), heard);
        assertEquals(1, queries.size());
    }

    @Test
    void whatCannotBeReadIsHandedOverWithItsHole() {
        told(1, 5, 6);

        readings.getFirst().completeExceptionally(new IllegalStateException("away"));

        assertEquals(List.of(1L, 5L, 6L), heard);
        assertEquals(0, comparisons, "subscriptions see the hole");
    }

    @Test
    void whatDidNotFitWhileAReadingFailedIsComparedSoon() {
        told(1, 3);
        told(LongStream.range(4, 4 + 2 * Feed.MAX_PARKED).toArray());

        readings.getFirst().completeExceptionally(new IllegalStateException("away"));

        assertEquals(1 + Feed.MAX_PARKED, heard.size());
        assertEquals(1, comparisons, "nothing else would show what is missing behind the last one");
    }

    @Test
    void anOffsetThatIsGivenOutAgainAtAnotherTimeIsLookedInto() {
        told(1, 2);

        feed.published(publication("A", 2, 99));
        readings.getFirst().complete(page("B", 0));
        feed.published(publication("B", 1, 100));

        assertEquals(List.of(1L, 2L, 1L), heard);
        assertEquals(List.of(new Position("B", 0)), tops);
    }

    @Test
    void aComparisonReadsPageByPageAndTellsTheTopOnce() {
        told(1);
        feed.compare();
        long[] first = LongStream.range(2, 2 + Feed.PAGE).toArray();

        readings.getFirst().complete(page("A", Feed.PAGE + 2, first));
        readings.getLast().complete(page("A", Feed.PAGE + 2, Feed.PAGE + 2));

        assertEquals(IntStream.rangeClosed(1, Feed.PAGE + 2).mapToObj(Long::valueOf).toList(), heard);
        assertEquals(List.of(new Position("A", Feed.PAGE + 2)), tops);
    }

    @Test
    void aLinkThatBreaksWhileItIsComparedIsComparedAgain() {
        told(1);
        feed.compare();
        feed.compare();

        readings.getFirst().complete(page("A", 1));
        assertEquals(2, readings.size());
        readings.getLast().complete(page("A", 2, 2));

        assertEquals(List.of(1L, 2L), heard);
        assertTrue(tops.contains(new Position("A", 2)));
    }
}
