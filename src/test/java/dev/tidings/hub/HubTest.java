package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.LIMITS;
import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.PASSING;
import static dev.tidings.hub.HubFixture.ROOM;
import static dev.tidings.hub.HubFixture.SECRET;
import static dev.tidings.hub.HubFixture.SHORT;
import static dev.tidings.hub.HubFixture.at;
import static dev.tidings.hub.HubFixture.join;
import static dev.tidings.hub.HubFixture.publication;
import static dev.tidings.hub.HubFixture.refusal;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Published;
import dev.tidings.broker.Recovery.Claim;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Transport.Kind;
import dev.tidings.testing.FakeWire.Dialect;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a node takes in and what it refuses. */
class HubTest {
    private final HubFixture node = new HubFixture();

    private static Identity bringing(Channel... channels) {
        Map<Channel, ServerSubscription> subscriptions = Arrays.stream(channels)
                .collect(Collectors.toMap(channel -> channel, _ -> ServerSubscription.PLAIN));
        return new Identity("ada", "ada", Grants.NONE, new byte[0], subscriptions, 0, 0);
    }

    private static ConnectRequest connecting(Identity identity, boolean partial, SubscribeRequest... requests) {
        return new ConnectRequest(identity, "", false, List.of(requests), false, partial);
    }

    private static HubLimits perUser(int connections) {
        return new HubLimits(LIMITS.session(), 5, 3, 10, 10, 1_000, connections, 500, 0, 255, LIMITS.presenceTtl());
    }

    // -- connecting ------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aClientGetsAnIdOfItsOwn() {
        Client one = node.connect(user("ada"));
        Client other = node.connect(user("ada"));

        assertTrue(one.id().matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"), one.id());
        assertFalse(one.id().equals(other.id()));
        assertEquals(one.id(), join(one.connected).client());
    }

    @Test
    void theChannelsOfATokenAreSubscribedTo() {
        node.publish(SECRET, 2);

        Client client = node.connect(bringing(SECRET, PASSING));
        node.publish(SECRET);

        assertEquals(List.of("from 0 new", "from 2 new", "3"), client.received());
    }

    @Test
    void aClaimOfTheSameChannelIsForTheTokensSubscription() {
        node.publish(SECRET, 4);
        Client client = node.open(Dialect.EXTENDED);

        client.connect(connecting(bringing(SECRET), false, at(SECRET, node.top(SECRET).at(2))));

        assertEquals(List.of("from 2 recovered", "3", "4"), client.received());
    }

    @Test
    void claimsAloneSubscribeToNothing() {
        Client client = node.open(Dialect.EXTENDED);

        client.connect(new ConnectRequest(user("ada"), "", false, List.of(SubscribeRequest.to(NEWS)), true, false));

        assertEquals(List.of(), client.received());
        assertFalse(client.subscriber.has(NEWS));
    }

    @Test
    void oneRefusedChannelRefusesTheConnection() {
        Client client = node.open(Dialect.STREAM);

        CompletionStage<Connected> stage = client.connect(connecting(user("ada"), false, SubscribeRequest.to(NEWS), SubscribeRequest.to(SECRET)));

        assertEquals(Refusal.PERMISSION_DENIED, refusal(stage));
        assertFalse(client.subscriber.session().isIntroduced());
        assertEquals(0, node.hub.subscriptionCount());
    }

    @Test
    void unlessTheClientTakesWhatItMayHave() {
        Client client = node.open(Dialect.STREAM);

        CompletionStage<Connected> stage = client.connect(connecting(user("ada"), true, SubscribeRequest.to(NEWS), SubscribeRequest.to(SECRET)));
        node.loop.drain();

        assertEquals(Set.of(SECRET), join(stage).refused().keySet());
        assertTrue(client.subscriber.has(NEWS) && !client.subscriber.has(SECRET));
    }

    @Test
    void whatWouldBeRefusedIsRefusedBeforeThereIsASession() {
        assertThrows(RefusedException.class, () -> node.hub.check(connecting(user("ada"), false, SubscribeRequest.to(SECRET))));
        assertThrows(RefusedException.class, () -> node.hub.check(connecting(user("ada"), false, SubscribeRequest.to(new Channel("unknown:1")))));
        node.hub.check(connecting(user("ada"), false, SubscribeRequest.to(NEWS)));
    }

    @Test
    void aSessionThatEndedWhileItsCommandWaitedIsNotIntroduced() {
        Client client = node.open(Dialect.EXTENDED);
        client.close(Disconnect.CONNECTION_LOST);

        CompletionStage<Connected> stage = client.connect(connecting(user("ada"), false, SubscribeRequest.to(NEWS)));

        assertEquals(Refusal.EXPIRED, refusal(stage));
        assertEquals("", HubProbe.leftovers(node.hub));
    }

    @Test
    void aUserHasNoMoreConnectionsThanTheLimit() {
        HubFixture limited = new HubFixture(perUser(2));
        Client first = limited.connect(user("ada"));
        limited.connect(user("ada"));

        Client third = limited.connect(user("ada"));
        Client bob = limited.connect(user("bob"));
        Client anonymous = limited.connect(Identity.ANONYMOUS);
        IntStream.range(0, 5).forEach(_ -> limited.connect(Identity.ANONYMOUS));
        first.close(Disconnect.CLIENT_CLOSED);
        Client fourth = limited.connect(user("ada"));

        assertInstanceOf(ConnectionLimitException.class, third.connected.toCompletableFuture().exceptionNow());
        assertTrue(bob.subscriber.session().isIntroduced() && anonymous.subscriber.session().isIntroduced() && fourth.subscriber.session().isIntroduced());
    }

    @Test
    void theTokensLimitCountsMoreThanTheConfigured() {
        HubFixture limited = new HubFixture(perUser(5));
        Identity one = new Identity("ada", "ada", Grants.NONE, new byte[0], Map.of(), 0, 1);
        limited.connect(one);

        assertTrue(limited.connect(one).connected.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void connectionsAreCountedByDoorUntilTheyAreGone() {
        Client socket = node.connect(Dialect.PLAIN);
        node.connect(Dialect.STREAM);
        long before = node.hub.connections(Kind.WEBSOCKET);

        socket.close(Disconnect.CONNECTION_LOST);

        assertEquals(List.of(1L, 0L, 1L), List.of(before, node.hub.connections(Kind.WEBSOCKET), node.hub.connections(Kind.SSE)));
        assertEquals(2, node.metrics.of("opened"));
        assertEquals(1, node.metrics.of("closed connection_lost"));
    }

    @Test
    void aRefusedAdmissionIsCounted() {
        node.hub.drain().start(LIMITS.presenceTtl());

        assertTrue(node.hub.admit().isPresent());
        assertEquals(1, node.metrics.of("rejected drain"));
    }

    // -- subscribing -----------------------------------------------------------------------------------------------------------------------------

    @Test
    void nobodySubscribesTwiceToOneChannel() {
        Client client = node.connect(user("ada"));
        client.subscribe(NEWS);

        assertEquals(Refusal.ALREADY_SUBSCRIBED, refusal(client.subscribe(NEWS)));
        assertEquals(1, node.hub.subscriptionCount());
    }

    @Test
    void channelsAreLimitedByDoor() {
        Client socket = node.connect(Dialect.PLAIN);
        IntStream.range(0, 5).forEach(i -> socket.subscribe(new Channel("passing:" + i)));
        Client stream = node.open(Dialect.STREAM);
        SubscribeRequest[] four = IntStream.range(0, 4).mapToObj(i -> SubscribeRequest.to(new Channel("passing:" + i))).toArray(SubscribeRequest[]::new);

        assertEquals(Refusal.LIMIT_EXCEEDED, refusal(socket.subscribe(NEWS)));
        assertEquals(Refusal.LIMIT_EXCEEDED, refusal(stream.connect(connecting(user("ada"), false, four))));
    }

    @Test
    void unknownAndForbiddenChannelsAreRefused() {
        Client client = node.connect(user("ada"));

        assertEquals(Refusal.UNKNOWN_CHANNEL, refusal(client.subscribe(new Channel("unknown:1"))));
        assertEquals(Refusal.PERMISSION_DENIED, refusal(client.subscribe(SECRET)));
    }

    // -- publishing ------------------------------------------------------------------------------------------------------------------------------

    private CompletionStage<Published> publishAs(Caller caller, PublishRequest request) {
        return node.hub.publish(caller, request);
    }

    @Test
    void aBackEndPublishesWhereNoClientMay() {
        Channel back = new Channel("back:1");

        assertFalse(node.publish(publication(back, "1")).duplicate());
        assertEquals(Refusal.PERMISSION_DENIED, refusal(publishAs(Caller.client(user("ada")), publication(back, "1"))));
        assertEquals(1, node.metrics.of("published"));
    }

    @Test
    void whoPublishedIsFilledInByTheHubForClientsAndToldByBackEnds() {
        Client client = node.connect(user("ada"));
        ClientInfo claimed = new ClientInfo("mallory", "m", new byte[0], new byte[0]);
        PublishRequest lie = new PublishRequest(NEWS, new byte[] {'1'}, "", "", Map.of(), claimed, false, "", Optional.empty(), 0, "", Set.of());

        join(publishAs(Caller.session(client.subscriber), lie));
        join(publishAs(Caller.client(user("bob")), lie));
        join(publishAs(Caller.backEnd("key"), lie));

        List<ClientInfo> infos = join(node.broker.store.history(NEWS, node.hub.namespace(NEWS), HistoryQuery.after(0, 9))).publications().stream()
                .map(Publication::info).toList();
        assertEquals(List.of("ada", "bob", "mallory"), infos.stream().map(ClientInfo::user).toList());
        assertEquals(List.of(client.id(), "", "m"), infos.stream().map(ClientInfo::client).toList());
    }

    @Test
    void dataOverTheNamespacesLimitIsRefused() {
        Channel tiny = new Channel("tiny:1");

        assertEquals(Refusal.TOO_LARGE, refusal(publishAs(Caller.backEnd("key"), publication(tiny, "12345"))));
        node.publish(publication(tiny, "1234"));
    }

    @Test
    void clientsPassByTheHistoryOnlyWhereTheyMay() {
        Caller ada = Caller.client(user("ada"));

        assertEquals(Refusal.NOT_AVAILABLE, refusal(publishAs(ada, publication(NEWS, "1").passing(true))));
        assertEquals(Optional.empty(), join(publishAs(ada, publication(new Channel("typing:1"), "1").passing(true))).position());
        assertEquals(Optional.empty(), node.publish(publication(NEWS, "1").passing(true)).position());
    }

    @Test
    void aConditionNeedsAHistory() {
        PublishRequest conditional = new PublishRequest(PASSING, new byte[] {'1'}, "", "", Map.of(), ClientInfo.NONE, false, "", Optional.of(new Position("", 0)), 0, "",
                Set.of());

        assertEquals(Refusal.NOT_AVAILABLE, refusal(publishAs(Caller.backEnd("key"), conditional)));
        assertEquals(Refusal.NOT_AVAILABLE, refusal(publishAs(Caller.backEnd("key"), conditional.to(NEWS).passing(true))));
        assertEquals(1, node.publish(conditional.to(NEWS)).position().orElseThrow().offset());
    }

    @Test
    void publishersAreHeldToTheirRate() {
        HubFixture limited = new HubFixture(new HubLimits(LIMITS.session(), 5, 3, 10, 10, 1_000, 0, 500, 2, 255, LIMITS.presenceTtl()));
        limited.publish(NEWS, 2);

        assertEquals(Refusal.TOO_MANY_REQUESTS, refusal(limited.hub.publish(Caller.backEnd("key"), publication(NEWS, "1"))));
        join(limited.hub.publish(Caller.backEnd("other"), publication(NEWS, "1")));
    }

    @Test
    void anIdempotencyKeyIsOfItsPublisher() {
        PublishRequest keyed = new PublishRequest(NEWS, new byte[] {'1'}, "", "", Map.of(), ClientInfo.NONE, false, "k", Optional.empty(), 0, "", Set.of());
        join(publishAs(Caller.backEnd("one"), keyed));

        assertTrue(join(publishAs(Caller.backEnd("one"), keyed)).duplicate());
        assertFalse(join(publishAs(Caller.backEnd("two"), keyed)).duplicate());
        PublishRequest tagged = new PublishRequest(NEWS, new byte[] {'1'}, "", "", Map.of("a", "b"), ClientInfo.NONE, false, "k", Optional.empty(), 0, "", Set.of());
        assertEquals(Refusal.IDEMPOTENCY_MISMATCH, refusal(publishAs(Caller.backEnd("one"), tagged)));
    }

    @Test
    void namesOfTheHubsOwnEventsAndControlCharactersAreRefused() {
        for (String event : List.of("tidings", "mercure", "a\nb", "e".repeat(256))) {
            assertThrows(RefusedException.class, () -> new PublishRequest(NEWS, new byte[0], event, "", Map.of(), ClientInfo.NONE, false, "", Optional.empty(), 0, "", Set.of()));
        }
        assertThrows(RefusedException.class, () -> new PublishRequest(NEWS, new byte[0], "", "a\rb", Map.of(), ClientInfo.NONE, false, "", Optional.empty(), 0, "", Set.of()));
    }

    // -- questions -------------------------------------------------------------------------------------------------------------------------------

    @Test
    void historyIsReadFromAPositionThatIsRetained() {
        node.publish(SHORT, 9);
        Position top = node.top(SHORT);
        Caller key = Caller.backEnd("key");

        assertEquals(List.of(7L, 8L), join(node.hub.reader().history(key, SHORT, Optional.of(top.at(6)), 2, false)).publications().stream().map(Publication::offset).toList());
        assertEquals(List.of(9L, 8L), join(node.hub.reader().history(key, SHORT, Optional.empty(), 2, true)).publications().stream().map(Publication::offset).toList());
        assertInstanceOf(UnrecoverablePositionException.class, failure(node.hub.reader().history(key, SHORT, Optional.of(top.at(5)), 2, false)));
        assertInstanceOf(UnrecoverablePositionException.class, failure(node.hub.reader().history(key, SHORT, Optional.of(new Position("other_", 8)), 2, false)));
        assertInstanceOf(UnrecoverablePositionException.class, failure(node.hub.reader().history(key, SHORT, Optional.of(top.at(10)), 2, false)));
        assertEquals(Refusal.NOT_AVAILABLE, refusal(node.hub.reader().history(key, PASSING, Optional.empty(), 2, false)));
    }

    private static Throwable failure(CompletionStage<?> stage) {
        Throwable failure = stage.toCompletableFuture().exceptionNow();
        return failure.getCause() == null ? failure : failure.getCause();
    }

    @Test
    void whatIsForSubscribersIsForWhoIsSubscribedNow() {
        Channel inner = new Channel("inner:1");
        Client client = node.connect(user("ada"));
        CompletionStage<?> before = node.hub.reader().presence(Caller.session(client.subscriber), inner);
        client.subscribe(inner);

        CompletionStage<?> overHttp = node.hub.reader().presence(Caller.client(user("ada")), inner);
        node.loop.drain();
        CompletionStage<?> other = node.hub.reader().presence(Caller.client(user("bob")), inner);
        node.loop.drain();

        assertEquals(Refusal.PERMISSION_DENIED, refusal(before));
        assertEquals(Map.of(client.id(), "ada"), Map.of(client.id(), join(node.hub.reader().presence(Caller.session(client.subscriber), inner)).get(client.id()).user()));
        assertFalse(overHttp.toCompletableFuture().isCompletedExceptionally());
        assertTrue(other.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void positionsAreForWhoMaySubscribe() {
        node.publish(SECRET, 2);

        assertEquals(Optional.of(node.top(SECRET)), join(node.hub.reader().position(Caller.backEnd("key"), SECRET)));
        assertEquals(Optional.empty(), join(node.hub.reader().position(Caller.backEnd("key"), ROOM)));
        assertEquals(Refusal.PERMISSION_DENIED, refusal(node.hub.reader().position(Caller.client(user("ada")), SECRET)));
    }

    @Test
    void anUnreadableCursorIsNoReasonToRefuse() {
        node.publish(NEWS, 2);
        Client client = node.open(Dialect.STREAM);

        client.connect(connecting(user("ada"), false, SubscribeRequest.to(NEWS).claiming(new Claim.Unreadable()), SubscribeRequest.to(PASSING)));

        assertEquals(List.of("from 2 gap unknown to 2", "from 0 new"), client.received());
    }
}
