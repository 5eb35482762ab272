package dev.tidings.hub;

import static dev.tidings.hub.HubFixture.NEWS;
import static dev.tidings.hub.HubFixture.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.hub.Admission.Reason;
import dev.tidings.hub.Admission.Refused;
import dev.tidings.hub.HubFixture.Client;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.RetryWindow;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Emptying a node without a storm; protocol section 12. */
class DrainTest {
    private static final Duration WINDOW = Duration.ofSeconds(60);
    private final HubFixture node = new HubFixture();

    private void start() {
        node.hub.drain().start(WINDOW);
        node.loop.drain();
    }

    /** The second from now, counted from 0, in which each client is told goodbye; in order. */
    private List<Long> goodbyes(List<Client> clients, Duration within) {
        List<Long> at = new ArrayList<>();
        List<Client> left = new ArrayList<>(clients);
        long start = node.clock.millis();
        while (node.clock.millis() < start + within.toMillis()) {
            node.pass(Duration.ofMillis(500));
            left.removeIf(client -> {
                boolean gone = client.transport.goodbye().isPresent();
                if (gone) {
                    at.add((node.clock.millis() - start - 1) / 1000); // in the half second until now
                }
                return gone;
            });
        }
        return at;
    }

    private List<Client> clients(Dialect dialect, int count) {
        return IntStream.range(0, count).mapToObj(_ -> node.connect(dialect)).toList();
    }

    @Test
    void extendedClientsAreToldAWindowAndMoveThemselves() {
        Client client = node.connect(Dialect.EXTENDED);

        start();

        assertEquals(List.of("drain drain 0 45000 60000"), client.received());
        node.pass(Duration.ofSeconds(59));
        assertEquals(Optional.empty(), client.transport.goodbye());
    }

    @Test
    void whoHasNotMovedAtTheEndIsClosed() {
        Client client = node.connect(Dialect.EXTENDED);
        start();

        node.pass(WINDOW);

        assertEquals(Optional.of(new Ending(Disconnect.DRAIN, 1012, "drain;min=0;max=5000")), client.transport.goodbye());
    }

    private static long within(List<Long> seconds, int from, int to) {
        return seconds.stream().filter(second -> second >= from && second < to).count();
    }

    /** That many, two more or fewer, in each so many seconds from the beginning on. */
    private static void assertEven(int count, int step, int until, List<Long> seconds) {
        for (int second = 0; second < until; second += step) {
            assertEquals(count, within(seconds, second, second + step), 2, seconds::toString);
        }
    }

    @Test
    void theOthersAreClosedEvenlyOverNineTenthsOfTheWindow() {
        List<Client> clients = new ArrayList<>(clients(Dialect.PLAIN, 270));
        clients.addAll(clients(Dialect.STREAM, 270));
        start();

        List<Long> at = goodbyes(clients, WINDOW);

        assertEquals(540, at.size());
        assertEven(20, 2, 54, at);
    }

    @Test
    void fewerAreClosedWhileThoseThatWereToldLeave() {
        List<Client> clients = clients(Dialect.PLAIN, 300);
        clients(Dialect.EXTENDED, 240);
        start();

        List<Long> at = goodbyes(clients, WINDOW);

        // 540 in 54 s are 10 a second; those that were told are 240 in 45 s
        assertEven(14, 3, 45, at);
        assertEquals(90, within(at, 45, 54), 2);
    }

    @Test
    void mostAreToldAndTheFewOthersAreClosedWhenTheyHaveLeft() {
        List<Client> few = clients(Dialect.PLAIN, 9);
        clients(Dialect.EXTENDED, 91);
        start();

        List<Long> at = goodbyes(few, WINDOW);

        assertEquals(List.of(0L, 9L), List.of(within(at, 0, 45), within(at, 45, 54)));
    }

    @Test
    void whoCameFirstIsNotClosedFirst() {
        List<Client> clients = clients(Dialect.PLAIN, 100);
        start();

        goodbyes(clients, Duration.ofSeconds(27));

        long early = clients.subList(0, 50).stream().filter(client -> client.transport.goodbye().isPresent()).count();
        assertTrue(early > 10 && early < 40, () -> early + " of the first 50 are among the 50 that are closed first");
    }

    @Test
    void whoIsClosedMayComeBackAtOnceBecauseTheClosesAreSpread() {
        Client client = node.connect(Dialect.PLAIN);
        start();
        node.pass(WINDOW);

        assertEquals(Optional.of("drain;min=0;max=3000"), client.transport.goodbye().map(Ending::reason));
    }

    @Test
    void whileDrainingPublicationsAreDelivered() {
        Client client = node.connect(Dialect.EXTENDED);
        client.subscribe(NEWS);
        start();
        client.received();

        node.publish(NEWS);

        assertEquals(List.of("1"), client.received());
    }

    @Test
    void nobodyIsAdmittedAnyMore() {
        boolean before = node.hub.drain().isDraining();
        start();

        Optional<Refused> refused = node.hub.admit();

        assertFalse(before);
        assertTrue(node.hub.drain().isDraining());
        assertEquals(Optional.of(new Refused(Reason.DRAIN, new RetryWindow(0, 3_000))), refused);
    }

    @Test
    void whoWasAdmittedBeforeIsMovedWithinWhatIsLeft() {
        Client late = node.open(Dialect.EXTENDED);
        start();
        node.clock.advance(Duration.ofSeconds(5));

        late.connect(new ConnectRequest(user("ada"), "", false, List.of(), false, false));
        List<String> told = late.received();
        node.pass(Duration.ofSeconds(55));

        assertEquals(List.of("drain drain 0 41250 55000"), told);
        assertTrue(late.transport.goodbye().isPresent());
    }

    @Test
    void whoHasNotIntroducedItselfAtTheEndIsClosedToo() {
        HubFixture patient = new HubFixture();
        Client silent = patient.open(Dialect.EXTENDED);
        patient.hub.drain().start(Duration.ofSeconds(5));
        patient.loop.drain();

        patient.pass(Duration.ofSeconds(5));

        assertEquals(Optional.of(Disconnect.DRAIN), silent.transport.goodbye().map(Ending::cause));
    }

    @Test
    void aSecondStartChangesNothing() {
        Client client = node.connect(Dialect.EXTENDED);
        start();
        client.received();

        start();

        assertEquals(List.of(), client.received());
    }

    @Test
    void aStartIsCompleteWhenEveryLaneKnows() {
        node.connect(Dialect.EXTENDED);

        CompletionStage<Void> started = node.hub.drain().start(WINDOW);
        boolean before = started.toCompletableFuture().isDone();
        node.loop.drain();

        assertFalse(before);
        assertTrue(started.toCompletableFuture().isDone());
    }

    @Test
    void lessTimeThanPlannedIsSpreadToo() {
        List<Client> clients = new ArrayList<>(clients(Dialect.PLAIN, 100));
        clients.addAll(clients(Dialect.EXTENDED, 100));
        start();

        node.hub.drain().hasten(Duration.ofSeconds(20));
        node.loop.drain();
        List<Long> at = goodbyes(clients, Duration.ofSeconds(20));

        assertEquals(200, at.size());
        assertEquals(200, within(at, 0, 18)); // of those that had a place of their own before, some leave sooner
        assertTrue(within(at, 9, 18) > 75, at::toString);
    }

    @Test
    void whoWasToldAndHasLessTimeIsClosedEvenly() {
        List<Client> clients = clients(Dialect.EXTENDED, 360);
        start();

        node.hub.drain().hasten(Duration.ofSeconds(20));
        node.loop.drain();
        List<Long> at = goodbyes(clients, Duration.ofSeconds(20));

        assertEquals(360, at.size());
        assertEven(40, 2, 18, at);
    }

    @Test
    void moreTimeThanPlannedIsNotGiven() {
        Client client = node.connect(Dialect.EXTENDED);
        start();

        node.hub.drain().hasten(Duration.ofSeconds(600));
        node.pass(WINDOW);

        assertTrue(client.transport.goodbye().isPresent());
    }

    @Test
    void aNodeThatIsNotEmptiedIsNotHastened() {
        Client client = node.connect(Dialect.PLAIN);

        node.hub.drain().hasten(Duration.ofSeconds(1));
        node.pass(Duration.ofSeconds(10));

        assertEquals(Optional.empty(), client.transport.goodbye());
        assertFalse(node.hub.drain().isDraining());
    }

    @Test
    void aSessionThatIsTooOldMovesAlone() {
        Client old = node.connect(Dialect.EXTENDED);
        node.pass(Duration.ofMinutes(30));
        Client young = node.connect(Dialect.EXTENDED);

        node.pass(Duration.ofMinutes(31));

        assertTrue(old.received().contains("drain max_age 0 22500 30000"));
        assertEquals(Optional.of(Disconnect.MAX_AGE), old.transport.goodbye().map(Ending::cause));
        assertEquals(List.of(), young.received());
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void nobodyIsOlderThanAllowed(Dialect dialect) {
        List<Client> clients = IntStream.range(0, 30).mapToObj(_ -> node.connect(dialect)).toList();

        node.pass(Duration.ofMinutes(48));
        long early = clients.stream().filter(client -> client.transport.goodbye().isPresent()).count();
        node.pass(Duration.ofMinutes(12).plusSeconds(1));

        assertEquals(0, early);
        clients.forEach(client -> assertEquals(Optional.of(Disconnect.MAX_AGE), client.transport.goodbye().map(Ending::cause)));
    }
}
