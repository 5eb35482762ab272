package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.LIMITS;
import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.PASSING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.session.Disconnect;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The turns of a lane: what one of them takes, and what it leaves for the next. */
class LaneTest {
    private static Client subscribed(HubFixture node, Channel channel) {
        Client client = node.connect(Dialect.EXTENDED);
        client.subscribe(channel);
        client.received();
        return client;
    }

    @Test
    void aLaneThatHadNoTimeHoldsNoSilenceAgainstItsClients() {
        HubFixture node = new HubFixture();
        Client silent = node.open(Dialect.EXTENDED);

        node.clock.advance(LIMITS.session().connectTimeout().plusSeconds(1));
        node.loop.call(() -> HubProbe.sweep(node.lane));
        assertTrue(silent.subscriber.session().isLive(), "what it sent may be unread");

        node.pass(Duration.ofMillis(500));
        assertEquals(Disconnect.STALE, silent.transport.goodbye().orElseThrow().cause());
    }

    @Test
    void aBurstIsOneWriteForEachSession() {
        HubFixture node = new HubFixture();
        List<Client> clients = List.of(subscribed(node, NEWS), subscribed(node, NEWS), subscribed(node, NEWS));
        int writesBefore = clients.getFirst().transport.writes().size();
        node.publish(NEWS, 100);

        node.loop.drain();

        for (Client client : clients) {
            assertEquals(List.of(100), client.transport.writes().subList(writesBefore, client.transport.writes().size()));
        }
    }

    @Test
    void aBurstInSeveralChannelsIsOneWriteToo() {
        HubFixture node = new HubFixture();
        Client client = subscribed(node, NEWS);
        client.subscribe(PASSING);
        int writesBefore = client.transport.writes().size();
        for (int i = 0; i < 10; i++) {
            node.publish(NEWS);
            node.publish(PASSING);
        }

        node.loop.drain();

        assertEquals(List.of(20), client.transport.writes().subList(writesBefore, client.transport.writes().size()));
    }

    @Test
    void aBurstSchedulesOneTurn() {
        HubFixture node = new HubFixture();
        subscribed(node, NEWS);

        node.publish(NEWS, 100);

        assertEquals(1, node.loop.waiting());
    }

    @Test
    void aTurnServes512Subscriptions() {
        HubFixture node = new HubFixture();
        List<Client> clients = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(_ -> {
            node.clock.advanceMillis(10); // admission
            clients.add(subscribed(node, PASSING));
        });
        node.publish(PASSING);

        node.loop.turn();
        long first = clients.stream().filter(client -> !client.transport.takeReceived().isEmpty()).count();
        boolean another = node.loop.turn();
        long second = clients.stream().filter(client -> !client.transport.takeReceived().isEmpty()).count();

        assertEquals(List.of(512L, 488L), List.of(first, second));
        assertTrue(another);
    }

    @Test
    void aLargeFanOutDoesNotHoldASmallOne() {
        HubFixture node = new HubFixture(LIMITS, 64, 2);
        for (int i = 0; i < 20; i++) {
            subscribed(node, PASSING);
        }
        Client small = subscribed(node, NEWS);
        node.publish(PASSING);
        node.publish(NEWS);

        node.loop.turn();
        node.loop.turn();

        assertEquals(1, small.transport.takeReceived().size());
    }

    @Test
    void whatOverflowsIsReadFromHistory() {
        HubFixture node = new HubFixture(LIMITS, 8, 512);
        Client client = subscribed(node, NEWS);
        node.pass(Duration.ofSeconds(1));
        node.publish(NEWS, 30);
        List<String> first = client.received();

        node.pass(Duration.ofSeconds(3));

        assertEquals(8, first.size());
        assertEquals(IntStream.rangeClosed(9, 30).mapToObj(Integer::toString).toList(), client.received());
    }

    @Test
    void whatOverflowsWithoutHistoryIsDroppedAndCounted() {
        HubFixture node = new HubFixture(LIMITS, 8, 512);
        List<Client> clients = List.of(subscribed(node, PASSING), subscribed(node, PASSING));

        node.publish(PASSING, 30);

        clients.forEach(client -> assertEquals(8, client.received().size()));
        assertEquals(2 * 22, node.metrics.of("dropped lane_full"));
    }

    @Test
    void whatIsDeliveredIsCounted() {
        HubFixture node = new HubFixture();
        subscribed(node, NEWS);
        subscribed(node, NEWS);

        node.publish(NEWS, 5);
        node.loop.drain();

        assertEquals(10, node.metrics.of("delivered"));
        assertEquals(5, node.metrics.of("latency"));
    }

    @Test
    void timersRunInOrderAtTheFirstSweepAfterTheirDelay() {
        HubFixture node = new HubFixture();
        List<String> ran = new ArrayList<>();
        node.lane.after(Duration.ofSeconds(2), () -> ran.add("b"));
        node.lane.after(Duration.ofSeconds(1), () -> ran.add("a"));
        node.lane.after(Duration.ofSeconds(2), () -> ran.add("c"));

        node.pass(Duration.ofMillis(1_500));
        List<String> early = List.copyOf(ran);
        node.pass(Duration.ofMillis(500));

        assertEquals(List.of("a"), early);
        assertEquals(List.of("a", "b", "c"), ran);
        assertEquals(0, HubProbe.timers(node.lane));
    }

    @Test
    void aTaskOfTheLaneRunsAtOnceAndAnyOtherInOrder() {
        HubFixture node = new HubFixture();
        List<String> ran = new ArrayList<>();
        node.lane.execute(() -> {
            ran.add("outer");
            node.lane.execute(() -> ran.add("inner"));
            node.lane.later(() -> ran.add("later"));
            ran.add("end");
        });
        boolean nothingYet = ran.isEmpty();

        node.loop.drain();

        assertTrue(nothingYet);
        assertEquals(List.of("outer", "inner", "end", "later"), ran);
    }

    @Test
    void aFlushThatEndsSessionsDoesNotDisturbTheOthers() {
        HubFixture node = new HubFixture(HubFixture.narrow());
        Client slow = subscribed(node, PASSING);
        Client quick = subscribed(node, PASSING);
        slow.stall();

        node.publish(PASSING, 30);
        node.loop.drain();

        assertTrue(slow.transport.goodbye().isPresent());
        assertEquals(0, quick.subscriber.session().outboxBytes());
    }

    @Test
    void theBytesThatWaitAreKnownAfterASweep() {
        HubFixture node = new HubFixture();
        Client client = subscribed(node, NEWS);
        client.stall();
        node.publish(NEWS);
        node.loop.drain();

        node.pass(Duration.ofMillis(500));

        assertEquals(client.subscriber.session().outboxBytes(), node.lane.outboxBytes());
        assertTrue(node.lane.outboxBytes() > 0);
    }
}
