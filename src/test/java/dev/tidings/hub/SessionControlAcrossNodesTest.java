package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.PASSING;
import static dev.tidings.hub.HubFixture.join;
import static dev.tidings.hub.HubFixture.publication;
import static dev.tidings.hub.HubFixture.refusal;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Nodes;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Refusal;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.hub.SessionControl.Target;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.testing.FakeWire.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Back ends talk to one node, and reach a user's sessions on all. */
class SessionControlAcrossNodesTest {
    private static final Ending FORCED = Ending.of(Disconnect.FORCE_DISCONNECT);
    private static final Target ADA = new Target("ada", "", "");
    private static final Channel INNER = new Channel("inner:1");
    private final HubFixture asked = new HubFixture();
    private final HubFixture second = new HubFixture(asked, "n2");
    private final HubFixture third = new HubFixture(asked, "n3");
    private final SessionControl control = asked.hub.control();
    private final List<Client> ada = new ArrayList<>();
    private Client bob;

    @BeforeEach
    void connect() {
        ada.add(asked.connect(user("ada")));
        ada.add(second.connect(Dialect.PLAIN, user("ada"), ""));
        ada.add(second.connect(Dialect.STREAM, user("ada"), ""));
        bob = third.connect(user("bob"));
    }

    private void drain() {
        List.of(asked, second, third).forEach(node -> node.loop.drain());
    }

    private int run(CompletionStage<Integer> stage) {
        drain();
        return join(stage);
    }

    private List<Boolean> gone() {
        return ada.stream().map(client -> client.transport.goodbye().isPresent()).toList();
    }

    @Test
    void sessionsAreEndedWhereverTheyAre() {
        int reached = run(control.disconnect(ADA, Set.of(), FORCED));

        assertEquals(3, reached);
        assertEquals(List.of(true, true, true), gone());
        assertEquals(Optional.of(FORCED), ada.get(1).transport.goodbye());
        assertEquals(Optional.empty(), bob.transport.goodbye());
    }

    @Test
    void sparedClientsStayOnOtherNodesToo() {
        assertEquals(2, run(control.disconnect(ADA, Set.of(ada.get(1).id()), FORCED)));

        assertEquals(List.of(true, false, true), gone());
    }

    @Test
    void aClientOrASessionElsewhereIsMeantAlone() {
        assertEquals(1, run(control.disconnect(new Target("", ada.get(2).id(), ""), Set.of(), FORCED)));
        assertEquals(1, run(control.disconnect(new Target("", "", bob.subscriber.session().id()), Set.of(), FORCED)));
        assertEquals(0, run(control.disconnect(new Target("carl", "", ""), Set.of(), FORCED)));

        assertEquals(List.of(false, false, true), gone());
        assertTrue(bob.transport.goodbye().isPresent());
    }

    @Test
    void aClientOnTwoNodesWhileItMovesIsReachedOnBoth() {
        Client moved = third.connect(Dialect.EXTENDED, user("ada"), ada.getFirst().id());

        int reached = run(control.disconnect(new Target("", moved.id(), ""), Set.of(), FORCED));

        assertEquals(2, reached);
        assertTrue(moved.transport.goodbye().isPresent());
    }

    @Test
    void subscriptionsBeginAndEndWhereverTheSessionsAre() {
        ServerSubscription details = new ServerSubscription("{}".getBytes(), "{}".getBytes(), 0, ServerSubscription.PLAIN.overrides());
        int begun = run(control.subscribe(ADA, PASSING, details, Optional.empty()));
        int again = run(control.subscribe(ADA, PASSING, details, Optional.empty()));
        long between = second.hub.subscriptionCount();
        int ended = run(control.unsubscribe(ADA, Optional.of(PASSING)));
        int rest = run(control.unsubscribe(ADA, Optional.empty()));

        assertEquals(List.of(3, 0, 3, 0), List.of(begun, again, ended, rest));
        assertEquals(2, between);
        assertEquals(0, second.hub.subscriptionCount());
        assertEquals(List.of("subscribed passing:1 - 0", "unsubscribed 2000"), ada.get(1).received());
    }

    @Test
    void anotherLifetimeHoldsWhereverTheSessionsAre() {
        int longer = run(control.refresh(ADA, false, asked.clock.millis() + 60_000));
        List<String> told = ada.get(1).received();
        int over = run(control.refresh(ADA, true, 0));

        assertEquals(List.of(3, 3), List.of(longer, over));
        assertEquals(List.of("refreshed 60"), told);
        assertEquals(Optional.of(Disconnect.EXPIRED), ada.get(1).transport.goodbye().map(Ending::cause));
    }

    @Test
    void aCallCompletesWhenAllNodesHaveActed() {
        CompletionStage<Integer> stage = control.disconnect(ADA, Set.of(), FORCED);
        asked.loop.drain();
        boolean early = stage.toCompletableFuture().isDone();

        second.loop.drain();

        assertFalse(early);
        assertTrue(stage.toCompletableFuture().isDone());
    }

    @Test
    void aNodeThatDoesNotAnswerIsNotInTheNumber() {
        Nodes silent = asked.shared.join();
        silent.answer(_ -> new CompletableFuture<>());
        CompletionStage<Integer> stage = control.disconnect(ADA, Set.of(), FORCED);
        drain();
        boolean early = stage.toCompletableFuture().isDone();

        asked.shared.timeIsOver();

        assertFalse(early);
        assertEquals(3, join(stage));
    }

    @Test
    void anAnswerOfAnotherVersionIsNotInTheNumber() {
        Nodes newer = asked.shared.join();
        newer.answer(_ -> CompletableFuture.completedStage(new byte[] {9, 9}));

        assertEquals(3, run(control.disconnect(ADA, Set.of(), FORCED)));
    }

    @Test
    void aQuestionOfAnotherVersionOrNamespaceIsNotAnswered() {
        Nodes newer = asked.shared.join();
        CompletableFuture<List<byte[]>> version = newer.ask(new byte[] {2, 1, 1}).toCompletableFuture();
        CompletableFuture<List<byte[]>> verb = newer.ask(new byte[] {1, 77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}).toCompletableFuture();
        CompletableFuture<List<byte[]>> namespace = newer.ask(QuestionCodec.encode(
                new Question.Subscribe(ADA, new Channel("unknown:1"), ServerSubscription.PLAIN, Optional.empty()))).toCompletableFuture();
        drain();

        asked.shared.timeIsOver();

        assertEquals(List.of(0, 0, 0), List.of(version.join().size(), verb.join().size(), namespace.join().size()));
    }

    @Test
    void whereNobodyCanBeAskedThisNodeActsAndTheCallerIsToldToTryAgain() {
        asked.shared.setAway(true);
        CompletionStage<Integer> stage = control.disconnect(ADA, Set.of(), FORCED);
        drain();

        assertEquals(Refusal.INTERNAL, refusal(stage));
        assertEquals("done for 1 sessions of this node; the other nodes can't be asked now", stage.toCompletableFuture().exceptionNow().getMessage());
        assertEquals(List.of(true, false, false), gone());

        asked.shared.setAway(false);
        assertEquals(2, run(control.disconnect(ADA, Set.of(), FORCED)));
    }

    @Test
    void whoIsSubscribedElsewhereMayDoWhatIsForSubscribers() {
        ada.get(1).subscribe(INNER);

        CompletionStage<Published> ofAda = asked.hub.publish(Caller.client(user("ada")), publication(INNER, "1"));
        CompletionStage<Published> ofBob = asked.hub.publish(Caller.client(user("bob")), publication(INNER, "1"));
        drain();

        assertEquals(1, join(ofAda).position().orElseThrow().offset());
        assertEquals(Refusal.PERMISSION_DENIED, refusal(ofBob));
    }

    @Test
    void whereNobodyCanBeAskedWhoIsSubscribedHereIsKnownAndWhoIsNotMayTryAgain() {
        ada.getFirst().subscribe(INNER);
        asked.shared.setAway(true);

        CompletionStage<Published> ofAda = asked.hub.publish(Caller.client(user("ada")), publication(INNER, "1"));
        CompletionStage<Published> ofBob = asked.hub.publish(Caller.client(user("bob")), publication(INNER, "1"));
        drain();

        assertEquals(1, join(ofAda).position().orElseThrow().offset());
        assertEquals(Refusal.INTERNAL, refusal(ofBob));
    }
}
