package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.ROOM;
import static dev.tidings.hub.HubFixture.join;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Refusal;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Identity;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that come back on another node keep their client id; protocol section 10. */
class ContinuityTest {
    private final HubFixture here = new HubFixture();
    private final HubFixture there = new HubFixture(here, "n2");

    private static Client member(HubFixture node, String user, String prevClient) {
        Client client = node.connect(Dialect.EXTENDED, user(user), prevClient);
        client.subscribe(ROOM);
        return client;
    }

    private Set<String> members() {
        return join(here.presence.members(ROOM)).keySet();
    }

    private void pass(Duration duration) {
        here.pass(duration);
        there.loop.call(() -> HubProbe.sweep(there.lane));
        there.loop.drain();
    }

    @Test
    void whoComesBackElsewhereKeepsItsIdAndStaysAMember() {
        Client before = member(here, "ada", "");
        before.close(Disconnect.CONNECTION_LOST);
        pass(Duration.ofSeconds(3));

        Client after = member(there, "ada", before.id());
        pass(Duration.ofSeconds(20));

        assertEquals(before.id(), after.id());
        assertNotEquals(before.subscriber.session().id(), after.subscriber.session().id());
        assertEquals(Set.of(after.id()), members());
    }

    @ParameterizedTest
    @EnumSource(names = {"EXTENDED", "STREAM"})
    void whoMovesBeforeItsOldConnectionEndsTakesItsIdAlong(Dialect dialect) {
        Client before = here.connect(dialect, user("ada"), "");
        before.subscribe(ROOM);
        pass(Duration.ofMinutes(20));
        Client after = member(there, "ada", before.id());

        before.close(Disconnect.CLIENT_CLOSED);
        pass(Duration.ofSeconds(20));

        assertEquals(before.id(), after.id());
        assertEquals(Set.of(after.id()), members());
        assertEquals(before.id(), member(here, "ada", after.id()).id(), "the end of the old session gave the id away");
    }

    @Test
    void anotherUserAnAnonymousOneAndWhoNamesNothingTakeNothingOver() {
        String ada = member(here, "ada", "").id();

        assertNotEquals(ada, member(there, "bob", ada).id());
        assertNotEquals(ada, there.connect(Dialect.EXTENDED, Identity.ANONYMOUS, ada).id());
        assertNotEquals(ada, member(there, "ada", "").id());
        assertNotEquals("made-up", member(there, "ada", "made-up").id());
    }

    @Test
    void tenSecondsAfterItsEndAnIdIsNobodys() {
        Client one = member(here, "ada", "");
        Client other = member(here, "ada", "");
        one.close(Disconnect.CONNECTION_LOST);
        other.close(Disconnect.CONNECTION_LOST);

        here.clock.advanceMillis(9_999);
        Client inTime = member(there, "ada", one.id());
        here.clock.advanceMillis(1);
        Client late = member(there, "ada", other.id());

        assertEquals(one.id(), inTime.id());
        assertNotEquals(other.id(), late.id());
    }

    @Test
    void theIdOfANodeThatCrashedIsItsUsersAsLongAsTheSessionCouldHaveLived() {
        Client before = member(here, "ada", "");
        here.clock.advance(Duration.ofMinutes(61).minusMillis(1));
        String inTime = member(there, "ada", before.id()).id();

        Client other = member(here, "bob", "");
        here.clock.advance(Duration.ofMinutes(61));

        assertEquals(before.id(), inTime);
        assertNotEquals(other.id(), member(there, "bob", other.id()).id());
    }

    @Test
    void aSessionCostsAClaimAndAReleaseAndNothingInBetween() {
        Client client = member(here, "ada", "");
        int atTheBeginning = here.presence.written;
        pass(Duration.ofMinutes(10));
        int afterAWhile = here.presence.written;

        client.close(Disconnect.CLIENT_CLOSED);

        assertEquals(List.of(1, 1, 2), List.of(atTheBeginning, afterAWhile, here.presence.written));
    }

    @Test
    void plainAndAnonymousSessionsClaimNothing() {
        here.connect(Dialect.PLAIN, user("ada"), "").close(Disconnect.CLIENT_CLOSED);
        here.connect(Dialect.EXTENDED, Identity.ANONYMOUS, "").close(Disconnect.CLIENT_CLOSED);
        here.open(Dialect.EXTENDED).close(Disconnect.CONNECTION_LOST);

        assertEquals(0, here.presence.written);
    }

    @Test
    void whatThisNodeKnowsIsNotAskedFor() {
        Client client = member(here, "ada", "");

        String taken = member(here, "ada", client.id()).id();
        String refused = member(here, "bob", client.id()).id();

        assertEquals(client.id(), taken);
        assertNotEquals(client.id(), refused);
        assertEquals(0, here.presence.asked);
    }

    @Test
    void whereNobodyCanBeAskedAClientConnectsUnderAFreshId() {
        Client before = member(here, "ada", "");
        there.presence.isAway = true;

        Client after = member(there, "ada", before.id());
        after.close(Disconnect.CLIENT_CLOSED);

        assertNotEquals(before.id(), after.id());
        assertTrue(after.connected.toCompletableFuture().isDone());
    }

    @Test
    void aSlowAnswerIsNotWaitedForLongerThanTwoSeconds() {
        Client before = member(here, "ada", "");
        there.presence.holdsOwners = true;
        Client slow = there.connect(Dialect.EXTENDED, user("ada"), before.id());
        pass(Duration.ofMillis(1_500));
        boolean early = slow.connected.toCompletableFuture().isDone();

        pass(Duration.ofMillis(500));
        String id = join(slow.connected).client();
        there.presence.answer();
        there.loop.drain();

        assertFalse(early);
        assertNotEquals(before.id(), id);
        assertEquals(id, slow.id());
    }

    @Test
    void anAnswerInTimeIsWaitedFor() {
        Client before = member(here, "ada", "");
        there.presence.holdsOwners = true;
        Client slow = there.connect(Dialect.EXTENDED, user("ada"), before.id());
        pass(Duration.ofMillis(1_500));

        there.presence.answer();
        there.loop.drain();
        pass(Duration.ofSeconds(5));

        assertEquals(before.id(), slow.id());
    }

    @Test
    void aSessionThatEndsWhileItsIdIsAskedForLeavesNothingBehind() {
        Client before = member(here, "ada", "");
        there.presence.holdsOwners = true;
        Client gone = there.open(Dialect.EXTENDED);
        CompletionStage<Connected> connect = gone.connect(new ConnectRequest(user("ada"), before.id(), false, List.of(SubscribeRequest.to(NEWS)), false, false));
        gone.close(Disconnect.CONNECTION_LOST);

        there.presence.answer();
        there.loop.drain();
        pass(Duration.ofSeconds(3));

        assertEquals(Refusal.EXPIRED, HubFixture.refusal(connect));
        assertEquals("", HubProbe.leftovers(there.hub));
        assertEquals(0, there.presence.written);
    }
}
