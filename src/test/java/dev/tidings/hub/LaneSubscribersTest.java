package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.LIMITS;
import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.PASSING;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.hub.HubFixture.Client;
import dev.tidings.testing.FakeWire.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A fan-out in slices, while subscriptions come and go between them. */
class LaneSubscribersTest {
    private static final int MOST = 6;

    private static List<Client> clients(HubFixture node, int count) {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(node.connect(Dialect.EXTENDED));
            clients.getLast().subscribe(PASSING);
            clients.getLast().received();
        }
        return clients;
    }

    private static String words(int count, int slice, int turns, int... removed) {
        StringBuilder words = new StringBuilder(count + " subscribers in slices of " + slice + ", after " + turns + " turns without");
        for (int each : removed) {
            words.append(' ').append(each);
        }
        return words.toString();
    }

    @Test
    void whoStaysIsServedOnceWhoeverLeavesBetweenTwoSlices() {
        for (int count = 2; count <= MOST; count++) {
            for (int slice = 1; slice <= 3; slice++) {
                for (int turns = 0; turns * slice < count; turns++) {
                    for (int one = 0; one < count; one++) {
                        for (int other = 0; other < count; other++) {
                            removeTwo(count, slice, turns, one, other);
                        }
                    }
                }
            }
        }
    }

    private static void removeTwo(int count, int slice, int turns, int one, int other) {
        HubFixture node = new HubFixture(LIMITS, 64, slice);
        List<Client> clients = clients(node, count);
        node.publish(HubFixture.publication(PASSING, "1"));
        for (int i = 0; i < turns; i++) {
            node.loop.turn();
        }
        node.loop.call(() -> {
            node.hub.unsubscribe(clients.get(one).subscriber, PASSING);
            node.hub.unsubscribe(clients.get(other).subscriber, PASSING);
        });
        node.publish(HubFixture.publication(PASSING, "2"));
        node.loop.drain();

        for (int i = 0; i < count; i++) {
            if (i != one && i != other) {
                assertEquals(List.of("data 1", "data 2"), clients.get(i).received(), words(count, slice, turns, one, other));
            } else {
                List<String> received = clients.get(i).received();
                assertEquals(List.of("data 1").subList(0, Math.min(1, received.size())), received, words(count, slice, turns, one, other));
            }
        }
    }

    @Test
    void whoComesDuringAFanOutReadsFromHistoryWhatItCarries() {
        for (int count = 1; count <= MOST; count++) {
            for (int turns = 0; turns <= count; turns++) {
                HubFixture node = new HubFixture(LIMITS, 64, 1);
                List<Client> before = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    before.add(node.connect(Dialect.EXTENDED));
                    before.getLast().subscribe(NEWS);
                    before.getLast().received();
                }
                Client late = node.connect(Dialect.EXTENDED);
                node.publish(NEWS);
                for (int i = 0; i < turns; i++) {
                    node.loop.turn();
                }

                late.subscribe(NEWS);
                node.publish(NEWS);

                assertEquals(List.of("from 1 new", "2"), late.received());
                before.forEach(client -> assertEquals(List.of("1", "2"), client.received()));
            }
        }
    }

    @Test
    void whoComesDuringAFanOutIsNotServedByItThoughItTakesAPlaceThatIsStillToCome() {
        for (int removed = 0; removed < 3; removed++) {
            HubFixture node = new HubFixture(LIMITS, 64, 1);
            List<Client> clients = clients(node, 4);
            Client late = node.connect(Dialect.EXTENDED);
            node.publish(HubFixture.publication(PASSING, "1"));
            node.loop.turn();
            late.begin(SubscribeRequest.to(PASSING));
            Subscriber goes = clients.get(removed).subscriber;

            node.loop.call(() -> node.hub.unsubscribe(goes, PASSING));
            node.publish(HubFixture.publication(PASSING, "2"));

            assertEquals(List.of("from 0 new", "data 2"), late.received());
        }
    }

    @Test
    void whatComesDuringAFanOutWaitsForItsEnd() {
        HubFixture node = new HubFixture(LIMITS, 64, 1);
        List<Client> clients = clients(node, 4);
        for (int i = 0; i < 10; i++) {
            node.publish(HubFixture.publication(PASSING, Integer.toString(i)));
            node.loop.turn();
        }
        node.loop.drain();

        List<String> all = IntStream.range(0, 10).mapToObj(i -> "data " + i).toList();
        clients.forEach(client -> assertEquals(all, client.received()));
        assertEquals(0, HubProbe.waiting(node.lane));
    }

    @Test
    void theLastToLeaveTakesTheChannelOutOfTheIndex() {
        HubFixture node = new HubFixture(LIMITS, 64, 1);
        List<Client> clients = clients(node, 3);
        node.publish(HubFixture.publication(PASSING, "1"));
        node.loop.turn();

        node.loop.call(() -> clients.forEach(client -> node.hub.unsubscribe(client.subscriber, PASSING)));
        node.loop.drain();

        assertEquals(0, node.hub.channelCount());
        assertEquals(0, node.hub.subscriptionCount(PASSING));
        assertEquals(0, HubProbe.waiting(node.lane));
        assertEquals(List.of(), node.lane.channels());
    }
}
