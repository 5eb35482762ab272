package dev.tidings.broker;

import static dev.tidings.testing.NamespaceBuilder.namespace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Publish.IdempotencyKey;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.Publications;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every broker promises, whatever it keeps its streams in. */
public abstract class BrokerContract {
    static final Channel NEWS = new Channel("news");
    static final Channel SPORT = new Channel("sport");
    protected static final Namespace RETAINED = namespace("default").history(10, Duration.ofMinutes(10)).metaTtl(Duration.ofHours(1)).build();
    static final Namespace PASSING = namespace("passing").build();
    static final int THREADS = 8;

    final Heard heard = new Heard();
    protected Broker broker;

    /** A broker with nothing in it. */
    protected abstract Broker open();

    /** Lets time pass for the broker. */
    protected abstract void advance(Duration duration);

    /** Waits until what was published has been heard, where that comes later. */
    protected void settle() {
        // here it has
    }

    private Heard heard() {
        settle();
        return heard;
    }

    @BeforeEach
    void start() {
        broker = open();
        broker.listen(heard);
        join(broker.subscribe(NEWS));
        join(broker.subscribe(SPORT));
    }

    // -- requests --------------------------------------------------------------------------------------------------------------------------------

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    static RefusedException refusal(CompletionStage<?> stage) {
        return assertInstanceOf(RefusedException.class, assertThrows(CompletionException.class, () -> join(stage)).getCause());
    }

    static Publish request(Channel channel, Namespace namespace, Publication publication) {
        return new Publish(channel, namespace, publication, Optional.empty(), Optional.empty(), "", false);
    }

    static Publish keyed(Channel channel, Namespace namespace, String data, IdempotencyKey key) {
        return new Publish(channel, namespace, Publications.of(data), Optional.of(key), Optional.empty(), "", false);
    }

    static Publish conditional(String data, Position condition) {
        return new Publish(NEWS, RETAINED, Publications.of(data), Optional.empty(), Optional.of(condition), "", false);
    }

    static Publish versioned(long version, String versionEpoch) {
        return new Publish(NEWS, RETAINED, Publications.version(version, Long.toString(version)), Optional.empty(), Optional.empty(), versionEpoch, false);
    }

    Position publish(String data) {
        return join(broker.publish(request(NEWS, RETAINED, Publications.of(data)))).position().orElseThrow();
    }

    void publish(int count) {
        for (int i = 1; i <= count; i++) {
            publish(Integer.toString(i));
        }
    }

    History history(HistoryQuery query) {
        return join(broker.history(NEWS, RETAINED, query));
    }

    Position top() {
        return history(HistoryQuery.TOP).top();
    }

    static List<Long> offsets(History history) {
        return history.publications().stream().map(Publication::offset).toList();
    }

    static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    // -- places ----------------------------------------------------------------------------------------------------------------------------------

    @Test
    void offsetsBeginAtOneAndAreDense() {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            offsets.add(publish("1").offset());
        }

        assertEquals(range(1, 20), offsets);
        assertEquals(range(1, 20), heard().offsets());
    }

    @Test
    void theEpochIsSixCharactersThatNeedNoEscaping() {
        Position first = publish("1");

        assertTrue(first.epoch().matches("[A-Za-z0-9_-]{6}"), first.epoch());
        assertEquals(first.epoch(), publish("2").epoch());
    }

    @Test
    void whoReadsFirstMakesTheEpochThatPublishersGet() {
        Position empty = top();

        Position first = publish("1");

        assertEquals(0, empty.offset());
        assertEquals(empty.at(1), first);
    }

    @Test
    void eachChannelHasAStreamOfItsOwn() {
        Position news = publish("1");

        Position sport = join(broker.publish(request(SPORT, RETAINED, Publications.of("1")))).position().orElseThrow();

        assertEquals(1, sport.offset());
        assertNotEquals(news.epoch(), sport.epoch());
    }

    @Test
    void theListenerGetsThePublicationWithItsPlace() {
        Position place = publish("{\"a\":1}");

        Publication publication = heard().publications.getFirst();
        assertEquals(place, publication.position());
        assertEquals("{\"a\":1}", new String(publication.data(), StandardCharsets.UTF_8));
        assertTrue(publication.time() > 0);
    }

    @Test
    void withoutHistoryNothingHasAPlace() {
        Published published = join(broker.publish(request(NEWS, PASSING, Publications.of("1"))));

        assertEquals(Published.PASSED_ON, published);
        assertFalse(heard().publications.getFirst().hasOffset());
    }

    @Test
    void whatSkipsHistoryIsSentAndTakesNoOffset() {
        publish("1");

        Published published = join(broker.publish(new Publish(NEWS, RETAINED, Publications.of("2"), Optional.empty(), Optional.empty(), "", true)));

        assertEquals(Optional.empty(), published.position());
        assertEquals(List.of(1L, 0L), heard().offsets());
        assertEquals(2, publish("3").offset());
        assertEquals(List.of(1L, 2L), offsets(history(HistoryQuery.after(0, 10))));
    }

    @Test
    void membersComeAndGoInOrder() {
        ClientInfo ada = new ClientInfo("ada", "c1", new byte[0], new byte[0]);

        join(broker.join(NEWS, ada));
        join(broker.leave(NEWS, ada));

        assertEquals(List.of("join news c1", "leave news c1"), heard().members);
    }

    // -- history ---------------------------------------------------------------------------------------------------------------------------------

    @Test
    void historyIsReadForwardsFromAnOffset() {
        publish(5);

        assertEquals(List.of(3L, 4L), offsets(history(HistoryQuery.after(2, 2))));
        assertEquals(range(1, 5), offsets(history(new HistoryQuery(-1, 10, false))));
        assertEquals(List.of(), offsets(history(HistoryQuery.after(5, 10))));
        assertEquals(List.of(), offsets(history(HistoryQuery.after(99, 10))));
    }

    @Test
    void historyIsReadBackwardsFromAnOffset() {
        publish(5);

        assertEquals(List.of(5L, 4L), offsets(history(HistoryQuery.newest(2))));
        assertEquals(List.of(3L, 2L), offsets(history(new HistoryQuery(4, 2, true))));
        assertEquals(List.of(2L, 1L), offsets(history(new HistoryQuery(3, 10, true))));
        assertEquals(List.of(), offsets(history(new HistoryQuery(1, 10, true))));
    }

    @Test
    void everyPageTellsTopAndOldest() {
        publish(12);

        History page = history(HistoryQuery.TOP);

        assertEquals(12, page.top().offset());
        assertEquals(3, page.oldest());
        assertEquals(List.of(), page.publications());
    }

    @Test
    void whatIsRetainedIsWhatWasPublished() {
        publish("{\"a\":1}");

        Publication retained = history(HistoryQuery.after(0, 1)).publications().getFirst();

        assertEquals("{\"a\":1}", new String(retained.data(), StandardCharsets.UTF_8));
        assertEquals(heard().publications.getFirst().time(), retained.time());
    }

    @Test
    void theOldestGoesWhenThereAreMoreThanItsSize() {
        publish(11);

        assertEquals(range(2, 11), offsets(history(HistoryQuery.after(0, 100))));
    }

    @Test
    void publicationsGoWithTheirTimeAndThePositionStays() {
        publish("1");
        advance(Duration.ofMinutes(6));
        Position top = publish("2");

        advance(Duration.ofMinutes(6));
        History later = history(HistoryQuery.after(0, 10));
        advance(Duration.ofMinutes(6));
        History latest = history(HistoryQuery.after(0, 10));

        assertEquals(List.of(2L), offsets(later));
        assertEquals(List.of(), offsets(latest));
        assertEquals(3, latest.oldest());
        assertEquals(top, latest.top());
        assertEquals(top.at(3), publish("3"));
    }

    @Test
    void anUnusedPositionIsForgottenAndTheStreamBeginsAnew() {
        Position before = publish("1");

        advance(Duration.ofHours(1));
        Position after = publish("2");

        assertEquals(1, after.offset());
        assertNotEquals(before.epoch(), after.epoch());
    }

    @Test
    void publishingKeepsThePosition() {
        Position before = publish("1");
        advance(Duration.ofMinutes(50));
        publish("2");

        advance(Duration.ofMinutes(50));

        assertEquals(before.at(2), top());
    }

    // -- idempotency -----------------------------------------------------------------------------------------------------------------------------

    private static IdempotencyKey key(String scope, String key) {
        return new IdempotencyKey(scope, key, "hash");
    }

    @Test
    void aRepetitionGetsTheFirstResultAndIsNotSent() {
        Published first = join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "k"))));
        publish("2");

        Published again = join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "k"))));

        assertFalse(first.duplicate());
        assertEquals(new Published(first.position(), true, false), again);
        assertEquals(range(1, 2), heard().offsets());
    }

    @Test
    void aKeyIsOfOneScopeAndOneChannel() {
        join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "k"))));

        assertFalse(join(broker.publish(keyed(NEWS, RETAINED, "1", key("other", "k")))).duplicate());
        assertFalse(join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "other")))).duplicate());
        assertFalse(join(broker.publish(keyed(SPORT, RETAINED, "1", key("s", "k")))).duplicate());
    }

    @Test
    void scopeAndKeyAreToldApartWhereverTheyAreCut() {
        join(broker.publish(keyed(NEWS, RETAINED, "1", key("ab", "c"))));

        assertFalse(join(broker.publish(keyed(NEWS, RETAINED, "1", key("a", "bc")))).duplicate());
    }

    @Test
    void aKeyWithAnotherPayloadIsRefused() {
        join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "k"))));

        RefusedException refused = refusal(broker.publish(keyed(NEWS, RETAINED, "2", new IdempotencyKey("s", "k", "other"))));

        assertEquals(Refusal.IDEMPOTENCY_MISMATCH, refused.refusal());
        assertEquals(1, heard().publications.size());
    }

    @Test
    void afterTheWindowAKeyIsNew() {
        join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "k"))));

        advance(MemoryBroker.IDEMPOTENCY_WINDOW.minusSeconds(1));
        Published within = join(broker.publish(keyed(NEWS, RETAINED, "1", key("s", "k"))));
        advance(Duration.ofSeconds(1));
        Published after = join(broker.publish(keyed(NEWS, RETAINED, "2", new IdempotencyKey("s", "k", "other"))));

        assertTrue(within.duplicate());
        assertEquals(new Published(Optional.of(top().at(2)), false, false), after);
    }

    @Test
    void aKeyWorksWithoutHistoryToo() {
        join(broker.publish(keyed(NEWS, PASSING, "1", key("s", "k"))));

        Published again = join(broker.publish(keyed(NEWS, PASSING, "1", key("s", "k"))));

        assertEquals(new Published(Optional.empty(), true, false), again);
        assertEquals(1, heard().publications.size());
    }

    @Test
    void whatWasRefusedIsNotKeptUnderItsKey() {
        publish("1");
        Position top = top();
        Publish failing = new Publish(NEWS, RETAINED, Publications.of("2"), Optional.of(key("s", "k")), Optional.of(top.at(0)), "", false);
        refusal(broker.publish(failing));

        Published again = join(broker.publish(keyed(NEWS, RETAINED, "2", key("s", "k"))));

        assertFalse(again.duplicate());
    }

    @Test
    void aRepetitionIsAnsweredThoughItsConditionDoesNotHoldAnyMore() {
        Position top = top();
        Publish request = new Publish(NEWS, RETAINED, Publications.of("1"), Optional.of(key("s", "k")), Optional.of(top), "", false);
        Published first = join(broker.publish(request));

        Published again = join(broker.publish(request));

        assertEquals(new Published(first.position(), true, false), again);
    }

    @Test
    void keysHave1To255Characters() {
        assertThrows(RefusedException.class, () -> key("s", ""));
        assertThrows(RefusedException.class, () -> key("s", "k".repeat(256)));
        assertEquals(255, key("s", "k".repeat(255)).key().length());
    }

    // -- condition -------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aConditionThatHoldsIsPublished() {
        Position top = publish("1");

        assertEquals(Optional.of(top.at(2)), join(broker.publish(conditional("2", top))).position());
    }

    @Test
    void aConditionThatFailsTellsTheTop() {
        Position stale = publish("1");
        publish("2");

        RefusedException refused = refusal(broker.publish(conditional("3", stale)));

        assertEquals(stale.at(2), assertInstanceOf(ConditionFailedException.class, refused).top());
        assertEquals(Refusal.CONDITION_FAILED, refused.refusal());
        assertEquals(2, heard().publications.size());
    }

    @Test
    void anEmptyStreamIsAConditionWithoutEpoch() {
        Published first = join(broker.publish(conditional("1", new Position("", 0))));

        assertEquals(1, first.position().orElseThrow().offset());
        assertInstanceOf(ConditionFailedException.class, refusal(broker.publish(conditional("2", new Position("", 0)))));
        assertInstanceOf(ConditionFailedException.class, refusal(broker.publish(conditional("2", new Position("", 1)))));
    }

    @Test
    void theEpochMustBeTheStreams() {
        Position top = publish("1");

        assertInstanceOf(ConditionFailedException.class, refusal(broker.publish(conditional("2", new Position("other_", top.offset())))));
    }

    // -- versions --------------------------------------------------------------------------------------------------------------------------------

    @Test
    void anOlderOrEqualVersionIsSkipped() {
        join(broker.publish(versioned(5, "")));

        Published older = join(broker.publish(versioned(4, "")));
        Published equal = join(broker.publish(versioned(5, "")));
        Published newer = join(broker.publish(versioned(6, "")));

        assertTrue(older.skipped() && equal.skipped());
        assertEquals(Optional.of(top().at(1)), older.position());
        assertFalse(newer.skipped());
        assertEquals(range(1, 2), heard().offsets());
    }

    @Test
    void anotherVersionEpochBeginsAnew() {
        join(broker.publish(versioned(5, "a")));

        assertFalse(join(broker.publish(versioned(1, "b"))).skipped());
        assertTrue(join(broker.publish(versioned(1, "b"))).skipped());
    }

    @Test
    void withoutAVersionNothingIsSkipped() {
        join(broker.publish(versioned(5, "")));

        assertFalse(join(broker.publish(versioned(0, ""))).skipped());
        assertTrue(join(broker.publish(versioned(5, ""))).skipped());
    }

    @Test
    void versionsCountWithoutHistoryToo() {
        join(broker.publish(request(NEWS, PASSING, Publications.version(2, "2"))));

        Published older = join(broker.publish(request(NEWS, PASSING, Publications.version(1, "1"))));

        assertEquals(new Published(Optional.empty(), false, true), older);
        assertEquals(1, heard().publications.size());
    }

    // -- many at once ----------------------------------------------------------------------------------------------------------------------------

    /** Runs a task on each of several threads that start together; their results. */
    static <T> List<T> together(IntFunction<T> task) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<T>> running = IntStream.range(0, THREADS).mapToObj(i -> threads.submit(() -> {
                gate.await();
                return task.apply(i);
            })).toList();
            gate.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        }
    }

    @Test
    void theListenerIsCalledInOrderThoughManyPublish() throws Exception {
        together(_ -> {
            publish(200);
            return 0;
        });

        assertEquals(range(1, 200L * THREADS), heard().offsets());
    }

    @Test
    void oneOfManyRepetitionsAtTheSameTimeIsSent() throws Exception {
        for (int round = 1; round <= 50; round++) {
            IdempotencyKey key = key("s", "k" + round);

            List<Published> results = together(_ -> join(broker.publish(keyed(NEWS, RETAINED, "1", key))));

            assertEquals(1, results.stream().filter(result -> !result.duplicate()).count());
            assertEquals(1, results.stream().map(Published::position).distinct().count());
            assertEquals(round, heard().publications.size());
        }
    }

    @Test
    void oneOfManyWithTheSameConditionIsPublished() throws Exception {
        for (int round = 1; round <= 50; round++) {
            Position top = top();

            List<Boolean> won = together(_ -> join(broker.publish(conditional("1", top)).handle((_, failure) -> failure == null)));

            assertEquals(1, won.stream().filter(one -> one).count());
        }
    }

    @Test
    void aPageIsOneMomentOfTheStream() throws Exception {
        List<Boolean> whole = together(i -> {
            boolean dense = true;
            for (int round = 0; round < 200; round++) {
                if (i % 2 == 0) {
                    publish("1");
                } else {
                    History page = history(HistoryQuery.after(0, 100));
                    dense &= offsets(page).equals(range(page.oldest(), page.top().offset()));
                }
            }
            return dense;
        });

        assertFalse(whole.contains(false));
    }
}
