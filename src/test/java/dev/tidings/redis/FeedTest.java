package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A feed with a stream that answers when the test says so. Publication N of an epoch was published at time N, unless it is said otherwise. */
class FeedTest {
    private static final Channel CHANNEL = new Channel("news");

    private final List<String> heard = new ArrayList<>();
    private final Deque<Asked> asked = new ArrayDeque<>();
    private int comparesLater;
    private Feed feed = feed(Mark.NONE);

    private record Asked(HistoryQuery query, Mark known, CompletableFuture<Store.Read> answer) {
    }

    private Feed feed(Mark known) {
        Broker.Listener hub = new Broker.Listener() {
            @Override
            public void published(Channel channel, Publication publication) {
                heard.add(publication.hasOffset() ? publication.epoch() + publication.offset() : "passing");
            }

            @Override
            public void joined(Channel channel, ClientInfo member) {
                throw new AssertionError("members don't go through feeds");
            }

            @Override
            public void left(Channel channel, ClientInfo member) {
                throw new AssertionError("members don't go through feeds");
            }

            @Override
            public void compared(Channel channel, Position top) {
                heard.add("top " + top.epoch() + top.offset());
            }
        };
        return new Feed(CHANNEL, CompletableFuture.completedStage(null), hub, new Feed.Source() {
            @Override
            public CompletionStage<Store.Read> read(Feed ofThis, HistoryQuery query, Mark held) {
                asked.add(new Asked(query, held, new CompletableFuture<>()));
                return asked.getLast().answer;
            }

            @Override
            public void compareLater(Feed ofThis) {
                comparesLater++;
            }
        }, known);
    }

    private static Publication publication(String epoch, long offset, long time) {
        return new Publication(epoch, offset, time, new byte[0], ClientInfo.NONE, Map.of(), "", "", 0, Set.of());
    }

    private void told(String epoch, long... offsets) {
        for (long offset : offsets) {
            feed.published(publication(epoch, offset, offset));
        }
    }

    /** Answers the oldest reading: the stream is at {@code top}, and the page holds these offsets. */
    private void answer(Mark top, long... page) {
        Asked next = asked.poll();
        feed.verified(next.known, top);
        List<Publication> publications = LongStream.of(page).mapToObj(offset -> publication(top.epoch(), offset, offset)).toList();
        next.answer.complete(new Store.Read(new History(top.position(), page.length == 0 ? top.offset() + 1 : page[0], publications), top));
    }

    private void fail() {
        asked.poll().answer.completeExceptionally(new IllegalStateException("away"));
    }

    private static Mark mark(String epoch, long offset) {
        return new Mark(epoch, offset, offset);
    }

    // -- order ---------------------------------------------------------------------------------------------------------------------------------

    @Test
    void handsOverWhatFollows() {
        told("a", 7, 8, 9);

        assertEquals(List.of("a7", "a8", "a9"), heard);
        assertEquals(mark("a", 9), feed.known());
    }

    @Test
    void dropsWhatComesTwice() {
        told("a", 7, 8, 8, 7);

        assertEquals(List.of("a7", "a8"), heard);
        assertEquals(0, asked.size());
    }

    @Test
    void handsOverAtOnceWhatHasNoOffset() {
        told("a", 1, 3);

        feed.published(publication("", 0, 5));

        assertEquals(List.of("a1", "passing"), heard);
    }

    @Test
    void fillsAHoleFromHistoryOnce() {
        told("a", 1, 4, 5);

        assertEquals(HistoryQuery.after(1, Feed.PAGE), asked.peek().query);
        assertEquals(mark("a", 1), asked.peek().known);
        answer(mark("a", 4), 2, 3, 4);
        assertEquals(List.of("a1", "a2", "a3", "a4", "a5"), heard);
        assertEquals(0, asked.size());
    }

    @Test
    void handsOverWithItsHoleWhatHistoryNoLongerHas() {
        told("a", 1, 4);

        answer(mark("a", 4));

        assertEquals(List.of("a1", "a4"), heard);
    }

    @Test
    void readsOnAfterAFullPage() {
        told("a", 1, 1_000);

        answer(mark("a", 1_000), LongStream.rangeClosed(2, 301).toArray());

        assertEquals(HistoryQuery.after(301, Feed.PAGE), asked.peek().query);
        assertEquals(301, heard.size());
    }

    @Test
    void readsAgainWhenMoreCameThanMayWait() {
        told("a", 1, 3);
        told("a", LongStream.rangeClosed(4, Feed.MAX_PARKED + 10).toArray());

        answer(mark("a", 3), 2, 3);

        assertEquals(HistoryQuery.after(3, Feed.PAGE), asked.peek().query);
        assertEquals(List.of("a1", "a2", "a3"), heard);
    }

    @Test
    void leavesAHoleToTheSubscriptionsWhenItCannotRead() {
        told("a", 1, 3, 4);

        fail();

        assertEquals(List.of("a1", "a3", "a4"), heard);
        assertEquals(0, comparesLater);
    }

    @Test
    void dropsWhatTheStreamNoLongerHas() {
        told("a", 1, 5);

        answer(mark("a", 2), 2);

        assertEquals(List.of("a1", "a2"), heard);
        assertEquals(0, asked.size());
    }

    @Test
    void handsOverAnotherEpoch() {
        told("a", 7);
        told("b", 3);

        assertEquals(List.of("a7", "b3"), heard);
    }

    @Test
    void dropsWhatWaitsOfAnEpochThatEnded() {
        told("a", 1, 3);

        answer(mark("b", 2));

        assertEquals(List.of("a1", "top b2"), heard);
        told("b", 3);
        assertEquals(List.of("a1", "top b2", "b3"), heard);
    }

    // -- comparing -----------------------------------------------------------------------------------------------------------------------------

    @Test
    void comparesWhenAnOffsetWasGivenOutTwice() {
        told("a", 1, 2);

        feed.published(publication("a", 2, 99));

        assertEquals(mark("a", 2), asked.peek().known);
        answer(new Mark("b", 0, 0));
        assertEquals(List.of("a1", "a2", "top b0"), heard);
    }

    @Test
    void comparesWhenOthersHaveReadAnOffsetThatComesAtAnotherTime() {
        told("a", 1);
        feed.verified(mark("a", 1), new Mark("a", 2, 99));

        told("a", 2);

        assertEquals(new Mark("a", 2, 99), asked.peek().known);
    }

    @Test
    void fillsWhatWasMissedWhileTheLinkWasBroken() {
        told("a", 1);
        feed.broken();
        feed.compare();

        answer(mark("a", 3), 2, 3);

        assertEquals(List.of("a1", "a2", "a3", "top a3"), heard);
    }

    @Test
    void withholdsWhatComesAfterABreakUntilItIsCompared() {
        told("a", 1);
        feed.broken();
        told("a", 2);
        feed.compare();
        told("a", 3);
        assertEquals(List.of("a1"), heard);

        answer(new Mark("b", 0, 0));
        told("b", 1);

        assertEquals(List.of("a1", "top b0", "b1"), heard);
    }

    @Test
    void forgetsAtABreakWhatWaits() {
        told("a", 1, 5);
        feed.broken();
        answer(mark("a", 1));
        feed.compare();

        answer(mark("a", 2), 2);

        assertEquals(List.of("a1", "a2", "top a2"), heard);
        assertEquals(0, asked.size());
    }

    @Test
    void holdsBothAgainstTheStreamWhatIsKnownAndWhatWasHandedOver() {
        told("a", 1);
        feed.verified(mark("a", 1), mark("a", 4));
        feed.broken();
        feed.compare();

        assertEquals(HistoryQuery.TOP, asked.peek().query);
        assertEquals(mark("a", 4), asked.peek().known);
        answer(mark("a", 5));
        assertEquals(mark("a", 1), asked.peek().known);
        answer(mark("a", 5), 2, 3, 4, 5);
        assertEquals(List.of("a1", "a2", "a3", "a4", "a5", "top a5"), heard);
    }

    @Test
    void comparesAtTheTopWhenNothingWasHandedOver() {
        feed.broken();
        feed.compare();

        assertEquals(HistoryQuery.TOP, asked.peek().query);
        answer(mark("a", 5));
        assertEquals(List.of("top a5"), heard);
    }

    @Test
    void comparesOnceMoreWhenAskedWhileItReads() {
        told("a", 1, 3);
        feed.broken();
        feed.compare();
        answer(mark("a", 3), 2, 3);
        assertEquals(List.of("a1", "a2", "a3"), heard);

        told("a", 5);
        answer(mark("a", 4), 4);

        assertEquals(List.of("a1", "a2", "a3", "a4", "top a4", "a5"), heard);
        assertEquals(0, asked.size());
    }

    @Test
    void aBreakDuringAComparisonNeedsOneOfItsOwn() {
        told("a", 1);
        feed.broken();
        feed.compare();
        feed.broken();
        answer(mark("a", 1));

        told("a", 2);

        assertEquals(List.of("a1", "top a1"), heard);
        feed.compare();
        answer(mark("a", 2), 2);
        assertEquals(List.of("a1", "top a1", "a2", "top a2"), heard);
    }

    @Test
    void triesAFailedComparisonAgainAndWithholdsUntilThen() {
        told("a", 1);
        feed.broken();
        feed.compare();
        told("a", 2);
        fail();

        assertEquals(1, comparesLater);
        assertEquals(List.of("a1"), heard);
    }

    @Test
    void triesAComparisonAgainWhoseFirstHalfFailed() {
        told("a", 1);
        feed.verified(mark("a", 1), mark("a", 4));
        feed.broken();
        feed.compare();

        fail();

        assertEquals(1, comparesLater);
    }

    @Test
    void aFailedReadingDoesNotForgetTheComparisonThatWaitsForIt() {
        told("a", 1, 3);
        feed.compare();

        fail();

        assertEquals(1, comparesLater);
    }

    // -- what is known -------------------------------------------------------------------------------------------------------------------------

    @Test
    void knowsWhatARequestFoundThatWasHeldAgainstIt() {
        told("a", 5);

        feed.verified(mark("a", 5), new Mark("b", 1, 8));

        assertEquals(new Mark("b", 1, 8), feed.known());
    }

    @Test
    void keepsWhatItKnowsOfTwoTimesOfAnOffset() {
        told("a", 5);

        feed.verified(mark("a", 3), new Mark("a", 5, 99));

        assertEquals(mark("a", 5), feed.known());
    }

    @Test
    void keepsTheFurtherPosition() {
        told("a", 5);

        feed.verified(mark("a", 3), mark("a", 4));

        assertEquals(mark("a", 5), feed.known());
    }

    @Test
    void remembersWhatWasKnownOfAnEpochThatEnded() {
        told("a", 5);
        feed.verified(mark("a", 5), mark("b", 2));

        assertEquals(mark("a", 5), feed.former("a"));
        feed.verified(mark("b", 2), mark("a", 6));
        assertEquals(mark("a", 5), feed.known());
    }

    @Test
    void aFeedOfAKnownStreamWaitsUntilItWasHeldAgainstThat() {
        feed = feed(mark("a", 5));
        told("a", 6);
        feed.verified(mark("a", 4), mark("a", 6));
        assertEquals(List.of(), heard);

        feed.verified(mark("a", 6), mark("a", 6));

        assertEquals(List.of("a6"), heard);
    }

    @Test
    void aFeedThatOverflowsWhileItWaitsReads() {
        feed = feed(mark("a", 5));
        told("a", LongStream.rangeClosed(6, Feed.MAX_PARKED + 10).toArray());

        feed.verified(mark("a", 5), mark("a", 2_000));

        assertEquals(HistoryQuery.after(Feed.MAX_PARKED + 5, Feed.PAGE), asked.peek().query);
    }

    @Test
    void leavesBehindWhatWasHandedOverWhenItEndsUncompared() {
        told("a", 3);
        feed.verified(mark("a", 3), mark("a", 7));
        assertEquals(mark("a", 7), feed.knownAtLast());

        feed.broken();

        assertEquals(mark("a", 3), feed.knownAtLast());
    }
}
