package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.SHORT;
import static dev.tidings.hub.HubFixture.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every interleaving of three publications with the steps of one subscription: registered, history read, answered. Between any two steps the loop runs or
 * does not, and each publication arrives or does not, or all of them arrive twice. Nothing may be lost, doubled or out of order, and nobody may be told of a gap.
 */
class SubscribeInterleavingTest {
    private static final int STEPS = 3;
    private static final int PUBLICATIONS = 3;
    private static final int ACTIONS = STEPS + PUBLICATIONS;

    /** One course of events: bit i of each mask is about action i. */
    private record Course(int publishing, int draining, int[] copies) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            int step = 0;
            int publication = 0;
            for (int i = 0; i < ACTIONS; i++) {
                text.append((publishing >> i & 1) == 1 ? "publish x" + copies[publication++] : List.of("register", "read", "answer").get(step++));
                text.append((draining >> i & 1) == 1 ? ", turn; " : "; ");
            }
            return text.toString();
        }
    }

    private static List<Course> courses() {
        List<Course> courses = new ArrayList<>();
        for (int publishing = 0; publishing < 1 << ACTIONS; publishing++) {
            if (Integer.bitCount(publishing) != PUBLICATIONS) {
                continue;
            }
            for (int draining = 0; draining < 1 << ACTIONS - 1; draining++) { // after the last one the loop always runs
                for (int copies = 0; copies < 8; copies++) {
                    courses.add(new Course(publishing, draining, new int[] {copies & 1, copies >> 1 & 1, copies >> 2}));
                }
                courses.add(new Course(publishing, draining, new int[] {2, 2, 2}));
            }
        }
        return courses;
    }

    private static HubFixture run(Course course, HubFixture node, Client client, SubscribeRequest request) {
        node.broker.holdsReads = true;
        int step = 0;
        int publication = 0;
        for (int i = 0; i < ACTIONS; i++) {
            if ((course.publishing >> i & 1) == 1) {
                node.broker.copies = course.copies[publication++];
                node.publish(request.channel());
            } else {
                step(step++, node, client, request);
            }
            if ((course.draining >> i & 1) == 1) {
                node.loop.drain();
            }
        }
        node.broker.copies = 1;
        node.broker.holdsReads = false;
        while (node.broker.isAsked()) { // a second reading, begun while readers waited
            node.broker.read();
            node.broker.answer();
            node.loop.drain();
        }
        node.loop.drain();
        return node;
    }

    private static void step(int step, HubFixture node, Client client, SubscribeRequest request) {
        switch (step) {
            case 0 -> client.begin(request);
            case 1 -> node.broker.read();
            default -> node.broker.answer();
        }
    }

    private static List<String> after(long from, long top) {
        return IntStream.rangeClosed((int) from + 1, (int) top).mapToObj(Integer::toString).toList();
    }

    private static void check(Course course, HubFixture node, Client client, String answer, long from, long top) {
        List<String> received = new ArrayList<>(client.received());
        if (received.size() <= top - from) { // the last ones did not arrive: the comparison of positions finds it
            node.pass(Duration.ofSeconds(85));
            received.addAll(client.received());
        }
        List<String> expected = new ArrayList<>(List.of(answer));
        expected.addAll(after(from, top));
        assertEquals(expected, received, course::toString);
    }

    @ParameterizedTest
    @EnumSource
    void whoComesBackGetsEverythingAfterItsPosition(Dialect dialect) {
        for (Course course : courses()) {
            HubFixture node = new HubFixture();
            node.publish(NEWS, 2);
            Client client = node.connect(dialect);

            run(course, node, client, at(NEWS, node.top(NEWS).at(1)));

            check(course, node, client, "from 1 recovered", 1, 5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoComesFirstGetsEverythingAfterWhatItIsTold(Dialect dialect) {
        for (Course course : courses()) {
            HubFixture node = new HubFixture();
            node.publish(NEWS, 2);
            Client client = node.connect(dialect);

            run(course, node, client, SubscribeRequest.to(NEWS));

            long from = client.answers.getFirst().from().orElseThrow().offset();
            assertTrue(from >= 2 && from <= 5);
            check(course, node, client, "from " + from + " new", from, 5);
        }
    }

    /** With a history of three, some courses lose something for good: then everything is received or told of. */
    @ParameterizedTest
    @EnumSource(value = Dialect.class, names = "PLAIN", mode = EnumSource.Mode.EXCLUDE)
    void whatHistoryNoLongerHasIsToldOf(Dialect dialect) {
        for (Course course : courses()) {
            HubFixture node = new HubFixture();
            node.publish(SHORT, 2);
            Client client = node.connect(dialect);

            run(course, node, client, at(SHORT, node.top(SHORT).at(0)));
            node.publish(SHORT); // arrives, and shows what did not

            assertAccounted(course, client, SHORT, 6);
        }
    }

    private static void assertAccounted(Course course, Client client, Channel channel, long top) {
        long at = 0;
        for (String word : client.received()) {
            if (word.startsWith("from ")) {
                String[] parts = word.split(" ");
                assertTrue(word.contains("gap") || at == Long.parseLong(parts[1]), () -> word + " in " + course);
                at = Long.parseLong(parts[1]);
            } else if (word.startsWith("gap ")) {
                String[] ends = word.substring(word.lastIndexOf(' ') + 1).split("-");
                assertEquals(at, Long.parseLong(ends[0]), course::toString);
                at = Long.parseLong(ends[1]);
            } else {
                assertEquals(++at, Long.parseLong(word), course::toString);
            }
        }
        assertEquals(top, at, () -> channel + " in " + course);
    }
}
