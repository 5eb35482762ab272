package dev.tidings.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.presence.Presence.Departed;
import dev.tidings.presence.Presence.Stats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every presence promises, wherever it keeps its members. They live a minute unless refreshed. */
public abstract class PresenceContract {
    static final Channel NEWS = new Channel("news");
    static final Channel SPORT = new Channel("sport");
    protected static final Duration TTL = Duration.ofSeconds(60);
    static final ClientInfo ADA = member("ada", "c1");
    static final ClientInfo BOB = member("bob", "c2");

    protected Presence presence;

    /** A presence without members. */
    protected abstract Presence open();

    /** Lets time pass for the presence. */
    protected abstract void advance(Duration duration);

    /** How near to its end something is looked at: as long as what passes by itself meanwhile can take. */
    protected Duration moment() {
        return Duration.ofMillis(1);
    }

    @BeforeEach
    void start() {
        presence = open();
    }

    static ClientInfo member(String user, String client) {
        return new ClientInfo(user, client, new byte[0], new byte[0]);
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    boolean enter(ClientInfo member, String claim) {
        return join(presence.enter(NEWS, member, claim));
    }

    boolean leave(ClientInfo member, String claim) {
        return join(presence.leave(NEWS, member.client(), claim));
    }

    void claim(String client, String user, String claim, Duration ttl) {
        join(presence.claim(client, user, claim, ttl));
    }

    void release(String client, String claim, Duration ttl) {
        join(presence.release(client, claim, ttl));
    }

    Optional<String> owner(String client) {
        return join(presence.owner(client));
    }

    Set<String> clients(Channel channel) {
        return join(presence.members(channel)).keySet();
    }

    @Test
    void whoEntersIsAMemberUntilItLeaves() {
        boolean joined = enter(ADA, "s1");
        Map<String, ClientInfo> members = join(presence.members(NEWS));
        boolean left = leave(ADA, "s1");

        assertTrue(joined && left);
        assertEquals(Set.of("c1"), members.keySet());
        assertEquals("ada", members.get("c1").user());
        assertEquals(Set.of(), clients(NEWS));
    }

    @Test
    void membersAreOfOneChannel() {
        enter(ADA, "s1");

        assertEquals(Set.of(), clients(SPORT));
        assertFalse(join(presence.leave(SPORT, "c1", "s1")));
        assertEquals(Set.of("c1"), clients(NEWS));
    }

    @Test
    void whoEntersAgainDoesNotJoinAgain() {
        enter(ADA, "s1");

        assertFalse(enter(ADA, "s1"));
        assertFalse(enter(ADA, "s2"));
    }

    @Test
    void whoLeavesTwiceLeavesOnce() {
        enter(ADA, "s1");

        assertTrue(leave(ADA, "s1"));
        assertFalse(leave(ADA, "s1"));
    }

    @Test
    void onlyTheSessionThatClaimedTheEntryLastRemovesIt() {
        enter(ADA, "s1");
        enter(ADA, "s2");

        boolean byTheOld = leave(ADA, "s1");
        Set<String> between = clients(NEWS);
        boolean byTheNew = leave(ADA, "s2");

        assertFalse(byTheOld);
        assertEquals(Set.of("c1"), between);
        assertTrue(byTheNew);
    }

    @Test
    void whoIsKnownByNewerWordsIsShownByThem() {
        enter(ADA, "s1");
        enter(new ClientInfo("ada", "c1", "{\"name\":\"Ada\"}".getBytes(), new byte[0]), "s2");

        assertEquals("{\"name\":\"Ada\"}", new String(join(presence.members(NEWS)).get("c1").connInfo()));
    }

    @Test
    void whoIsNotRefreshedIsGoneAfterItsTime() {
        enter(ADA, "s1");

        advance(TTL.minus(moment()));
        Set<String> before = clients(NEWS);
        advance(moment());

        assertEquals(Set.of("c1"), before);
        assertEquals(Set.of(), clients(NEWS));
        assertEquals(new Stats(0, 0), join(presence.stats(NEWS)));
    }

    @Test
    void whoComesBackAfterItsTimeJoinsAgain() {
        enter(ADA, "s1");

        advance(TTL);

        assertTrue(enter(ADA, "s2"));
    }

    @Test
    void aRefreshKeepsAMember() {
        enter(ADA, "s1");
        advance(Duration.ofSeconds(40));

        join(presence.refresh(NEWS, ADA, "s1"));
        advance(Duration.ofSeconds(40));

        assertEquals(Set.of("c1"), clients(NEWS));
    }

    @Test
    void aRefreshMakesALostMemberAgain() {
        join(presence.refresh(NEWS, ADA, "s1"));

        assertEquals(Set.of("c1"), clients(NEWS));
        assertTrue(leave(ADA, "s1"));
    }

    @Test
    void aRefreshTakesNoEntryFromAnotherSession() {
        enter(ADA, "s1");
        enter(ADA, "s2");
        advance(Duration.ofSeconds(40));

        join(presence.refresh(NEWS, ADA, "s1"));

        assertFalse(leave(ADA, "s1"));
        advance(Duration.ofSeconds(20));
        assertEquals(Set.of(), clients(NEWS));
    }

    @Test
    void clientsAndDistinctUsersAreCountedAndAnonymousOnesAreOneUser() {
        enter(ADA, "s1");
        enter(member("ada", "c3"), "s3");
        enter(BOB, "s2");
        enter(member("", "c4"), "s4");
        enter(member("", "c5"), "s5");

        assertEquals(new Stats(5, 3), join(presence.stats(NEWS)));
    }

    @Test
    void aClientIdIsTheUsersWhoseSessionClaimedItUntilTheClaimEnds() {
        boolean before = owner("c1").isPresent();
        claim("c1", "ada", "s1", Duration.ofSeconds(20));

        advance(Duration.ofSeconds(20).minus(moment()));
        Optional<String> while20Seconds = owner("c1");
        advance(moment());

        assertFalse(before);
        assertEquals(Optional.of("ada"), while20Seconds);
        assertEquals(Optional.empty(), owner("c1"));
        assertEquals(Optional.empty(), owner("c2"));
    }

    @Test
    void aReleasedClientIdIsItsUsersForAMomentMore() {
        claim("c1", "ada", "s1", Duration.ofHours(1));

        release("c1", "s1", Duration.ofSeconds(10));
        advance(Duration.ofSeconds(10).minus(moment()));
        Optional<String> inTime = owner("c1");
        advance(moment());

        assertEquals(Optional.of("ada"), inTime);
        assertEquals(Optional.empty(), owner("c1"));
    }

    @Test
    void aReleaseMayLengthenAClaimThatIsNearItsEnd() {
        claim("c1", "ada", "s1", Duration.ofSeconds(5));

        release("c1", "s1", Duration.ofSeconds(10));
        advance(Duration.ofSeconds(9));

        assertEquals(Optional.of("ada"), owner("c1"));
    }

    @Test
    void whoClaimedLastIsNotConcernedByTheReleaseOfWhoClaimedBefore() {
        claim("c1", "ada", "s1", Duration.ofHours(1));
        claim("c1", "ada", "s2", Duration.ofHours(1));

        release("c1", "s1", Duration.ofSeconds(10));
        advance(Duration.ofSeconds(11));
        Optional<String> afterTheOld = owner("c1");
        release("c1", "s2", Duration.ofSeconds(10));
        advance(Duration.ofSeconds(10));

        assertEquals(Optional.of("ada"), afterTheOld);
        assertEquals(Optional.empty(), owner("c1"));
    }

    @Test
    void theReleaseOfWhatNobodyClaimedMakesNothing() {
        release("c1", "s1", Duration.ofSeconds(10));

        assertEquals(Optional.empty(), owner("c1"));
    }

    @Test
    void aClaimThatEndedCanBeMadeAgainByAnyone() {
        claim("c1", "ada", "s1", Duration.ofSeconds(10));
        advance(Duration.ofSeconds(10));

        claim("c1", "bob", "s2", Duration.ofSeconds(10));
        release("c1", "s1", Duration.ofHours(1));

        assertEquals(Optional.of("bob"), owner("c1"));
        advance(Duration.ofSeconds(10));
        assertEquals(Optional.empty(), owner("c1"));
    }

    @Test
    void claimsAndMembersAreNotMixedUp() {
        claim("c1", "bob", "s9", Duration.ofSeconds(10));
        enter(ADA, "s1");

        release("c1", "s9", Duration.ofMillis(1));
        advance(Duration.ofSeconds(1));

        assertEquals(Set.of("c1"), clients(NEWS));
        assertEquals(Optional.empty(), owner("c1"));
        assertTrue(leave(ADA, "s1"));
    }

    @Test
    void whoWasNotRefreshedIsNamedOnceAndRemoved() {
        enter(ADA, "s1");
        enter(BOB, "s2");
        advance(Duration.ofSeconds(30));
        join(presence.refresh(NEWS, BOB, "s2"));
        advance(Duration.ofSeconds(30));

        List<Departed> departed = join(presence.expire());

        assertEquals(List.of("news c1"), departed.stream().map(each -> each.channel() + " " + each.info().client()).toList());
        assertEquals(List.of(), join(presence.expire()));
        assertEquals(Set.of("c2"), clients(NEWS));
        assertFalse(leave(ADA, "s1"));
    }
}
