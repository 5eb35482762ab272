package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.ROOM;
import static dev.tidings.hub.HubFixture.join;
import static dev.tidings.hub.HubFixture.toldOfMembers;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.Override;
import dev.tidings.session.Identity.Overrides;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Identity.SubscriptionToken;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is in a channel, as a member that stays sees it; protocol section 10. */
class AttendanceTest {
    private final HubFixture node = new HubFixture();
    private Client watcher;

    @BeforeEach
    void watch() {
        watcher = node.connect(user("watcher"));
        watcher.subscribe(toldOfMembers(ROOM, false));
        watcher.received();
    }

    private Client enter(Dialect dialect, String user, String prevClient) {
        Client client = node.connect(dialect, user.isEmpty() ? Identity.ANONYMOUS : user(user), prevClient);
        client.subscribe(ROOM);
        return client;
    }

    private Client enter() {
        Client client = enter(Dialect.EXTENDED, "ada", "");
        watcher.received();
        return client;
    }

    private Set<String> members(Channel channel) {
        return join(node.presence.members(channel)).keySet();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverSubscribesJoinsThroughWhateverDoor(Dialect dialect) {
        Client client = enter(dialect, "ada", "");

        assertEquals(List.of("join " + client.id()), watcher.received());
        assertEquals(Set.of(watcher.id(), client.id()), members(ROOM));
    }

    @Test
    void whoDidNotAskIsNotToldOfOthers() {
        Client silent = enter(Dialect.EXTENDED, "ada", "");
        silent.received();

        enter(Dialect.EXTENDED, "bob", "");

        assertEquals(List.of(), silent.received());
    }

    @Test
    void theSnapshotHoldsTheMembersAndTheClientItself() {
        Client client = node.connect(user("ada"));

        client.subscribe(toldOfMembers(ROOM, true));

        assertEquals(Set.of(watcher.id(), client.id()), client.answers.getFirst().members().orElseThrow().keySet());
    }

    @Test
    void whoAskedForTheSnapshotMissesNoJoinAfterIt() {
        Client client = node.connect(user("ada"));
        node.broker.holdsSubscribing = true;
        client.subscribe(toldOfMembers(new Channel("room:2"), true));
        node.broker.holdsSubscribing = false;
        Client other = node.connect(user("bob"));
        other.begin(toldOfMembers(new Channel("room:2"), true));

        node.broker.subscribed();

        Set<String> known = new HashSet<>();
        client.received().stream().filter(word -> word.startsWith("join ")).forEach(word -> known.add(word.substring(5)));
        known.addAll(client.answers.getFirst().members().orElseThrow().keySet());
        assertEquals(Set.of(client.id(), other.id()), known);
    }

    @Test
    void whoUnsubscribesLeavesAtOnce() {
        Client client = enter();

        client.unsubscribe(ROOM);

        assertEquals(List.of("leave " + client.id()), watcher.received());
        assertEquals(Set.of(watcher.id()), members(ROOM));
    }

    @Test
    void whoClosesLeavesAtOnce() {
        Client client = enter();

        client.close(Disconnect.CLIENT_CLOSED);

        assertEquals(List.of("leave " + client.id()), watcher.received());
    }

    @Test
    void whoIsSentAwayLeavesAtOnceAndWhoIsMovedLater() {
        Client sentAway = enter();
        Client moved = enter();

        node.loop.call(() -> sentAway.subscriber.session().end(Ending.of(Disconnect.FORCE_DISCONNECT)));
        node.loop.call(() -> moved.subscriber.session().end(Ending.of(Disconnect.DRAIN)));

        assertEquals(List.of("leave " + sentAway.id()), watcher.received());
    }

    @Test
    void whoseConnectionIsLostLeavesAfterFiveSeconds() {
        Client client = enter();
        client.close(Disconnect.CONNECTION_LOST);

        node.pass(Duration.ofMillis(4_500));
        List<String> before = watcher.received();
        node.pass(Duration.ofMillis(500));

        assertEquals(List.of(), before);
        assertEquals(List.of("leave " + client.id()), watcher.received());
        assertEquals(Set.of(watcher.id()), members(ROOM));
    }

    @Test
    void whoComesBackUnderItsIdWasNeverAway() {
        Client before = enter();
        before.close(Disconnect.CONNECTION_LOST);
        node.pass(Duration.ofSeconds(3));

        Client after = enter(Dialect.EXTENDED, "ada", before.id());
        node.pass(Duration.ofSeconds(10));

        assertEquals(before.id(), after.id());
        assertEquals(List.of(), watcher.received());
        assertEquals(Set.of(watcher.id(), after.id()), members(ROOM));
    }

    @Test
    void whoMovesBetweenTwoConnectionsIsNotSeenToMove() {
        Client before = enter();
        Client after = enter(Dialect.EXTENDED, "ada", before.id());

        before.close(Disconnect.CLIENT_CLOSED);
        node.pass(Duration.ofSeconds(10));

        assertEquals(before.id(), after.id());
        assertEquals(List.of(), watcher.received());
        after.close(Disconnect.CLIENT_CLOSED);
        assertEquals(List.of("leave " + after.id()), watcher.received());
    }

    @Test
    void anotherUserOrAnAnonymousOneTakesNothingOver() {
        Client ada = enter();
        Client anonymous = enter(Dialect.EXTENDED, "", "");

        assertNotEquals(ada.id(), enter(Dialect.EXTENDED, "bob", ada.id()).id());
        assertNotEquals(ada.id(), enter(Dialect.EXTENDED, "", ada.id()).id());
        assertNotEquals(anonymous.id(), enter(Dialect.EXTENDED, "", anonymous.id()).id());
        assertNotEquals("made-up", enter(Dialect.EXTENDED, "ada", "made-up").id());
    }

    @Test
    void afterTenSecondsAnIdCannotBeTakenOver() {
        Client one = enter();
        Client other = enter();
        one.close(Disconnect.CONNECTION_LOST);
        other.close(Disconnect.CONNECTION_LOST);
        node.clock.advanceMillis(9_999);
        Client inTime = enter(Dialect.EXTENDED, "ada", one.id());
        node.clock.advanceMillis(1);

        Client late = enter(Dialect.EXTENDED, "ada", other.id());

        assertEquals(one.id(), inTime.id());
        assertNotEquals(other.id(), late.id());
    }

    @Test
    void aPlainClientThatComesBackJoinsAndTheOldOneLeavesLater() {
        Client before = enter(Dialect.PLAIN, "ada", "");
        watcher.received();
        before.close(Disconnect.CONNECTION_LOST);

        Client after = enter(Dialect.PLAIN, "ada", "");
        List<String> joined = watcher.received();
        node.pass(Duration.ofSeconds(5));

        assertEquals(List.of("join " + after.id()), joined);
        assertEquals(List.of("leave " + before.id()), watcher.received());
    }

    @Test
    void membersAreKeptFromExpiring() {
        Client client = enter();

        for (int i = 0; i < 10; i++) {
            node.pass(Duration.ofSeconds(30));
            node.hub.expireMembers();
        }

        assertEquals(List.of(), watcher.received());
        assertEquals(Set.of(watcher.id(), client.id()), members(ROOM));
    }

    @Test
    void theMembersOfANodeThatIsGoneLeaveWhenTheyExpire() {
        join(node.presence.enter(ROOM, new ClientInfo("bob", "elsewhere", new byte[0], new byte[0]), "claim"));
        node.pass(Duration.ofSeconds(61));

        node.hub.expireMembers();

        assertEquals(List.of("leave elsewhere"), watcher.received());
    }

    @Test
    void withoutJoinsAndLeavesMembersComeAndGoInSilence() {
        Channel silent = new Channel("silent:1");
        Client one = node.connect(user("ada"));
        one.subscribe(toldOfMembers(silent, false));
        Client other = node.connect(user("bob"));
        other.subscribe(silent);
        one.received();

        other.unsubscribe(silent);

        assertEquals(List.of(), one.received());
        assertEquals(Set.of(one.id()), members(silent));
    }

    @Test
    void withoutPresenceNobodyIsAMember() {
        Client client = node.connect(user("ada"));

        client.subscribe(toldOfMembers(NEWS, true));

        assertEquals(Set.of(), members(NEWS));
        assertEquals(Optional.empty(), client.answers.getFirst().members());
    }

    @Test
    void aTokenMayKeepItsClientOutOfSight() {
        Overrides hidden = new Overrides(Override.OFF, Override.AS_IS, Override.AS_IS);
        ServerSubscription details = new ServerSubscription(new byte[0], new byte[0], 0, hidden);
        Client client = node.connect(user("ada"));

        client.subscribe(new SubscribeRequest(ROOM, Optional.of(new SubscriptionToken(ROOM, "ada", "", details)), toldOfMembers(ROOM, false).claim(), 0, Optional.empty(),
                true, false, false));

        assertEquals(List.of(), watcher.received());
        assertFalse(members(ROOM).contains(client.id()));
    }

    @Test
    void whatItsTokenSaysOfItInTheChannelIsShown() {
        ServerSubscription details = new ServerSubscription("{\"role\":\"host\"}".getBytes(), new byte[0], 0, Overrides.NONE);
        Client client = node.connect(user("ada"));

        client.subscribe(new SubscribeRequest(ROOM, Optional.of(new SubscriptionToken(ROOM, "ada", "", details)), toldOfMembers(ROOM, false).claim(), 0, Optional.empty(),
                true, false, false));

        Map<String, ClientInfo> members = join(node.presence.members(ROOM));
        assertEquals("{\"role\":\"host\"}", new String(members.get(client.id()).chanInfo()));
    }
}
