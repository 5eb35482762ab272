package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Who;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The broker over a store and a timer that do what the test says, when it says so. */
class BrokerOverStoreTest {
    private static final Channel CHANNEL = new Channel("news:a");
    private static final Channel PASSING = new Channel("chat");

    private final List<String> heard = new ArrayList<>();
    private final SteeredStore store = new SteeredStore();
    private final SteeredTimer timer = new SteeredTimer();
    private final Namespaces namespaces = new Namespaces(Map.of("news", namespace("news", 100), Namespace.DEFAULT_NAME, namespace(Namespace.DEFAULT_NAME, 0)), "");
    private final RedisBroker broker = new RedisBroker(store, namespaces, timer);

    BrokerOverStoreTest() {
        broker.listen(new Broker.Listener() {
            @Override
            public void published(Channel channel, Publication publication) {
                heard.add(publication.epoch() + publication.offset());
            }

            @Override
            public void joined(Channel channel, ClientInfo member) {
                heard.add("joined " + member.client());
            }

            @Override
            public void left(Channel channel, ClientInfo member) {
                heard.add("left " + member.client());
            }

            @Override
            public void compared(Channel channel, Position top) {
                heard.add("top " + top.epoch() + top.offset());
            }
        });
    }

    private static Namespace namespace(String name, int size) {
        Namespace.RecoveryMode recovery = size > 0 ? Namespace.RecoveryMode.STREAM : Namespace.RecoveryMode.NONE;
        return new Namespace(name, size, Duration.ofMinutes(size > 0 ? 1 : 0), Duration.ofHours(1), recovery, false, false, Who.ANYONE, Who.ANYONE,
                Who.ANYONE, Who.ANYONE, true, false, 65_536);
    }

    private static final class SteeredTimer implements Timer {
        final Deque<Runnable> soon = new ArrayDeque<>();
        final List<Runnable> later = new ArrayList<>();
        final List<Long> delays = new ArrayList<>();

        @Override
        public void soon(Runnable task) {
            soon.add(task);
        }

        @Override
        public void after(long millis, Runnable task) {
            later.add(task);
            delays.add(millis);
        }

        void runSoon() {
            for (int left = soon.size(); left > 0; left--) {
                soon.poll().run();
            }
        }
    }

    private static final class SteeredStore implements Store {
        final Deque<Asked> reads = new ArrayDeque<>();
        final Deque<Mark> publishedWith = new ArrayDeque<>();
        final Deque<CompletableFuture<Placed>> publishes = new ArrayDeque<>();
        final List<String> calls = new ArrayList<>();
        CompletableFuture<Void> subscribing = CompletableFuture.completedFuture(null);
        Listener listener;

        private record Asked(Channel channel, HistoryQuery query, Mark known, CompletableFuture<Read> answer) {
            void at(Mark top) {
                answer.complete(new Read(new History(top.position(), top.offset() + 1, List.of()), top));
            }
        }

        @Override
        public void listen(Listener itsListener) {
            listener = itsListener;
        }

        @Override
        public CompletionStage<Placed> publish(Publish publish, Mark known) {
            publishedWith.add(known);
            publishes.add(new CompletableFuture<>());
            return publishes.getLast();
        }

        @Override
        public CompletionStage<Read> read(Channel channel, Namespace namespace, HistoryQuery query, Mark known) {
            reads.add(new Asked(channel, query, known, new CompletableFuture<>()));
            return reads.getLast().answer;
        }

        @Override
        public CompletionStage<Void> join(Channel channel, ClientInfo member) {
            calls.add("join " + channel);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
            calls.add("leave " + channel);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<Void> subscribe(Channel channel) {
            calls.add("subscribe " + channel);
            return subscribing;
        }

        @Override
        public void unsubscribe(Channel channel) {
            calls.add("unsubscribe " + channel);
        }

        @Override
        public boolean isConnected() {
            return true;
        }
    }

    private static Publication publication(String epoch, long offset) {
        return new Publication(epoch, offset, offset, new byte[0], ClientInfo.NONE, Map.of(), "", "", 0, Set.of());
    }

    private static Mark mark(String epoch, long offset) {
        return new Mark(epoch, offset, offset);
    }

    private CompletionStage<Published> publish() {
        return broker.publish(new Publish(CHANNEL, namespaces.of(CHANNEL), publication("", 0), Optional.empty(), Optional.empty(), "", false));
    }

    private CompletableFuture<History> read(HistoryQuery query) {
        return broker.history(CHANNEL, namespaces.of(CHANNEL), query).toCompletableFuture();
    }

    private static Store.Placed placed(Mark mark, boolean duplicate) {
        return new Store.Placed(new Published(Optional.of(mark.position()), duplicate, false), mark);
    }

    // -- readings ------------------------------------------------------------------------------------------------------------------------------

    @Test
    void readingsOfOneMomentAreOne() {
        CompletableFuture<History> first = read(HistoryQuery.TOP);
        CompletableFuture<History> second = read(HistoryQuery.TOP);
        CompletableFuture<History> other = read(HistoryQuery.after(3, 10));

        timer.runSoon();

        assertEquals(2, store.reads.size());
        store.reads.poll().at(mark("a", 5));
        assertTrue(first.isDone() && second.isDone());
        assertFalse(other.isDone());
    }

    @Test
    void noReadingIsAnsweredFromBeforeItWasAsked() {
        CompletableFuture<History> first = read(HistoryQuery.TOP);
        timer.runSoon();
        CompletableFuture<History> second = read(HistoryQuery.TOP);
        timer.runSoon();

        store.reads.poll().at(mark("a", 5));

        assertTrue(first.isDone());
        assertFalse(second.isDone());
        store.reads.poll().at(mark("a", 6));
        assertEquals(6, second.join().top().offset());
    }

    @Test
    void aFailedReadingFailsForAll() {
        CompletableFuture<History> first = read(HistoryQuery.TOP);
        CompletableFuture<History> second = read(HistoryQuery.TOP);
        timer.runSoon();

        store.reads.poll().answer.completeExceptionally(new IllegalStateException("away"));

        assertTrue(first.isCompletedExceptionally() && second.isCompletedExceptionally());
    }

    // -- what is known -------------------------------------------------------------------------------------------------------------------------

    @Test
    void publishingPassesWhatThisNodeKnows() {
        publish();
        store.publishes.poll().complete(placed(mark("a", 7), false));

        publish();

        assertEquals(List.of(Mark.NONE, mark("a", 7)), List.copyOf(store.publishedWith));
    }

    @Test
    void readingPassesWhatThisNodeKnowsWhenItIsSent() {
        read(HistoryQuery.TOP);
        publish();
        store.publishes.poll().complete(placed(mark("a", 7), false));

        timer.runSoon();

        assertEquals(mark("a", 7), store.reads.peek().known);
    }

    @Test
    void aRepetitionTellsNothingOfTheStream() {
        publish();
        store.publishes.poll().complete(placed(mark("a", 7), false));
        publish();
        store.publishes.poll().complete(placed(mark("before", 90), true));

        publish();

        assertEquals(mark("a", 7), store.publishedWith.getLast());
    }

    @Test
    void aFeedIsAskedWhatIsKnownAndHandsItOnWhenItEnds() {
        broker.subscribe(CHANNEL);
        broker.published(CHANNEL, publication("a", 4));
        publish();
        assertEquals(mark("a", 4), store.publishedWith.getLast());
        broker.unsubscribe(CHANNEL);
        timer.later.getLast().run();

        publish();

        assertEquals(0, broker.feedCount());
        assertEquals(mark("a", 4), store.publishedWith.getLast());
    }

    @Test
    void anEpochThatIsBackIsHeldAgainstWhatWasKnownOfIt() {
        broker.subscribe(CHANNEL);
        broker.published(CHANNEL, publication("a", 5));
        read(HistoryQuery.TOP);
        timer.runSoon();
        store.reads.poll().at(mark("b", 1));

        CompletableFuture<History> again = read(HistoryQuery.TOP);
        timer.runSoon();
        store.reads.poll().at(mark("a", 6));

        assertFalse(again.isDone());
        assertEquals(mark("a", 5), store.reads.peek().known);
        store.reads.poll().at(mark("c", 0));
        assertEquals("c", again.join().top().epoch());
    }

    // -- subscriptions -------------------------------------------------------------------------------------------------------------------------

    @Test
    void aChannelLingersAfterItsLastSubscriber() {
        broker.subscribe(CHANNEL);
        broker.unsubscribe(CHANNEL);
        assertEquals(List.of("subscribe news:a"), store.calls);
        assertEquals(RedisBroker.LINGER.toMillis(), timer.delays.getLast());

        timer.later.getLast().run();

        assertEquals(List.of("subscribe news:a", "unsubscribe news:a"), store.calls);
    }

    @Test
    void whoComesBackMeanwhileKeepsIt() {
        broker.subscribe(CHANNEL);
        broker.unsubscribe(CHANNEL);
        broker.subscribe(CHANNEL);

        timer.later.getLast().run();

        assertEquals(List.of("subscribe news:a"), store.calls);
    }

    @Test
    void theEndOfAnEarlierAbsenceIsOutOfDate() {
        broker.subscribe(CHANNEL);
        broker.unsubscribe(CHANNEL);
        broker.subscribe(CHANNEL);
        broker.unsubscribe(CHANNEL);

        timer.later.getFirst().run();
        assertEquals(1, broker.feedCount());
        timer.later.getLast().run();

        assertEquals(0, broker.feedCount());
    }

    @Test
    void aSubscriptionThatFailedIsMadeAnew() {
        store.subscribing = CompletableFuture.failedFuture(new IllegalStateException("away"));
        CompletionStage<Void> first = broker.subscribe(CHANNEL);
        store.subscribing = CompletableFuture.completedFuture(null);

        CompletionStage<Void> second = broker.subscribe(CHANNEL);

        assertNotSame(first, second);
        assertFalse(second.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void whatIsToldOfAnUnknownChannelIsDropped() {
        broker.published(CHANNEL, publication("a", 1));

        assertEquals(List.of(), heard);
    }

    @Test
    void membersArePassedOn() {
        ClientInfo member = new ClientInfo("u", "c", new byte[0], new byte[0]);

        broker.joined(PASSING, member);
        broker.left(PASSING, member);
        broker.join(PASSING, member);
        broker.leave(PASSING, member);

        assertEquals(List.of("joined c", "left c"), heard);
        assertEquals(List.of("join chat", "leave chat"), store.calls);
    }

    // -- after a break -------------------------------------------------------------------------------------------------------------------------

    @Test
    void aChannelThatIsHeardAgainIsCompared() {
        broker.subscribe(CHANNEL);
        broker.published(CHANNEL, publication("a", 1));

        broker.resubscribed(CHANNEL);
        timer.runSoon();
        timer.runSoon();

        assertEquals(HistoryQuery.after(1, Feed.PAGE), store.reads.peek().query);
        store.reads.poll().at(mark("a", 1));
        assertEquals(List.of("a1", "top a1"), heard);
    }

    @Test
    void aChannelWithoutHistoryIsNotCompared() {
        broker.subscribe(PASSING);

        broker.resubscribed(PASSING);

        assertEquals(0, timer.soon.size());
        broker.published(PASSING, publication("", 0));
        assertEquals(List.of("0"), heard);
    }

    @Test
    void aFailedComparisonIsTriedAgain() {
        broker.subscribe(CHANNEL);
        broker.resubscribed(CHANNEL);
        timer.runSoon();
        timer.runSoon();
        store.reads.poll().answer.completeExceptionally(new IllegalStateException("away"));
        assertEquals(RedisBroker.COMPARE_AGAIN.toMillis(), timer.delays.getLast());

        timer.later.getLast().run();
        timer.runSoon();
        timer.runSoon();
        store.reads.poll().at(mark("a", 3));

        assertEquals(List.of("top a3"), heard);
    }

    @Test
    void manyChannelsAreComparedInSlices() {
        int count = 2 * RedisBroker.SLICE + 1;
        for (int i = 0; i < count; i++) {
            broker.subscribe(new Channel("news:" + i));
        }
        for (int i = 0; i < count; i++) {
            broker.resubscribed(new Channel("news:" + i));
        }
        assertEquals(1, timer.soon.size());

        timer.runSoon();
        timer.runSoon();
        assertEquals(RedisBroker.SLICE, store.reads.size());
        timer.later.getLast().run();
        timer.later.getLast().run();
        timer.runSoon();

        assertEquals(count, store.reads.size());
    }
}
