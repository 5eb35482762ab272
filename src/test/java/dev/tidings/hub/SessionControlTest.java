package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.PASSING;
import static dev.tidings.hub.HubFixture.SECRET;
import static dev.tidings.hub.HubFixture.SHORT;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.hub.SessionControl.Target;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What back ends do to the sessions of a user. */
class SessionControlTest {
    private static final Ending FORCED = Ending.of(Disconnect.FORCE_DISCONNECT);
    private final HubFixture node = new HubFixture();
    private final SessionControl control = node.hub.control();
    private Client first;
    private Client second;
    private Client bob;

    @BeforeEach
    void connect() {
        first = node.connect(user("ada"));
        second = node.connect(Dialect.PLAIN, user("ada"), "");
        bob = node.connect(user("bob"));
    }

    private static Target ada() {
        return new Target("ada", "", "");
    }

    private int run(CompletionStage<Integer> stage) {
        node.loop.drain();
        return HubFixture.join(stage);
    }

    private List<Boolean> gone() {
        return List.of(first, second, bob).stream().map(client -> client.transport.goodbye().isPresent()).toList();
    }

    @Test
    void allSessionsOfAUserAreMeant() {
        int count = run(control.disconnect(ada(), Set.of(), FORCED));

        assertEquals(2, count);
        assertEquals(List.of(true, true, false), gone());
        assertEquals(Optional.of(FORCED), first.transport.goodbye());
    }

    @Test
    void aClientOrASessionIsMeantAlone() {
        assertEquals(1, run(control.disconnect(new Target("", first.id(), ""), Set.of(), FORCED)));
        assertEquals(List.of(true, false, false), gone());

        assertEquals(1, run(control.disconnect(new Target("", "", bob.subscriber.session().id()), Set.of(), FORCED)));
        assertEquals(List.of(true, false, true), gone());
    }

    @Test
    void everythingThatIsGivenMustFit() {
        assertEquals(0, run(control.disconnect(new Target("bob", first.id(), ""), Set.of(), FORCED)));
        assertEquals(0, run(control.disconnect(new Target("nobody", "", ""), Set.of(), FORCED)));
        assertEquals(List.of(false, false, false), gone());
    }

    @Test
    void sparedClientsStay() {
        assertEquals(1, run(control.disconnect(ada(), Set.of(first.id()), FORCED)));

        assertEquals(List.of(false, true, false), gone());
    }

    @Test
    void aCallCompletesWhenEverySessionWasActedOn() {
        CompletionStage<Integer> stage = control.disconnect(ada(), Set.of(), FORCED);
        boolean before = stage.toCompletableFuture().isDone();

        node.loop.drain();

        assertFalse(before);
        assertTrue(stage.toCompletableFuture().isDone());
    }

    @Test
    void subscriptionsAreEndedAndToldOf() {
        List.of(first, second).forEach(client -> {
            client.subscribe(NEWS);
            client.subscribe(PASSING);
            client.received();
        });

        int one = run(control.unsubscribe(ada(), Optional.of(NEWS)));
        int again = run(control.unsubscribe(ada(), Optional.of(NEWS)));
        List<String> told = first.received();
        int rest = run(control.unsubscribe(ada(), Optional.empty()));

        assertEquals(List.of(2, 0, 2), List.of(one, again, rest));
        assertEquals(List.of("unsubscribed 2000"), told);
        assertEquals(0, node.hub.subscriptionCount());
    }

    @Test
    void sessionsAreSubscribedWhereTheyCouldNotGoThemselves() {
        node.publish(SECRET, 2);

        int count = run(control.subscribe(ada(), SECRET, ServerSubscription.PLAIN, Optional.empty()));
        int again = run(control.subscribe(ada(), SECRET, ServerSubscription.PLAIN, Optional.empty()));
        node.publish(SECRET);

        assertEquals(List.of(2, 0), List.of(count, again));
        List<String> received = first.received();
        assertTrue(received.getFirst().startsWith("subscribed secret:1 ") && received.getFirst().endsWith(" 2"), received::toString);
        assertEquals(List.of("3"), received.subList(1, received.size()));
        assertEquals(List.of(), bob.received());
    }

    @Test
    void aSubscriptionMayBeginInThePast() {
        node.publish(SHORT, 9);
        Position top = node.top(SHORT);

        run(control.subscribe(ada(), SHORT, ServerSubscription.PLAIN, Optional.of(top.at(2))));
        node.publish(SHORT);

        assertEquals(List.of("gap expired 2-6", "7", "8", "9", "10"), first.received().subList(1, 6));
        assertEquals(List.of("10"), second.received().subList(1, 2));
    }

    @Test
    void anUnknownChannelIsRefusedBeforeAnythingIsDone() {
        assertThrows(RefusedException.class, () -> control.subscribe(ada(), new Channel("unknown:1"), ServerSubscription.PLAIN, Optional.empty()));
    }

    @Test
    void anotherLifetimeIsToldAndKept() {
        int count = run(control.refresh(ada(), false, node.clock.millis() + 60_001));

        assertEquals(2, count);
        assertEquals(List.of("refreshed 61"), first.received());
        node.pass(Duration.ofSeconds(86));
        assertEquals(Optional.of(Disconnect.EXPIRED), first.transport.goodbye().map(Ending::cause));
        assertEquals(List.of(true, true, false), gone());
    }

    @Test
    void aLifetimeMayBeOverOrWithoutEnd() {
        run(control.refresh(new Target("bob", "", ""), true, 0));
        run(control.refresh(ada(), false, 0));

        assertEquals(List.of(false, false, true), gone());
        assertEquals(List.of("refreshed 0"), first.received());
    }

    @Test
    void whoIsNotIntroducedIsNotFound() {
        Client silent = node.open(Dialect.EXTENDED);

        assertEquals(0, run(control.disconnect(new Target("", "", silent.subscriber.session().id()), Set.of(), FORCED)));
    }
}
