package dev.tidings.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.hub.HubFixture.Client;
import dev.tidings.hub.Rebalance.Edge;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Identity;
import dev.tidings.testing.FakeWire.Dialect;
import dev.tidings.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three nodes with 5,000 clients become five, behind balancers that know nothing of it; every node judges for itself. */
class RebalanceConvergenceTest {
    private static final int CLIENTS = 5_000;
    private static final long STEP_MILLIS = 500;
    private static final long TICK_MILLIS = 5_000;

    private final SplittableRandom random = new SplittableRandom(7);
    private final List<HubFixture> nodes = new ArrayList<>();
    private final List<Moving> clients = new ArrayList<>();
    private final List<String> edges = new ArrayList<>();
    private ManualClock clock;
    private Balancer balancer;
    private int turn;
    private int moves;
    private long shortestStay = Long.MAX_VALUE;
    private double evenedOutAfterSeconds;

    enum Balancer {
        RANDOM, ROUND_ROBIN, LEAST_CONNECTIONS
    }

    /** A client that moves as the protocol asks it to. */
    private final class Moving {
        private final Dialect dialect = Dialect.values()[random.nextInt(3)];
        private Client connection = place();
        private long arrivedAt = Long.MIN_VALUE / 2;
        private long moveAt = Long.MAX_VALUE;
        private long reconnectAt = Long.MAX_VALUE;

        private Client place() {
            return pick().connect(dialect, Identity.ANONYMOUS, "");
        }

        void step(long now) {
            if (now >= reconnectAt) {
                reconnectAt = Long.MAX_VALUE;
                arrive(now);
            } else if (connection == null) {
                return;
            } else if (connection.transport.goodbye().isPresent()) {
                assertEquals("rebalance;min=0;max=3000", connection.transport.goodbye().get().reason());
                toldToMove(now);
                leave();
                reconnectAt = now + random.nextLong(3_000);
            } else if (now >= moveAt) {
                Client old = connection;
                arrive(now);
                old.close(Disconnect.CLIENT_CLOSED);
            } else if (connection.transport.takeReceived().contains("drain rebalance 0 7500 10000")) {
                toldToMove(now);
                moveAt = now + random.nextLong(7_500);
            }
        }

        private void toldToMove(long now) {
            moves++;
            shortestStay = Math.min(shortestStay, now - arrivedAt);
        }

        private void arrive(long now) {
            moveAt = Long.MAX_VALUE;
            connection = place();
            arrivedAt = now;
        }

        private void leave() {
            connection.close(Disconnect.CONNECTION_LOST);
            connection = null;
        }
    }

    private HubFixture pick() {
        return switch (balancer) {
            case RANDOM -> nodes.get(random.nextInt(nodes.size()));
            case ROUND_ROBIN -> nodes.get(turn++ % nodes.size());
            case LEAST_CONNECTIONS -> nodes.stream().min(Comparator.comparingLong(node -> node.hub.connections())).orElseThrow();
        };
    }

    private double skew() {
        long most = nodes.stream().mapToLong(node -> node.hub.connections()).max().orElseThrow();
        return most / nodes.stream().mapToLong(node -> node.hub.connections()).average().orElseThrow();
    }

    private void pass(Duration duration) {
        long end = clock.millis() + duration.toMillis();
        while (clock.millis() < end) {
            clock.advanceMillis(STEP_MILLIS);
            for (int i = 0; i < nodes.size(); i++) {
                HubFixture node = nodes.get(i);
                node.loop.call(() -> HubProbe.sweep(node.lane));
                node.loop.drain();
                if ((clock.millis() + i * 1_000L) % TICK_MILLIS < STEP_MILLIS) { // each at a moment of its own
                    Edge edge = node.tick().edge();
                    if (edge != Edge.NONE) {
                        edges.add("n" + (i + 1) + ' ' + edge);
                    }
                }
            }
            clients.forEach(client -> client.step(clock.millis()));
        }
    }

    private void begin() {
        nodes.add(new HubFixture(Rebalance.Options.DEFAULTS));
        clock = nodes.getFirst().clock;
        nodes.add(new HubFixture(nodes.getFirst(), "n2"));
        nodes.add(new HubFixture(nodes.getFirst(), "n3"));
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Moving());
        }
        pass(Duration.ofMinutes(2));
        assertEquals(List.of(), edges);
    }

    /** Two more nodes. */
    private void scaleOut() {
        nodes.add(new HubFixture(nodes.getFirst(), "n" + (nodes.size() + 1)));
        nodes.add(new HubFixture(nodes.getFirst(), "n" + (nodes.size() + 1)));
    }

    @Test
    void noClientIsMovedTwiceWithinAMinuteAlsoWhenMoreNodesComeMeanwhile() {
        balancer = Balancer.RANDOM;
        begin();
        scaleOut();
        pass(Duration.ofMinutes(3));

        scaleOut();
        pass(Duration.ofMinutes(5));

        System.out.printf("3 to 5 to 7 nodes: max/mean %.3f, %d moves for %d unavoidable ones, shortest stay %.1f s%n", skew(), moves, CLIENTS * 4 / 7, shortestStay / 1000.0);
        assertTrue(skew() <= 1.15, () -> "max/mean is " + skew());
        assertTrue(moves > CLIENTS, "some clients were moved twice, or this shows nothing");
        assertTrue(shortestStay >= 60_000, () -> "a client was moved again after " + shortestStay + " ms");
    }

    @ParameterizedTest
    @CsvSource({"RANDOM, 2.6", "ROUND_ROBIN, 2.6", "LEAST_CONNECTIONS, 1.2"})
    void theyAreEvenWithinThreeMinutesAndStaySo(Balancer balancer, double mostMovesPerUnavoidableOne) {
        this.balancer = balancer;
        begin();
        scaleOut();

        double seconds = 0;
        while (seconds < 180) {
            pass(Duration.ofSeconds(5));
            seconds += 5;
            evenedOutAfterSeconds = skew() > 1.15 ? seconds + 5 : evenedOutAfterSeconds;
        }
        double after = skew();
        int movesBy = moves;
        pass(Duration.ofMinutes(10));

        long unavoidable = CLIENTS * 2 / 5;
        System.out.printf("%s: max/mean <= 1.15 from second %.0f on, %.3f after 3 min, %.3f after 13; %d moves for %d unavoidable ones%n", balancer,
                evenedOutAfterSeconds, after, skew(), moves, unavoidable);
        assertTrue(after <= 1.15, () -> "max/mean is " + after);
        assertTrue(evenedOutAfterSeconds < 180);
        assertTrue(moves <= mostMovesPerUnavoidableOne * unavoidable, () -> moves + " moves");
        assertEquals(movesBy, moves, "it went on moving clients after it was even");
        assertEquals(6, edges.size(), "each of the three begins and ends once");
        assertEquals(CLIENTS, nodes.stream().mapToLong(node -> node.hub.connections()).sum());
    }
}
