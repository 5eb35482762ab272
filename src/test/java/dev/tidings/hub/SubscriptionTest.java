package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.CACHE;
import static dev.tidings.hub.HubFixture.LOG;
import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.PASSING;
import static dev.tidings.hub.HubFixture.SHORT;
import static dev.tidings.hub.HubFixture.at;
import static dev.tidings.hub.HubFixture.filtered;
import static dev.tidings.hub.HubFixture.join;
import static dev.tidings.hub.HubFixture.narrow;
import static dev.tidings.hub.HubFixture.offsets;
import static dev.tidings.hub.HubFixture.publication;
import static dev.tidings.hub.HubFixture.refusal;
import static dev.tidings.hub.HubFixture.rewinding;
import static dev.tidings.hub.HubFixture.tagged;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Recovery;
import dev.tidings.broker.Recovery.Claim;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity.Overrides;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Identity.SubscriptionToken;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One session's subscription to one channel: nothing twice, nothing out of order, nothing left out without a word. */
class SubscriptionTest {
    private final HubFixture node = new HubFixture();

    private Client live(Dialect dialect, Channel channel) {
        Client client = node.connect(dialect);
        client.subscribe(channel);
        client.received();
        return client;
    }

    private static List<String> range(long from, long to) {
        return offsets(LongStream.rangeClosed(from, to).toArray());
    }

    // -- answers ---------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aFirstVisitBeginsAtTheTop() {
        node.publish(NEWS, 4);
        Client client = node.connect(Dialect.EXTENDED);

        client.subscribe(NEWS);
        node.publish(NEWS);

        assertEquals(List.of("from 4 new", "5"), client.received());
        assertFalse(client.answers.getFirst().wasRecovering());
    }

    @ParameterizedTest
    @EnumSource
    void whatWasMissedFollowsOrIsHeldInTheAnswer(Dialect dialect) {
        node.publish(NEWS, 4);
        Client client = node.connect(dialect);

        client.subscribe(at(NEWS, node.top(NEWS).at(1)));

        assertEquals(List.of("from 1 recovered", "2", "3", "4"), client.received());
        Subscribed answer = client.answers.getFirst();
        assertEquals(dialect == Dialect.STREAM ? 3 : 0, answer.replay());
        assertEquals(dialect == Dialect.STREAM ? 0 : 3, answer.publications().size());
        assertEquals(1, answer.oldest());
        assertTrue(answer.recovered() && answer.wasRecovering() && answer.recoverable() && answer.positioned());
    }

    @Test
    void moreThanTheLimitIsAGapOnAWebSocketAndStreamedOnAStream() {
        node.publish(NEWS, 35);
        Position start = node.top(NEWS).at(0);
        Client socket = node.connect(Dialect.EXTENDED);
        Client stream = node.connect(Dialect.STREAM);

        socket.subscribe(at(NEWS, start));
        stream.subscribe(at(NEWS, start));
        node.publish(NEWS);

        assertEquals(List.of("from 35 gap limit to 35", "36"), socket.received());
        List<String> expected = new ArrayList<>(List.of("from 0 recovered"));
        expected.addAll(range(1, 36));
        assertEquals(expected, stream.received());
        assertEquals(35, stream.answers.getFirst().replay());
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "EXTENDED"})
    void whatDoesNotFitIntoTheAnswerFollowsIt(Dialect dialect) {
        HubFixture narrow = new HubFixture(narrow());
        narrow.publish(NEWS, 6);
        Client client = narrow.connect(dialect);

        client.subscribe(at(NEWS, narrow.top(NEWS).at(0)));
        narrow.publish(NEWS);

        assertTrue(client.answers.getFirst().recovered());
        assertTrue(client.answers.getFirst().publications().size() < 6, () -> client.answers.getFirst().publications().size() + " are in the answer");
        assertEquals(List.of("from 0 recovered", "1", "2", "3", "4", "5", "6", "7"), client.received());
    }

    @Test
    void aTrimmedHistoryIsAGapAndThenWhatIsRetained() {
        node.publish(SHORT, 9);
        Position start = node.top(SHORT).at(2);
        Client extended = node.connect(Dialect.EXTENDED);
        Client stream = node.connect(Dialect.STREAM);
        Client plain = node.connect(Dialect.PLAIN);

        List.of(extended, stream, plain).forEach(client -> client.subscribe(at(SHORT, start)));

        assertEquals(List.of("from 6 gap expired to 6", "7", "8", "9"), extended.received());
        assertEquals(List.of("from 6 gap expired to 6", "7", "8", "9"), stream.received());
        assertEquals(List.of("from 9 gap expired to 9"), plain.received());
        assertEquals(Optional.of(start), extended.answers.getFirst().gap().flatMap(Gap::from));
    }

    @Test
    void anotherEpochIsAGapUpToTheTop() {
        node.publish(NEWS, 4);
        Client client = node.connect(Dialect.EXTENDED);

        client.subscribe(at(NEWS, new Position("other_", 2)));
        node.publish(NEWS);

        assertEquals(List.of("from 4 gap epoch to 4", "5"), client.received());
        assertEquals(1, node.metrics.of("gap epoch"));
        assertEquals(1, node.metrics.of("recovered epoch"));
    }

    @Test
    void anUnreadableCursorIsAGapFromNowhere() {
        node.publish(NEWS, 4);
        Client client = node.connect(Dialect.STREAM);

        client.subscribe(SubscribeRequest.to(NEWS).claiming(new Claim.Unreadable()));

        assertEquals(List.of("from 4 gap unknown to 4"), client.received());
        assertEquals(Optional.empty(), client.answers.getFirst().gap().flatMap(Gap::from));
    }

    @Test
    void theEpochOfACursorIsToldWhereItIsKnown() {
        node.publish(SHORT, 9);
        String epoch = node.top(SHORT).epoch();
        Client known = node.connect(Dialect.STREAM);
        Client unknown = node.connect(Dialect.STREAM);

        known.subscribe(SubscribeRequest.to(SHORT).claiming(new Claim.Hashed(new Cursor.Entry(2, Cursor.epochHash(epoch)))));
        unknown.subscribe(SubscribeRequest.to(SHORT).claiming(new Claim.Hashed(new Cursor.Entry(2, Cursor.epochHash(epoch) ^ 1))));

        assertEquals(Optional.of(new Position(epoch, 2)), known.answers.getFirst().gap().flatMap(Gap::from));
        assertEquals(Optional.of(new Position("", 2)), unknown.answers.getFirst().gap().flatMap(Gap::from));
    }

    @Test
    void rewindGivesTheNewestOnAFirstVisit() {
        node.publish(NEWS, 20);
        Client extended = node.connect(Dialect.EXTENDED);
        Client stream = node.connect(Dialect.STREAM);
        Client plain = node.connect(Dialect.PLAIN);

        List.of(extended, stream, plain).forEach(client -> client.subscribe(rewinding(NEWS, 3)));

        assertEquals(List.of("from 17 new", "18", "19", "20"), extended.received());
        assertEquals(List.of("from 17 new", "18", "19", "20"), stream.received());
        assertEquals(List.of("from 20 new"), plain.received());
    }

    @Test
    void rewindGivesNoMoreThanThereAreAndOnePageHolds() {
        node.publish(NEWS, 2);
        Client few = node.connect(Dialect.EXTENDED);
        few.subscribe(rewinding(NEWS, 5));
        node.publish(NEWS, 20);
        Client many = node.connect(Dialect.EXTENDED);

        many.subscribe(rewinding(NEWS, 1_000_000));

        assertEquals(List.of("from 0 new", "1", "2"), few.received().subList(0, 3));
        assertEquals(10, many.answers.getFirst().publications().size());
    }

    @Test
    void aPositionCountsMoreThanRewind() {
        node.publish(NEWS, 20);
        Client client = node.connect(Dialect.EXTENDED);

        client.subscribe(rewinding(NEWS, 5).claiming(new Claim.At(node.top(NEWS).at(18))));

        assertEquals(List.of("from 18 recovered", "19", "20"), client.received());
    }

    @Test
    void aCacheGivesTheNewestAndIsAlwaysRecovered() {
        node.publish(CACHE, 9);
        Position top = node.top(CACHE);
        Client first = node.connect(Dialect.EXTENDED);
        Client old = node.connect(Dialect.EXTENDED);
        Client elsewhere = node.connect(Dialect.EXTENDED);
        Client current = node.connect(Dialect.EXTENDED);

        first.subscribe(CACHE);
        old.subscribe(at(CACHE, top.at(1)));
        elsewhere.subscribe(at(CACHE, new Position("other_", 9)));
        current.subscribe(at(CACHE, top));

        assertEquals(List.of("from 8 new", "9"), first.received());
        assertEquals(List.of("from 8 recovered", "9"), old.received());
        assertEquals(List.of("from 8 recovered", "9"), elsewhere.received());
        assertEquals(List.of("from 9 recovered"), current.received());
    }

    @Test
    void aPlainClientGetsACacheWhenItAsksToRecover() {
        node.publish(CACHE, 9);
        Client visits = node.connect(Dialect.PLAIN);
        Client recovers = node.connect(Dialect.PLAIN);

        visits.subscribe(CACHE);
        recovers.subscribe(at(CACHE, new Position("", 0)));

        assertEquals(List.of("from 9 new"), visits.received());
        assertEquals(List.of("from 8 recovered", "9"), recovers.received());
    }

    @Test
    void withoutRecoveryAPositionIsNotLookedAt() {
        node.publish(LOG, 4);
        Client client = node.connect(Dialect.EXTENDED);

        client.subscribe(at(LOG, node.top(LOG).at(1)));

        assertEquals(List.of("from 4 new"), client.received());
        assertFalse(client.answers.getFirst().wasRecovering() || client.answers.getFirst().recoverable());
        assertTrue(client.answers.getFirst().positioned());
    }

    @Test
    void withoutHistoryThereIsNoPosition() {
        Client client = node.connect(Dialect.EXTENDED);

        client.subscribe(at(PASSING, new Position("other_", 2)));
        node.publish(publication(PASSING, "x"));

        assertEquals(List.of("from 0 new", "data x"), client.received());
        assertEquals(Optional.empty(), client.answers.getFirst().from());
        assertEquals(0, node.broker.reads);
    }

    @Test
    void whoWouldRatherNotBeSubscribedThanNotRecoveredIsNot() {
        node.publish(SHORT, 9);
        Client client = node.connect(Dialect.EXTENDED);
        SubscribeRequest plain = at(SHORT, node.top(SHORT).at(1));

        CompletionStage<Subscribed> refused = client.subscribe(new SubscribeRequest(SHORT, Optional.empty(), plain.claim(), 0, Optional.empty(), false, false, true));

        assertEquals(Refusal.UNRECOVERABLE_POSITION, refusal(refused));
        assertFalse(client.subscriber.has(SHORT));
        assertEquals(0, node.hub.subscriptionCount());
    }

    // -- while subscribing -----------------------------------------------------------------------------------------------------------------------

    @Test
    void anAnswerThatCannotBeReadLeavesNothingBehind() {
        Client client = node.connect(Dialect.EXTENDED);
        node.broker.holdsReads = true;
        CompletionStage<Subscribed> stage = client.subscribe(NEWS);

        node.broker.fail();
        node.loop.drain();

        assertEquals(Refusal.INTERNAL, refusal(stage));
        assertFalse(client.subscriber.has(NEWS));
        assertEquals(0, node.hub.channelCount());
    }

    @Test
    void whoUnsubscribesWhileHistoryIsReadGetsNothing() {
        Client client = node.connect(Dialect.EXTENDED);
        node.broker.holdsReads = true;
        CompletionStage<Subscribed> stage = client.subscribe(NEWS);
        node.broker.read();

        client.unsubscribe(NEWS);
        node.publish(NEWS);
        node.broker.answer();

        assertEquals(List.of(), client.received());
        assertEquals(Refusal.EXPIRED, refusal(stage));
    }

    @Test
    void whoSubscribesAgainWhileTheFirstReadingIsUnderWayIsServedOnce() {
        Client client = node.connect(Dialect.EXTENDED);
        node.broker.holdsReads = true;
        client.subscribe(NEWS);
        client.unsubscribe(NEWS);
        client.subscribe(NEWS);
        node.publish(NEWS);

        for (int i = 0; i < 2; i++) {
            node.broker.read();
            node.broker.answer();
            node.loop.drain();
        }
        node.broker.holdsReads = false;
        node.publish(NEWS);

        assertEquals(List.of("from 1 new", "2"), client.received());
    }

    @Test
    void whoIsGoneBeforeTheBrokerKnowsReadsNothing() {
        Client client = node.connect(Dialect.EXTENDED);
        node.broker.holdsSubscribing = true;
        CompletionStage<Subscribed> stage = client.subscribe(NEWS);

        client.close(Disconnect.CONNECTION_LOST);
        node.broker.subscribed();
        node.loop.drain();

        assertTrue(stage.toCompletableFuture().isCompletedExceptionally());
        assertEquals(0, node.broker.reads);
        assertEquals("", HubProbe.leftovers(node.hub));
    }

    @Test
    void moreThanMayBeParkedIsReadAgain() {
        Client client = node.connect(Dialect.EXTENDED);
        node.broker.holdsReads = true;
        client.subscribe(NEWS);
        node.broker.read();
        node.publish(NEWS, Parked.MAX + 50);
        node.loop.drain();
        int parked = client.subscription(NEWS).parkedCount();

        node.broker.holdsReads = false;
        node.broker.answer();

        List<String> expected = new ArrayList<>(List.of("from 0 new"));
        expected.addAll(range(1, Parked.MAX + 50));
        assertEquals(expected, client.received());
        assertEquals(Parked.MAX, parked);
        assertEquals(0, node.metrics.of("dropped parked_full"));
    }

    @Test
    void withoutHistoryWhatCannotBeParkedIsDroppedAndCounted() {
        Client client = node.connect(Dialect.EXTENDED);
        node.broker.holdsSubscribing = true;
        client.subscribe(PASSING);
        node.publish(PASSING, Parked.MAX + 50);
        node.loop.drain();

        node.broker.subscribed();

        assertEquals(1 + Parked.MAX, client.received().size());
        assertEquals(50, node.metrics.of("dropped parked_full"));
    }

    // -- live ------------------------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aHoleIsFilledFromHistory(Dialect dialect) {
        Client client = live(dialect, NEWS);
        node.publish(NEWS);
        node.publishLost(NEWS);
        node.publishLost(NEWS);

        node.publish(NEWS);

        assertEquals(offsets(1, 2, 3, 4), client.received());
    }

    @Test
    void whatComesTwiceIsSentOnce() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.broker.copies = 2;

        node.publish(NEWS, 3);

        assertEquals(offsets(1, 2, 3), client.received());
    }

    @Test
    void aHoleThatHistoryCannotFillIsAGap() {
        Client client = live(Dialect.EXTENDED, SHORT);
        node.publish(SHORT);
        for (int i = 0; i < 4; i++) {
            node.publishLost(SHORT);
        }

        node.publish(SHORT);
        node.publish(SHORT);

        assertEquals(List.of("1", "gap lost 1-4", "5", "6", "7"), client.received());
        assertEquals(1, node.metrics.of("gap lost"));
    }

    @Test
    void aPlainClientIsTakenOutToSubscribeAgain() {
        Client client = live(Dialect.PLAIN, SHORT);
        node.publish(SHORT);
        for (int i = 0; i < 4; i++) {
            node.publishLost(SHORT);
        }

        node.publish(SHORT);

        assertEquals(List.of("1", "unsubscribed 2500"), client.received());
        assertFalse(client.subscriber.has(SHORT));
        assertEquals(0, node.hub.channelCount());
    }

    @Test
    void aLostLastOneIsFoundByTheComparison() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.pass(Duration.ofSeconds(1));
        node.publishLost(NEWS);
        assertEquals(List.of(), client.received());

        node.pass(Duration.ofSeconds(42));

        assertEquals(offsets(1), client.received());
    }

    @Test
    void aHoleWhoseReadingFailsIsTriedAgain() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publishLost(NEWS);
        node.broker.holdsReads = true;
        node.publish(NEWS);
        node.loop.drain();

        node.broker.fail();
        node.loop.drain();
        node.broker.holdsReads = false;
        node.publish(NEWS);
        node.pass(Duration.ofSeconds(1));

        assertEquals(offsets(1, 2, 3), client.received());
    }

    @Test
    void aNewEpochIsAGapAndThenTheNewStream() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS, 3);
        node.loop.drain();
        node.broker.store.wipe();

        node.publish(NEWS, 2);
        node.publish(NEWS);

        assertEquals(List.of("1", "2", "3", "gap epoch 3-0", "1", "2", "3"), client.received());
        assertEquals(Optional.of(node.top(NEWS)), client.subscription(NEWS).position());
    }

    @Test
    void aPlainClientSubscribesAgainAfterANewEpoch() {
        Client client = live(Dialect.PLAIN, NEWS);
        node.publish(NEWS, 3);
        node.loop.drain();
        node.broker.store.wipe();

        node.publish(NEWS);

        assertEquals(List.of("1", "2", "3", "unsubscribed 2500"), client.received());
    }

    @Test
    void aStreamThatIsLostInSilenceIsFoundByTheComparison() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS, 3);
        node.pass(Duration.ofSeconds(1));
        client.received();

        node.broker.store.wipe();
        node.pass(Duration.ofSeconds(42));
        node.publish(NEWS);

        assertEquals(List.of("gap epoch 3-0", "1"), client.received());
    }

    @Test
    void ofANewStreamWithoutAPublicationNothingIsRead() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS, 3);
        node.loop.drain();
        client.received();
        node.broker.store.wipe();
        Position top = node.top(NEWS);
        int reads = node.broker.reads;

        node.broker.compared(NEWS, top);
        node.loop.drain();

        assertEquals(List.of("gap epoch 3-0"), client.received());
        assertEquals(Optional.of(top), client.subscription(NEWS).position());
        assertEquals(reads, node.broker.reads);
        node.publish(NEWS);
        assertEquals(List.of("1"), client.received());
    }

    @Test
    void aStragglerOfTheOldStreamIsNotTakenForTheNewOne() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS, 2);
        node.loop.drain();
        node.broker.holdsReads = true;
        node.publishLost(NEWS);
        node.publish(NEWS);
        node.loop.drain();
        node.broker.store.wipe();
        node.broker.read();
        node.broker.holdsReads = false;

        node.broker.answer();
        node.loop.drain();
        node.publish(NEWS);

        assertEquals(List.of("1", "2", "gap epoch 2-0", "1"), client.received());
    }

    @Test
    void aCacheHasNoGaps() {
        Client client = live(Dialect.EXTENDED, CACHE);
        node.publish(CACHE);
        for (int i = 0; i < 9; i++) {
            node.publishLost(CACHE);
        }

        node.publish(CACHE);

        List<String> received = client.received();
        assertEquals("11", received.getLast());
        assertTrue(received.stream().noneMatch(word -> word.startsWith("gap")), received::toString);
    }

    @Test
    void whatPassesByTheHistoryHasItsPlaceInTheOrder() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS);
        node.publish(publication(NEWS, "x").passing(true));
        node.publish(NEWS);

        assertEquals(List.of("1", "data x", "2"), client.received());
    }

    // -- filters ---------------------------------------------------------------------------------------------------------------------------------

    private Client filteredClient(Dialect dialect) {
        Client client = node.connect(dialect);
        client.subscribe(filtered(NEWS, Recovery.NO_CLAIM, "a"));
        client.received();
        return client;
    }

    @Test
    void aFilterLeavesHolesThatPrevBridges() {
        Client client = filteredClient(Dialect.EXTENDED);

        for (String tag : List.of("a", "b", "b", "a", "a", "b", "a")) {
            node.publish(tagged(NEWS, tag));
        }

        assertEquals(List.of("1", "4 after 1", "5", "7 after 5"), client.received());
    }

    @Test
    void aReplayIsFilteredInTheSameWay() {
        for (String tag : List.of("a", "b", "b", "a", "b")) {
            node.publish(tagged(NEWS, tag));
        }
        for (Dialect dialect : Dialect.values()) {
            Client client = node.connect(dialect);

            client.subscribe(filtered(NEWS, new Claim.At(node.top(NEWS).at(1)), "a"));
            node.publish(tagged(NEWS, "a"));

            assertEquals(List.of("from 1 recovered", "4 after 1"), client.received().subList(0, 2), dialect::toString);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = {"EXTENDED", "STREAM"})
    void aHundredThatAreReadAndHeldBackCountToo(Dialect dialect) {
        HubFixture wide = new HubFixture(HubLimits.DEFAULTS);
        IntStream.rangeClosed(1, 100).forEach(_ -> wide.publish(tagged(NEWS, "b")));
        Client early = wide.connect(dialect);
        early.subscribe(filtered(NEWS, new Claim.At(wide.top(NEWS).at(1)), "a"));
        Client client = wide.connect(dialect);

        client.subscribe(filtered(NEWS, new Claim.At(wide.top(NEWS).at(0)), "a"));

        assertEquals(List.of("from 1 recovered"), early.received());
        assertEquals(List.of("from 0 recovered", "position 100"), client.received());
    }

    @Test
    void afterAHundredHeldBackTheClientIsToldItsPosition() {
        Client client = filteredClient(Dialect.EXTENDED);
        Client plain = filteredClient(Dialect.PLAIN);
        IntStream.range(0, 99).forEach(_ -> node.publish(tagged(NEWS, "b")));
        List<String> before = client.received();

        node.publish(tagged(NEWS, "b"));
        node.publish(tagged(NEWS, "a"));

        assertEquals(List.of(), before);
        assertEquals(List.of("position 100", "101"), client.received());
        assertEquals(List.of("101 after 0"), plain.received());
    }

    @Test
    void afterAMinuteItIsToldWithFewer() {
        Client client = filteredClient(Dialect.EXTENDED);
        node.publish(tagged(NEWS, "b"));
        node.publish(tagged(NEWS, "b"));

        node.pass(Duration.ofMillis(59_500));
        List<String> before = client.received();
        node.pass(Duration.ofMillis(1_000));
        List<String> told = client.received();
        node.pass(Duration.ofMinutes(5));

        assertEquals(List.of(), before);
        assertEquals(List.of("position 2"), told);
        assertEquals(List.of(), client.received());
    }

    @Test
    void aPublisherMayKeepItFromSomeClients() {
        Client one = live(Dialect.EXTENDED, NEWS);
        Client other = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS);

        node.publish(publication(NEWS, "1").excluding(Set.of(one.id())));
        node.publish(NEWS);

        assertEquals(List.of("1", "3 after 1"), one.received());
        assertEquals(offsets(1, 2, 3), other.received());
    }

    @Test
    void withoutHistoryThereIsNothingToBridge() {
        Client client = node.connect(Dialect.EXTENDED);
        client.subscribe(filtered(PASSING, Recovery.NO_CLAIM, "a"));
        client.received();

        node.publish(tagged(PASSING, "b"));
        node.publish(tagged(PASSING, "a"));

        assertEquals(List.of("data 1"), client.received());
    }

    @Test
    void aGapBeginsWhereTheClientIsNotWhereTheScanIs() {
        Client client = node.connect(Dialect.EXTENDED);
        client.subscribe(filtered(SHORT, Recovery.NO_CLAIM, "a"));
        client.received();
        node.publish(tagged(SHORT, "a"));
        node.publish(tagged(SHORT, "b"));
        node.loop.drain();
        for (int i = 0; i < 4; i++) {
            node.publishLost(SHORT);
        }

        node.publish(tagged(SHORT, "a"));

        assertEquals(List.of("1", "gap lost 1-4", "7 after 4"), client.received());
    }

    // -- slow readers ----------------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void whoReadsSlowlyFallsBehindAndCatchesUp(Dialect dialect) {
        HubFixture narrow = new HubFixture(narrow());
        Client client = narrow.connect(dialect);
        client.subscribe(NEWS);
        client.received();
        client.stall();
        for (int i = 0; i < 200; i++) {
            narrow.publish(NEWS);
            narrow.loop.drain();
        }
        long waiting = client.subscriber.session().outboxBytes();

        client.resume();

        assertEquals(range(1, 200), client.received());
        assertTrue(waiting <= 200, () -> waiting + " bytes waited");
        assertTrue(client.transport.goodbye().isEmpty());
    }

    @Test
    void whoReadsTooSlowlyForTheHistoryIsToldWhatExpired() {
        HubFixture narrow = new HubFixture(narrow());
        Client client = narrow.connect(Dialect.EXTENDED);
        client.subscribe(SHORT);
        client.received();
        client.stall();
        for (int i = 0; i < 50; i++) {
            narrow.publish(SHORT);
            narrow.loop.drain();
        }

        client.resume();

        List<String> received = client.received();
        int last = received.size() - 4;
        assertEquals(range(1, last), received.subList(0, last));
        assertEquals(List.of("gap expired " + last + "-47", "48", "49", "50"), received.subList(last, received.size()));
    }

    @Test
    void whileBehindNothingWithoutPlaceIsKept() {
        HubFixture narrow = new HubFixture(narrow());
        Client client = narrow.connect(Dialect.EXTENDED);
        client.subscribe(NEWS);
        client.stall();
        for (int i = 0; i < 20; i++) {
            narrow.publish(NEWS);
            narrow.loop.drain();
        }

        narrow.publish(publication(NEWS, "x").passing(true));
        narrow.loop.drain();
        client.resume();

        assertEquals("20", client.received().getLast());
        assertEquals(1, narrow.metrics.of("dropped behind"));
    }

    @Test
    void withoutHistoryWhoReadsTooSlowlyIsDisconnected() {
        HubFixture narrow = new HubFixture(narrow());
        Client client = narrow.connect(Dialect.EXTENDED);
        client.subscribe(PASSING);
        client.stall();

        narrow.publish(PASSING, 50);
        narrow.loop.drain();

        assertEquals(Optional.of(Disconnect.SLOW), client.transport.goodbye().map(Ending::cause));
        assertEquals(0, narrow.hub.subscriptionCount());
    }

    @Test
    void oneSlowReaderDoesNotHoldTheOthers() {
        HubFixture narrow = new HubFixture(narrow());
        Client slow = narrow.connect(Dialect.EXTENDED);
        Client quick = narrow.connect(Dialect.EXTENDED);
        slow.subscribe(NEWS);
        quick.subscribe(NEWS);
        quick.received();
        slow.stall();

        narrow.publish(NEWS, 100);

        assertEquals(range(1, 100), quick.received());
    }

    // -- its end ---------------------------------------------------------------------------------------------------------------------------------

    private static SubscribeRequest expiring(Channel channel, long at) {
        ServerSubscription details = new ServerSubscription(new byte[0], new byte[0], at, Overrides.NONE);
        return new SubscribeRequest(channel, Optional.of(new SubscriptionToken(channel, "", "", details)), Recovery.NO_CLAIM, 0, Optional.empty(), false, false, false);
    }

    @Test
    void itEndsAGraceAfterItsTokenUnlessRefreshed() {
        Client client = node.connect(Dialect.EXTENDED);
        client.subscribe(expiring(NEWS, node.clock.millis() + 60_000));
        client.received();
        node.pass(Duration.ofSeconds(84));
        List<String> before = client.received();

        node.pass(Duration.ofSeconds(2));

        assertEquals(List.of(), before);
        assertEquals(List.of("unsubscribed 2501"), client.received());
    }

    @Test
    void aFreshTokenKeepsIt() {
        Client client = node.connect(Dialect.EXTENDED);
        client.subscribe(expiring(NEWS, node.clock.millis() + 60_000));
        client.received();
        node.pass(Duration.ofSeconds(70));

        node.loop.call(() -> node.hub.refresh(client.subscriber, NEWS, new ServerSubscription(new byte[0], new byte[0], node.clock.millis() + 60_000, Overrides.NONE)));
        node.pass(Duration.ofSeconds(80));

        assertEquals(List.of(), client.received());
        assertTrue(client.subscriber.has(NEWS));
    }

    @Test
    void afterItsEndNothingIsSent() {
        Client client = live(Dialect.EXTENDED, NEWS);
        node.publish(NEWS);
        List<String> before = client.received();
        node.publish(NEWS);

        client.unsubscribe(NEWS);
        node.publish(NEWS);

        assertEquals(offsets(1), before);
        assertEquals(List.of(), client.received());
        assertEquals(0, node.hub.channelCount());
    }

    @Test
    void aSessionMaySubscribeAgain() {
        Client client = live(Dialect.EXTENDED, NEWS);
        client.unsubscribe(NEWS);

        Subscribed again = join(client.subscribe(NEWS));
        node.publish(NEWS);

        assertEquals(NEWS, again.channel());
        assertEquals(List.of("from 0 new", "1"), client.received());
    }

    @Test
    void nothingIsLeftWhenEverybodyIsGone() {
        List<Client> clients = new ArrayList<>();
        for (Dialect dialect : Dialect.values()) {
            Client client = node.connect(dialect, user(dialect.name()), "");
            client.subscribe(NEWS);
            client.subscribe(HubFixture.ROOM);
            client.subscribe(filtered(PASSING, Recovery.NO_CLAIM, "a"));
            clients.add(client);
        }
        node.publish(NEWS, 3);

        clients.forEach(client -> client.close(Disconnect.CONNECTION_LOST));
        node.pass(Duration.ofSeconds(6));

        assertEquals("", HubProbe.leftovers(node.hub));
        assertEquals(0, node.presence.store.size());
    }
}
