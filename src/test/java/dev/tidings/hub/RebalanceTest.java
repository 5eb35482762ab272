package dev.tidings.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Nodes.Report;
import dev.tidings.broker.Nodes.State;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.hub.Rebalance.Edge;
import dev.tidings.hub.Rebalance.Look;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One node that has more than its share, beside another whose reports the test makes up. */
class RebalanceTest {
    private static final int LIMIT = 20_000;
    private static final Duration TICK = Duration.ofSeconds(5);
    private HubFixture node = new HubFixture();

    private List<Client> clients(Dialect dialect, int count) {
        return IntStream.range(0, count).mapToObj(_ -> node.connect(dialect)).toList();
    }

    /** Connects them long enough ago. */
    private List<Client> settled(Dialect dialect, int count) {
        List<Client> clients = clients(dialect, count);
        node.pass(Duration.ofSeconds(61));
        clients.forEach(Client::received);
        return clients;
    }

    private void other(State state, long connections, long limit, long ageMillis) {
        node.shared.put(new Report("other", state, connections, limit, "1.0", node.clock.millis() - ageMillis));
    }

    private void other(long connections) {
        other(State.READY, connections, LIMIT, 0);
    }

    private Look tick() {
        node.pass(TICK);
        return node.tick();
    }

    private Look tickBeside(long connections) {
        node.pass(TICK);
        other(connections);
        return node.tick();
    }

    private List<Edge> ticksBeside(long connections, int count) {
        return IntStream.range(0, count).mapToObj(_ -> tickBeside(connections).edge()).toList();
    }

    private int moved() {
        return node.metrics.of("rebalanced");
    }

    private static long told(List<Client> clients) {
        return clients.stream().filter(isTold()).count();
    }

    private static Predicate<Client> isTold() {
        return client -> client.received().contains("drain rebalance 0 7500 10000");
    }

    @Test
    void inTheThirdTickWithTooManyItBegins() {
        settled(Dialect.EXTENDED, 300);

        List<Edge> edges = ticksBeside(100, 2);
        int before = moved();
        Look third = tickBeside(100);

        assertEquals(List.of(Edge.NONE, Edge.NONE), edges);
        assertEquals(0, before);
        assertEquals(new Look(Edge.BEGUN, 300, 200, 2, 0), third);
        assertEquals(30, moved());
    }

    @Test
    void forAWhileAfterANodeCameNothingIsMoved() {
        node = new HubFixture(new Rebalance.Options(true, 10, 50, Duration.ofSeconds(60), Duration.ofSeconds(30)));
        settled(Dialect.EXTENDED, 300);

        List<Edge> edges = ticksBeside(100, 6); // the first sees it, 25 s pass
        int before = moved();
        Look later = tickBeside(100);

        assertEquals(Collections.nCopies(6, Edge.NONE), edges);
        assertEquals(0, before);
        assertEquals(Edge.BEGUN, later.edge());
        assertTrue(moved() > 0);
    }

    @Test
    void aNodeThatComesWhileSessionsAreMovedStopsThat() {
        node = new HubFixture(new Rebalance.Options(true, 10, 50, Duration.ofSeconds(60), Duration.ofSeconds(30)));
        settled(Dialect.EXTENDED, 600);
        ticksBeside(100, 7);
        int before = moved();

        node.shared.put(new Report("third", State.READY, 0, LIMIT, "1.0", node.clock.millis() + TICK.toMillis()));
        Look look = tickBeside(100);

        assertEquals(Edge.ENDED, look.edge());
        assertEquals(before, moved());
    }

    @Test
    void oneTickWithoutTooManyBeginsTheCountAnew() {
        settled(Dialect.EXTENDED, 300);
        ticksBeside(100, 2);

        ticksBeside(290, 1);

        assertEquals(List.of(Edge.NONE, Edge.NONE, Edge.BEGUN), ticksBeside(100, 3));
    }

    @Test
    void tenPercentAboveTheMeanAreBorneAndSoAreFifty() {
        settled(Dialect.EXTENDED, 200);
        int hundredAndFifty = ticksBeside(100, 4).size(); // 50 above the mean of 150
        assertEquals(0, moved());
        clients(Dialect.EXTENDED, 800);
        node.pass(Duration.ofSeconds(61));

        ticksBeside(819, 4); // 1,000 are less than 10 % above 909.5
        int tolerated = moved();
        ticksBeside(817, 4); // and more than 10 % above 908.5

        assertEquals(4, hundredAndFifty);
        assertEquals(0, tolerated);
        assertTrue(moved() > 0);
    }

    @Test
    void withExtendedClientsTheMoveIsMakeBeforeBreak() {
        List<Client> clients = settled(Dialect.EXTENDED, 300);

        ticksBeside(100, 3);

        List<Client> told = clients.stream().filter(isTold()).toList();
        assertEquals(30, told.size());
        assertTrue(clients.stream().allMatch(client -> client.transport.goodbye().isEmpty()));
        node.pass(Duration.ofSeconds(10));
        assertTrue(told.stream().allMatch(client -> client.transport.goodbye().orElseThrow().equals(new Ending(Disconnect.REBALANCE, 1012, "rebalance;min=0;max=3000"))));
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "STREAM"})
    void theOthersAreClosedEvenlyWithinTenSeconds(Dialect dialect) {
        List<Client> clients = settled(dialect, 900);
        ticksBeside(0, 3); // 2 % a second of 900

        List<Integer> closedBySecond = new ArrayList<>();
        for (int second = 1; second <= 10; second++) {
            node.pass(Duration.ofSeconds(1));
            closedBySecond.add((int) clients.stream().filter(client -> client.transport.goodbye().isPresent()).count());
        }

        assertEquals(90, closedBySecond.getLast());
        assertEquals(90, closedBySecond.get(8), "the last second is for nobody");
        int inOneSecond = IntStream.range(1, 9).map(i -> closedBySecond.get(i) - closedBySecond.get(i - 1)).max().orElseThrow();
        assertTrue(inOneSecond < 25, () -> inOneSecond + " in a second: " + closedBySecond);
        Client closed = clients.stream().filter(client -> client.transport.goodbye().isPresent()).findFirst().orElseThrow();
        assertEquals("rebalance;min=0;max=3000", closed.transport.goodbye().orElseThrow().reason());
    }

    @Test
    void aNewNodeHoldsItUpForAsLongAsARolloutMayPause() {
        node = new HubFixture(new Rebalance.Options(true, 10, 50, Duration.ofSeconds(60), Duration.ofSeconds(40)));
        settled(Dialect.EXTENDED, 300);

        ticksBeside(100, 8); // the first of them sees the other node for the first time
        long within = moved();
        ticksBeside(100, 4);

        assertEquals(0, within);
        assertTrue(moved() > 0, "it never began");
    }

    @Test
    void aTickMovesNoMoreThanTheRateAllows() {
        node = new HubFixture(new Rebalance.Options(true, 10, 3, Duration.ofSeconds(60), Duration.ZERO));
        settled(Dialect.EXTENDED, 300);

        ticksBeside(100, 3);

        assertEquals(15, moved());
    }

    @Test
    void aTickMovesNoMoreThanTheExcess() {
        settled(Dialect.EXTENDED, 800);
        ticksBeside(640, 3); // 80 above the mean of 720

        assertEquals(80, moved());
    }

    @Test
    void aTickMovesNoMoreThanTheOthersHavePlacesFor() {
        settled(Dialect.EXTENDED, 300);
        for (int i = 0; i < 3; i++) {
            node.pass(TICK);
            other(State.READY, 100, 107, 0);
            node.tick();
        }

        assertEquals(7, moved());
    }

    @Test
    void whoIsOnItsWayIsNotMovedForAgain() {
        settled(Dialect.EXTENDED, 800); // nobody moves by itself here: all stay until the end of their ten seconds
        ticksBeside(640, 3);

        Look next = tickBeside(640);

        assertEquals(80, moved());
        assertEquals(new Look(Edge.ENDED, 800, 720, 2, 80), next);
    }

    @Test
    void itEndsAtHalfTheTolerance() {
        settled(Dialect.EXTENDED, 1_000);
        ticksBeside(700, 3); // 850: 150 too many, 100 of them in the first tick
        int first = moved();

        Look second = tickBeside(740); // 900 are not moving, 5 % above 870 are 913.5
        assertEquals(100, first);
        assertEquals(Edge.ENDED, second.edge());
        assertEquals(100, moved());
    }

    @Test
    void itGoesOnAsLongAsThereAreMoreThanHalfTheTolerance() {
        settled(Dialect.EXTENDED, 1_000);
        ticksBeside(700, 3);

        Look second = tickBeside(700); // 900 are not moving, 5 % above 850 are 892.5

        assertEquals(Edge.NONE, second.edge());
        assertEquals(150, moved());
    }

    @Test
    void youngSessionsAreLeftAlone() {
        List<Client> old = settled(Dialect.EXTENDED, 20);
        List<Client> young = clients(Dialect.EXTENDED, 280);
        ticksBeside(100, 3);

        assertEquals(20, told(old));
        assertEquals(0, told(young));
        assertEquals(20, moved());
    }

    @Test
    void whoIsMovedIsChosenAtRandom() {
        List<Client> clients = settled(Dialect.EXTENDED, 400);

        ticksBeside(0, 3);

        List<Integer> chosen = new ArrayList<>(IntStream.range(0, 400).filter(i -> isTold().test(clients.get(i))).boxed().toList());
        assertEquals(40, chosen.size());
        assertTrue(Collections.min(chosen) < 60 && Collections.max(chosen) > 340, chosen::toString);
        assertTrue(chosen.stream().filter(i -> i < 200).count() > 8 && chosen.stream().filter(i -> i >= 200).count() > 8, chosen::toString);
    }

    @ParameterizedTest
    @EnumSource(value = State.class, names = {"DRAINING", "DEGRADED"})
    void whileANodeIsEmptiedOrDegradedNobodyIsMoved(State state) {
        settled(Dialect.EXTENDED, 300);
        for (int i = 0; i < 4; i++) {
            node.pass(TICK);
            other(100);
            node.shared.put(new Report("third", state, 100, LIMIT, "1.0", node.clock.millis()));
            assertEquals(Edge.NONE, node.tick().edge());
        }

        assertEquals(0, moved());
    }

    @Test
    void itEndsWhenANodeIsEmptied() {
        settled(Dialect.EXTENDED, 300);
        ticksBeside(100, 3);
        node.pass(TICK);
        other(100);
        node.shared.put(new Report("third", State.DRAINING, 100, LIMIT, "1.0", node.clock.millis()));

        assertEquals(Edge.ENDED, node.tick().edge());
        assertEquals(30, moved());
    }

    @Test
    void aNodeWhoseBrokerIsAwayMovesNobody() {
        settled(Dialect.EXTENDED, 300);
        node.broker.isAway = true;

        assertEquals(List.of(Edge.NONE, Edge.NONE, Edge.NONE, Edge.NONE), ticksBeside(100, 4));
        assertEquals(State.DEGRADED, node.hub.state());
        assertEquals(0, moved());
    }

    @Test
    void aNodeThatIsEmptiedMovesNobodyBesides() {
        settled(Dialect.EXTENDED, 300);
        node.hub.drain().start(Duration.ofSeconds(60));

        ticksBeside(100, 4);

        assertEquals(State.DRAINING, node.hub.state());
        assertEquals(0, moved());
    }

    @Test
    void oneNodeAloneMovesNobody() {
        settled(Dialect.EXTENDED, 300);
        IntStream.range(0, 5).forEach(_ -> tick());

        assertEquals(0, moved());
        assertEquals(new Look(Edge.NONE, 300, 300, 1, 0), tick());
    }

    @Test
    void aNodeThatMissedAReportDoesNotCount() {
        settled(Dialect.EXTENDED, 300);
        for (int i = 0; i < 4; i++) {
            node.pass(TICK);
            other(State.READY, 100, LIMIT, 10_001);
            assertEquals(1, node.tick().nodes());
        }
        assertEquals(0, moved());

        node.pass(TICK);
        other(State.READY, 100, LIMIT, 10_000);
        assertEquals(2, node.tick().nodes());
    }

    @Test
    void withoutReportsNothingBeginsAndWhatHadBegunEnds() {
        settled(Dialect.EXTENDED, 300);
        ticksBeside(100, 2);
        node.shared.setAway(true);
        Edge blind = tickBeside(100).edge();
        node.shared.setAway(false);
        List<Edge> again = ticksBeside(100, 3);
        node.shared.setAway(true);
        Look blindAgain = tickBeside(100);

        assertEquals(Edge.NONE, blind);
        assertEquals(List.of(Edge.NONE, Edge.NONE, Edge.BEGUN), again);
        assertEquals(new Look(Edge.ENDED, 300, 300, 0, 30), blindAgain);
        assertEquals(30, moved());
    }

    @Test
    void reportsThatComeBackTogetherAreNotTicksRunning() {
        settled(Dialect.EXTENDED, 300);
        node.shared.setSlow(true);
        for (int i = 0; i < 3; i++) {
            node.pass(TICK);
            node.hub.rebalance().tick();
        }
        other(100);
        node.shared.setSlow(false);

        assertEquals(List.of(Edge.NONE, Edge.BEGUN), ticksBeside(100, 2)); // the one that came back counts once
    }

    @Test
    void switchedOffItReportsAndMovesNobody() {
        node = new HubFixture(new Rebalance.Options(false, 10, 50, Duration.ofSeconds(60), Duration.ZERO));
        settled(Dialect.EXTENDED, 300);

        ticksBeside(100, 4);

        assertEquals(0, moved());
        assertEquals(List.of("n1 300", "other 100"), node.hub.roster().seen().stream().map(report -> report.node() + ' ' + report.connections()).toList());
    }

    @Test
    void sessionsThatEndOnTheirWayAreNoLongerCounted() {
        List<Client> clients = settled(Dialect.EXTENDED, 300);
        ticksBeside(100, 3);
        clients.stream().filter(isTold()).forEach(client -> client.close(Disconnect.CLIENT_CLOSED));

        Look next = tickBeside(130);

        assertEquals(270, next.connections());
        assertEquals(57, moved()); // 27 more: 2 % a second of 270, so none counts as moving
    }
}
