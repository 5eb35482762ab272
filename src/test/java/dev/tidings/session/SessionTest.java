package dev.tidings.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.session.Session.State;
import dev.tidings.session.Transport.Kind;
import dev.tidings.testing.FakeTransport;
import dev.tidings.testing.FakeWire;
import dev.tidings.testing.FakeWire.Dialect;
import dev.tidings.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One connected client: its states, what is written to it, and when it ends. */
class SessionTest {
    private static final SessionLimits LIMITS = new SessionLimits(Duration.ofSeconds(25), Duration.ofSeconds(8), Duration.ofSeconds(10), 1_000, Duration.ofSeconds(10),
            100, 200, 30, Duration.ofHours(1), Duration.ofSeconds(25));
    private static final Identity ADA = new Identity("ada", "ada", Grants.NONE, new byte[0], Map.of(), 0, 0);
    private final ManualClock clock = new ManualClock();
    private final List<String> reported = new ArrayList<>();
    private FakeTransport transport;
    private Session session;

    /** Notes what a session reports to its holder. */
    private final class Notes implements Session.Owner {
        @Override
        public void touched(Session ofThis) {
        }

        @Override
        public void writable(Session ofThis) {
            reported.add("writable");
        }

        @Override
        public void ended(Session ofThis, Ending ending) {
            reported.add("ended " + ending.cause());
        }

        @Override
        public void closed(Session ofThis) {
            reported.add("closed");
        }

        @Override
        public void aged(Session ofThis) {
            reported.add("aged");
        }
    }

    private Session open(Kind kind, Dialect dialect, long seed) {
        return open(kind, dialect, seed, LIMITS);
    }

    private Session open(Kind kind, Dialect dialect, long seed, SessionLimits limits) {
        transport = new FakeTransport(kind);
        session = new Session("s1", transport, limits, clock, new SplittableRandom(seed));
        session.attach(new Notes(), FakeWire.over(transport, dialect).apply(session));
        return session;
    }

    private Session open() {
        return open(Kind.WEBSOCKET, Dialect.EXTENDED, 1);
    }

    private Session introduced() {
        Session opened = open();
        opened.introduce("c1", ADA, true);
        return opened;
    }

    private Session introducedStream() {
        Session opened = open(Kind.SSE, Dialect.STREAM, 1);
        opened.introduce("c1", ADA, false);
        return opened;
    }

    private void send(String text) {
        session.send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Lets time pass in steps of a sweep, as a lane does. */
    private void pass(long millis) {
        for (long left = millis; left > 0; left -= 100) {
            clock.advanceMillis(Math.min(left, 100));
            session.tick(false);
            session.flush();
        }
    }

    /** Milliseconds from now until something arrives or ends, at most {@code within}. */
    private long millisUntilSomething(long within) {
        transport.takeReceived();
        for (long passed = 0; passed <= within; passed += 100) {
            if (!transport.takeReceived().isEmpty() || transport.goodbye().isPresent()) {
                return passed;
            }
            pass(100);
        }
        throw new AssertionError("nothing happened within " + within + " ms");
    }

    private static Ending ending(Disconnect cause) {
        return Ending.of(cause);
    }

    @Test
    void whatAClientHadNoChanceToBeHeardWithIsNotHeldAgainstIt() {
        Session opening = open();
        clock.advance(LIMITS.connectTimeout().plusMillis(1));
        opening.tick(true);
        assertTrue(opening.isLive(), "its connect may be here and unread");
        opening.tick(false);
        assertEquals(Disconnect.STALE, transport.goodbye().orElseThrow().cause());

        Session answering = introduced();
        pass(LIMITS.ping().toMillis());
        clock.advance(LIMITS.pong().plusMillis(1));
        answering.tick(true);
        assertTrue(answering.isLive(), "its pong may be here and unread");
        answering.tick(false);
        assertEquals(Disconnect.NO_PONG, transport.goodbye().orElseThrow().cause());
    }

    // -- states ----------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aConnectionIsAnonymousUntilItsClientIsKnown() {
        open();

        assertInstanceOf(State.Opening.class, session.state());
        assertTrue(session.isLive() && !session.isIntroduced());
        assertEquals("s1", session.client());
        assertEquals(Identity.ANONYMOUS, session.identity());
    }

    @Test
    void anIntroducedClientIsOpen() {
        introduced();

        assertEquals(new State.Open(ADA), session.state());
        assertTrue(session.isLive() && session.isIntroduced());
        assertEquals("c1", session.client());
    }

    @Test
    void nobodyIsIntroducedTwice() {
        introduced();

        assertThrows(IllegalStateException.class, () -> session.introduce("c2", ADA, true));
    }

    @Test
    void anEndIsSaidAndThenTheConnectionIsClosed() {
        introduced();

        session.end(ending(Disconnect.FORCE_DISCONNECT));
        State afterTheGoodbye = session.state();
        transport.peerCloses(Disconnect.CLIENT_CLOSED);

        assertInstanceOf(State.Closing.class, afterTheGoodbye);
        assertEquals(new State.Closed(ending(Disconnect.FORCE_DISCONNECT)), session.state());
        assertEquals(List.of("ended FORCE_DISCONNECT", "closed"), reported);
        assertFalse(session.isLive());
    }

    @Test
    void aConnectionThatIsGoneEndsItsSession() {
        introduced();

        transport.peerCloses(Disconnect.CONNECTION_LOST);

        assertEquals(new State.Closed(ending(Disconnect.CONNECTION_LOST)), session.state());
        assertEquals(List.of("ended CONNECTION_LOST", "closed"), reported);
        assertEquals(Optional.empty(), transport.goodbye());
    }

    @Test
    void aSessionEndsOnce() {
        introduced();

        session.end(ending(Disconnect.NO_PONG));
        session.end(ending(Disconnect.EXPIRED));
        transport.peerCloses(Disconnect.CONNECTION_LOST);
        session.connectionClosed(Disconnect.CLIENT_CLOSED);

        assertEquals(List.of("ended NO_PONG", "closed"), reported);
    }

    @Test
    void nothingIsSentAfterTheEnd() {
        introduced();
        session.end(ending(Disconnect.NO_PONG));
        transport.takeReceived();

        send("late");
        session.flush();

        assertEquals(List.of(), transport.takeReceived());
    }

    @Test
    void afterTheEndNothingIsDue() {
        introduced();
        transport.peerCloses(Disconnect.CONNECTION_LOST);

        pass(Duration.ofHours(2).toMillis());

        assertEquals(List.of(), transport.takeReceived());
        assertEquals(2, reported.size());
        assertFalse(transport.isAborted());
    }

    // -- introduction ----------------------------------------------------------------------------------------------------------------------------

    @Test
    void whoDoesNotIntroduceItselfInTimeIsStale() {
        open();

        pass(9_900);
        Optional<Ending> before = transport.goodbye();
        pass(100);

        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(new Ending(Disconnect.STALE, 3502, "stale")), transport.goodbye());
    }

    @Test
    void whoHasNoValidTokenMayLingerAndIsThenTold() {
        open();

        session.lingerUntil(clock.millis() + 5_000, Disconnect.INVALID_TOKEN);
        pass(5_000);

        assertEquals(Optional.of(ending(Disconnect.INVALID_TOKEN)), transport.goodbye());
    }

    @Test
    void whoIsKnownDoesNotLinger() {
        introduced();

        session.lingerUntil(clock.millis(), Disconnect.INVALID_TOKEN);
        pass(100);

        assertEquals(Optional.empty(), transport.goodbye());
    }

    // -- keepalive -------------------------------------------------------------------------------------------------------------------------------

    @Test
    void theFirstKeepaliveComesAtARandomTimeBetweenHalfAnIntervalAndOne() {
        LongSummaryStatistics first = LongStream.range(0, 200).map(seed -> {
            open(Kind.WEBSOCKET, Dialect.EXTENDED, seed).introduce("c1", ADA, false);
            return millisUntilSomething(30_000);
        }).summaryStatistics();

        assertTrue(first.getMin() >= 12_500 && first.getMin() < 14_000, first::toString);
        assertTrue(first.getMax() <= 25_000 && first.getMax() > 23_500, first::toString);
    }

    @Test
    void theyFollowEachOtherByTheInterval() {
        open().introduce("c1", ADA, false);
        millisUntilSomething(25_000);

        assertEquals(25_000, millisUntilSomething(30_000));
        assertEquals(25_000, millisUntilSomething(30_000));
    }

    @Test
    void aWebSocketGetsThemWhateverElseIsWritten() {
        open().introduce("c1", ADA, false);
        int keepalives = 0;
        for (int second = 0; second < 60; second++) {
            send("x");
            pass(1_000);
            keepalives += transport.takeReceived().contains("keepalive") ? 1 : 0;
        }

        assertTrue(keepalives >= 2);
    }

    @Test
    void aStreamGetsNoneWhileSomethingElseIsWritten() {
        introducedStream();
        List<String> received = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            send("x");
            session.flush();
            pass(20_000);
            received.addAll(transport.takeReceived());
        }

        assertFalse(received.contains("keepalive"));
    }

    @Test
    void aSilentStreamGetsOneAnIntervalAfterTheLastWrite() {
        introducedStream();
        pass(12_000);
        send("x");
        session.flush();
        transport.takeReceived();

        assertEquals(25_000, millisUntilSomething(30_000));
    }

    @Test
    void whoDoesNotAnswerInTimeIsGone() {
        introduced();
        millisUntilSomething(25_000);

        pass(7_800);
        Optional<Ending> before = transport.goodbye();
        pass(200);

        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(new Ending(Disconnect.NO_PONG, 3012, "no pong")), transport.goodbye());
    }

    @Test
    void whoAnswersStays() {
        introduced();
        for (int i = 0; i < 20; i++) {
            millisUntilSomething(25_000);
            pass(5_000);
            assertTrue(session.pong());
        }

        assertEquals(Optional.empty(), transport.goodbye());
    }

    @Test
    void whoDoesNotPromiseToAnswerNeedNot() {
        open().introduce("c1", ADA, false);

        pass(200_000);

        assertEquals(Optional.empty(), transport.goodbye());
    }

    @Test
    void anAnswerThatNobodyAskedForIsNoticed() {
        introduced();
        assertFalse(session.pong());
        millisUntilSomething(25_000);

        assertTrue(session.pong());
        assertFalse(session.pong());
    }

    @Test
    void whoNeedsLongerThanAnIntervalMayAnswerSeveralTogether() {
        open(Kind.WEBSOCKET, Dialect.PLAIN, 1, new SessionLimits(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10), 1_000, Duration.ofSeconds(10),
                100, 200, 30, Duration.ofHours(1), Duration.ofSeconds(25))).introduce("c1", ADA, true);
        pass(3_400);

        assertEquals(List.of("keepalive", "keepalive", "keepalive"), transport.takeReceived());
        assertTrue(session.pong() && session.pong() && session.pong());
        assertFalse(session.pong());
    }

    // -- lifetime --------------------------------------------------------------------------------------------------------------------------------

    private long endsAfter(Kind kind, long seed, long expiresIn) {
        open(kind, kind == Kind.SSE ? Dialect.STREAM : Dialect.PLAIN, seed).introduce("c1", ADA.expiringAt(clock.millis() + expiresIn), false);
        long start = clock.millis();
        while (transport.goodbye().isEmpty() && clock.millis() < start + 10 * expiresIn) {
            pass(100);
        }
        assertEquals(Optional.of(Disconnect.EXPIRED), transport.goodbye().map(Ending::cause));
        return clock.millis() - start;
    }

    @Test
    void aWebSocketIsKeptForAGraceBeyondItsToken() {
        assertEquals(60_000 + 25_000, endsAfter(Kind.WEBSOCKET, 1, 60_000));
    }

    @Test
    void aStreamEndsUpToTenSecondsBeforeItsToken() {
        LongSummaryStatistics ends = LongStream.range(0, 100).map(seed -> endsAfter(Kind.SSE, seed, 60_000)).summaryStatistics();

        assertTrue(ends.getMax() <= 60_000 && ends.getMax() > 58_000, ends::toString);
        assertTrue(ends.getMin() >= 50_000 && ends.getMin() < 52_000, ends::toString);
    }

    @Test
    void aRefreshedSessionLivesOn() {
        open().introduce("c1", ADA.expiringAt(clock.millis() + 60_000), false);
        pass(70_000);

        session.refresh(ADA.expiringAt(clock.millis() + 60_000));
        pass(80_000);
        Optional<Ending> before = transport.goodbye();
        pass(5_000);

        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(Disconnect.EXPIRED), transport.goodbye().map(Ending::cause));
    }

    @Test
    void aTokenWithoutEndNeverExpires() {
        open().introduce("c1", ADA.expiringAt(clock.millis() + 60_000), false);

        session.refresh(ADA);
        pass(1_000_000);

        assertEquals(Optional.empty(), transport.goodbye());
        assertEquals(ADA, session.identity());
    }

    @Test
    void anOldSessionIsReportedOnceAtARandomAge() {
        LongSummaryStatistics ages = LongStream.range(0, 50).map(seed -> {
            reported.clear();
            open(Kind.WEBSOCKET, Dialect.PLAIN, seed).introduce("c1", ADA, false);
            long start = clock.millis();
            while (reported.isEmpty()) {
                clock.advanceMillis(1_000);
                session.tick(false);
                session.flush();
            }
            return clock.millis() - start;
        }).summaryStatistics();
        pass(100_000);

        assertTrue(ages.getMin() >= 2_880_000 && ages.getMin() < 2_960_000, ages::toString);
        assertTrue(ages.getMax() <= 3_600_000 && ages.getMax() > 3_520_000, ages::toString);
        assertEquals(List.of("aged"), reported);
    }

    // -- migration -------------------------------------------------------------------------------------------------------------------------------

    private void migrate() {
        session.migrate(Disconnect.DRAIN, 54_000, new RetryWindow(0, 45_000), 60_000, new RetryWindow(0, 5_000));
        session.flush();
    }

    @Test
    void anExtendedClientIsToldToMoveAndIsClosedAtTheDeadline() {
        open().introduce("c1", ADA, false);

        migrate();
        List<String> told = transport.takeReceived();
        pass(59_900);
        Optional<Ending> before = transport.goodbye();
        pass(100);

        assertEquals(List.of("drain drain 0 45000 60000"), told);
        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(new Ending(Disconnect.DRAIN, 1012, "drain;min=0;max=5000")), transport.goodbye());
    }

    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = "EXTENDED", mode = EnumSource.Mode.EXCLUDE)
    void theOthersAreClosedWhenTheirTimeHasCome(Dialect dialect) {
        open(dialect == Dialect.STREAM ? Kind.SSE : Kind.WEBSOCKET, dialect, 1).introduce("c1", ADA, false);

        migrate();
        pass(53_900);
        Optional<Ending> before = transport.goodbye();
        pass(100);

        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(Disconnect.DRAIN), transport.goodbye().map(Ending::cause));
    }

    @Test
    void whoMovesIsStillServed() {
        introduced();
        migrate();
        transport.takeReceived();

        send("x");
        session.flush();

        assertEquals(List.of("x"), transport.takeReceived());
        assertTrue(session.isLive() && session.isIntroduced());
        assertEquals(ADA, session.identity());
    }

    @Test
    void whoMovesIsNotToldTwice() {
        introduced();
        migrate();
        migrate();

        assertEquals(1, transport.takeReceived().size());
    }

    @Test
    void whoIsNotIntroducedIsNotMoved() {
        open();
        migrate();

        assertEquals(List.of(), transport.takeReceived());
        assertInstanceOf(State.Opening.class, session.state());
    }

    @Test
    void aRefreshDoesNotStopAMove() {
        introduced();
        migrate();

        session.refresh(ADA.expiringAt(clock.millis() + 1_000_000));

        assertInstanceOf(State.Migrating.class, session.state());
    }

    @Test
    void aMoveIsHastenedButNeverDelayed() {
        open().introduce("c1", ADA, false);
        migrate();

        session.hasten(5_000);
        session.hasten(500_000);
        pass(4_900);
        Optional<Ending> before = transport.goodbye();
        pass(100);

        assertEquals(Optional.empty(), before);
        assertTrue(transport.goodbye().isPresent());
    }

    // -- writing ---------------------------------------------------------------------------------------------------------------------------------

    @Test
    void everythingPendingIsOneWrite() {
        introduced();
        IntStream.range(0, 10).forEach(i -> send("m" + i));

        session.flush();

        assertEquals(List.of(10), transport.writes());
        assertEquals(10, transport.takeReceived().size());
    }

    @Test
    void whatComesDuringAWriteGoesWithTheNextOne() {
        introduced();
        transport.stall();
        send("a");
        session.flush();
        IntStream.range(0, 5).forEach(i -> {
            send("b" + i);
            session.flush(); // FakeTransport refuses a second write while one is under way
        });

        transport.resume();

        assertEquals(List.of(1, 5), transport.writes());
        assertEquals(List.of("a", "b0", "b1", "b2", "b3", "b4"), transport.takeReceived());
    }

    @Test
    void nothingPendingIsNoWrite() {
        introduced();

        session.flush();

        assertEquals(List.of(), transport.writes());
    }

    @Test
    void aReaderWhoseOutboxIsFullIsSlow() {
        introduced();
        transport.stall();
        send("x".repeat(600));
        session.flush();
        send("x".repeat(400));
        assertEquals(Optional.empty(), transport.goodbye());

        send("x");

        assertEquals(Optional.of(new Ending(Disconnect.SLOW, 3008, "slow")), transport.goodbye());
        assertEquals(0, session.outboxBytes());
        assertEquals(List.of("ended SLOW"), reported);
    }

    @Test
    void oneMessageThatIsLargerThanTheOutboxIsSentToAReaderThatHasEverythingElse() {
        introduced();
        session.flush();

        send("x".repeat(5_000));
        session.flush();

        assertEquals(Optional.empty(), transport.goodbye());
        assertEquals(0, session.outboxBytes());
    }

    @Test
    void aReaderWhoseOldestByteIsTooOldIsSlow() {
        introduced();
        transport.stall();
        send("x");
        session.flush();

        pass(10_000);
        Optional<Ending> before = transport.goodbye();
        pass(100);

        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(Disconnect.SLOW), transport.goodbye().map(Ending::cause));
    }

    @Test
    void aReaderThatTakesEverythingInTimeIsNotSlow() {
        open().introduce("c1", ADA, false);
        for (int i = 0; i < 20; i++) {
            transport.stall();
            send("x");
            session.flush();
            pass(9_000);
            transport.resume();
        }

        assertEquals(Optional.empty(), transport.goodbye());
    }

    @Test
    void aQuarterOfTheOutboxIsWhereASessionStopsBeingWritable() {
        introduced();
        transport.stall();
        send("x".repeat(249));
        session.flush();
        boolean below = session.isWritable();
        send("x");
        boolean at = session.isWritable();

        transport.resume();

        assertTrue(below);
        assertFalse(at);
        assertTrue(session.isWritable());
        assertEquals(List.of("writable"), reported);
    }

    @Test
    void aBurstOfOneTurnIsWrittenWhenTheNetworkHasRoom() {
        introduced();
        send("x".repeat(900));

        boolean writable = session.isWritable();

        assertTrue(writable);
        assertEquals(List.of(1), transport.writes());
        assertEquals(List.of(), reported);
    }

    @Test
    void whoNeverAskedIsNotToldThatThereIsRoom() {
        introduced();
        transport.stall();
        send("x".repeat(900));
        session.flush();

        transport.resume();

        assertEquals(List.of(), reported);
    }

    // -- goodbyes --------------------------------------------------------------------------------------------------------------------------------

    @Test
    void whatWaitsIsWrittenBeforeTheGoodbye() {
        introduced();
        transport.stall();
        send("a");
        session.flush();
        send("b");

        session.end(ending(Disconnect.FORCE_DISCONNECT));
        Optional<Ending> whileWriting = transport.goodbye();
        transport.resume();

        assertEquals(Optional.empty(), whileWriting);
        assertEquals(List.of("a", "b", "farewell 3503"), transport.takeReceived());
        assertEquals(Optional.of(ending(Disconnect.FORCE_DISCONNECT)), transport.goodbye());
    }

    @Test
    void aSlowReaderIsNotWaitedFor() {
        introduced();
        transport.stall();
        send("a");
        session.flush();

        session.end(ending(Disconnect.SLOW));

        assertTrue(transport.goodbye().isPresent());
    }

    @Test
    void whoDoesNotAnswerAGoodbyeIsDropped() {
        introduced();
        session.end(ending(Disconnect.FORCE_DISCONNECT));

        pass(4_900);
        boolean before = transport.isAborted();
        pass(100);

        assertFalse(before);
        assertTrue(transport.isAborted());
        assertEquals(List.of("ended FORCE_DISCONNECT", "closed"), reported);
    }

    @Test
    void whoDoesNotTakeWhatWaitsBeforeTheGoodbyeIsDropped() {
        introduced();
        transport.stall();
        send("a");
        session.flush();
        session.end(ending(Disconnect.FORCE_DISCONNECT));

        pass(5_000);

        assertTrue(transport.isAborted());
        assertEquals(Optional.empty(), transport.goodbye());
        assertEquals(new State.Closed(ending(Disconnect.FORCE_DISCONNECT)), session.state());
    }

    @Test
    void aWriteThatIsTakenAfterTheEndOfTheConnectionChangesNothing() {
        introduced();
        transport.stall();
        send("a");
        session.flush();
        session.end(ending(Disconnect.FORCE_DISCONNECT));
        session.connectionClosed(Disconnect.CONNECTION_LOST);

        transport.resume();

        assertEquals(Optional.empty(), transport.goodbye());
        assertEquals(0, session.outboxBytes());
    }

    @Test
    void lastWordsThatNoLongerFitDoNotEndASessionTwice() {
        introduced();
        transport.stall();
        send("x".repeat(995));
        session.flush();

        session.end(ending(Disconnect.FORCE_DISCONNECT));
        transport.peerCloses(Disconnect.CONNECTION_LOST);

        assertEquals(2, reported.size(), reported::toString);
    }

    // -- commands --------------------------------------------------------------------------------------------------------------------------------

    @Test
    void aBurstOfCommandsIsAdmittedAndThenTheRate() {
        introduced();

        boolean burst = IntStream.range(0, 200).allMatch(_ -> session.admitsCommand());
        clock.advanceMillis(500);
        boolean refilled = IntStream.range(0, 50).allMatch(_ -> session.admitsCommand());
        Optional<Ending> before = transport.goodbye();
        boolean over = session.admitsCommand();

        assertTrue(burst && refilled && !over);
        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(new Ending(Disconnect.TOO_MANY_REQUESTS, 3013, "too many requests")), transport.goodbye());
    }

    @Test
    void restsAreNotSavedUpBeyondTheBurst() {
        introduced();
        clock.advance(Duration.ofHours(1));

        boolean burst = IntStream.range(0, 200).allMatch(_ -> session.admitsCommand());

        assertTrue(burst);
        assertFalse(session.admitsCommand());
    }

    @Test
    void thirtyFailuresInAMinuteAreToldAndTheNextOneEndsTheSession() {
        introduced();
        IntStream.range(0, 30).forEach(_ -> session.commandFailed());
        Optional<Ending> before = transport.goodbye();

        session.commandFailed();

        assertEquals(Optional.empty(), before);
        assertEquals(Optional.of(new Ending(Disconnect.TOO_MANY_ERRORS, 3509, "too many errors")), transport.goodbye());
    }

    @Test
    void eachMinuteHasItsOwnFailures() {
        introduced();
        for (int minute = 0; minute < 5; minute++) {
            IntStream.range(0, 30).forEach(_ -> session.commandFailed());
            clock.advanceMillis(60_000);
        }

        assertEquals(Optional.empty(), transport.goodbye());
    }
}
