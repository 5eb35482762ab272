package dev.tidings.broker;

import static dev.tidings.testing.NamespaceBuilder.namespace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Publish.IdempotencyKey;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.testing.ManualClock;
import dev.tidings.testing.Publications;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract, and the bound that only a broker in memory has: what it costs, and what goes first. */
class MemoryBrokerTest extends BrokerContract {
    private static final Namespace LARGE = namespace("large").history(100_000, Duration.ofMinutes(10)).metaTtl(Duration.ofHours(1)).build();
    private static final long BOUND = 100_000;
    private final ManualClock clock = new ManualClock();
    private final MemoryBroker bounded = new MemoryBroker(BOUND, clock, new SecureRandom());

    MemoryBrokerTest() {
        bounded.listen(heard);
    }

    @Override
    protected Broker open() {
        return new MemoryBroker(64 << 20, clock, new SecureRandom());
    }

    @Override
    protected void advance(Duration duration) {
        clock.advance(duration);
    }

    private Position fill(Channel channel, int publications) {
        Position last = null;
        for (int i = 0; i < publications; i++) {
            clock.advanceMillis(1);
            last = join(bounded.publish(request(channel, LARGE, Publications.of("x".repeat(840))))).position().orElseThrow();
        }
        return last;
    }

    private History read(Channel channel) {
        return join(bounded.history(channel, LARGE, HistoryQuery.after(0, 10_000)));
    }

    @Test
    void theBoundIsKeptAfterEveryPublication() {
        for (int i = 0; i < 2_000; i++) {
            fill(new Channel("c" + i % 7), 1);
            assertTrue(bounded.historyBytes() <= BOUND, () -> bounded.historyBytes() + " bytes");
        }
        assertTrue(bounded.historyBytes() > BOUND / 2, "it keeps what it may");
    }

    @Test
    void theBoundIsKeptThoughManyPublishAtOnce() throws Exception {
        together(thread -> {
            for (int i = 0; i < 300; i++) {
                join(bounded.publish(request(new Channel("c" + thread), LARGE, Publications.of("x".repeat(840)))));
            }
            return 0;
        });
        fill(NEWS, 1);

        assertTrue(bounded.historyBytes() <= BOUND, () -> bounded.historyBytes() + " bytes");
    }

    @Test
    void positionsAndReadersCountAgainstTheBoundToo() {
        for (int i = 0; i < 5_000; i++) {
            clock.advanceMillis(1);
            join(bounded.history(new Channel("c" + i), LARGE, HistoryQuery.TOP));
            assertTrue(bounded.historyBytes() <= BOUND);
        }
        assertTrue(bounded.streamCount() < 500);
    }

    @Test
    void theStreamPublishedToLongestAgoGivesUpItsHistoryFirst() {
        Position old = fill(NEWS, 20);
        fill(SPORT, 70);

        fill(SPORT, 20);

        assertEquals(old.at(20), read(NEWS).top());
        assertTrue(read(NEWS).publications().size() < 20, "something of the old stream went");
        assertEquals(90, read(SPORT).publications().size());
    }

    @Test
    void withinAStreamTheOldestGoFirst() {
        Position last = fill(NEWS, 150);

        History rest = read(NEWS);

        assertEquals(range(rest.oldest(), 150), offsets(rest));
        assertTrue(rest.oldest() > 1 && rest.publications().size() >= 80);
        assertEquals(last, rest.top());
    }

    @Test
    void positionsOfStreamsThatNobodyIsSubscribedToGoNext() {
        Channel watched = new Channel("watched");
        join(bounded.subscribe(watched));
        Position before = fill(watched, 1);
        Position forgotten = fill(NEWS, 1);

        IntStream.range(0, 1_000).forEach(i -> fill(new Channel("c" + i), 1));

        assertEquals(before, read(watched).top());
        assertNotEquals(forgotten.epoch(), read(NEWS).top().epoch());
    }

    @Test
    void idempotencyKeysGoLast() {
        join(bounded.subscribe(NEWS));
        IdempotencyKey key = new IdempotencyKey("s", "k", "hash");
        join(bounded.publish(keyed(NEWS, LARGE, "1", key)));
        fill(NEWS, 500);

        assertTrue(join(bounded.publish(keyed(NEWS, LARGE, "1", key))).duplicate());

        IntStream.range(0, 2_000).forEach(i -> join(bounded.publish(keyed(NEWS, LARGE, "1", new IdempotencyKey("s", "k" + i, "hash")))));
        assertTrue(bounded.historyBytes() <= BOUND, () -> bounded.historyBytes() + " bytes");
    }

    @Test
    void whatIsFreedIsWhatWasCounted() {
        IdempotencyKey key = new IdempotencyKey("s", "k", "hash");
        fill(NEWS, 30);
        fill(SPORT, 30);
        join(bounded.publish(keyed(SPORT, LARGE, "1", key)));
        join(bounded.publish(keyed(SPORT, PASSING, "1", key)));

        clock.advance(Duration.ofHours(2));
        bounded.sweep();

        assertEquals(0, bounded.historyBytes());
        assertEquals(0, bounded.streamCount());
    }

    @Test
    void theSweepDropsWhatIsOverItsTimeThoughNobodyReads() {
        fill(NEWS, 50);
        long full = bounded.historyBytes();

        clock.advance(Duration.ofMinutes(11));
        bounded.sweep();

        assertTrue(bounded.historyBytes() < full / 50);
        assertEquals(1, bounded.streamCount());
    }

    @Test
    void aChannelWithoutHistoryIsKeptForItsKeysOnly() {
        join(bounded.publish(request(NEWS, PASSING, Publications.of("1"))));
        assertEquals(0, bounded.streamCount());
        join(bounded.publish(keyed(NEWS, PASSING, "1", new IdempotencyKey("s", "k", "hash"))));

        clock.advance(MemoryBroker.IDEMPOTENCY_WINDOW);
        bounded.sweep();

        assertEquals(0, bounded.streamCount());
    }

    @Test
    void theKeysOfOneChannelAreBounded() {
        for (int i = 0; i <= MemoryStream.MAX_KEYS; i++) {
            join(broker.publish(keyed(NEWS, RETAINED, "1", new IdempotencyKey("s", "k" + i, "hash"))));
        }

        boolean oldest = join(broker.publish(keyed(NEWS, RETAINED, "1", new IdempotencyKey("s", "k1", "hash")))).duplicate();
        boolean gone = join(broker.publish(keyed(NEWS, RETAINED, "1", new IdempotencyKey("s", "k0", "hash")))).duplicate();

        assertEquals(List.of(true, false), List.of(oldest, gone));
    }

    @Test
    void aWipedBrokerBeginsAnew() {
        Position before = fill(NEWS, 3);

        bounded.wipe();

        assertEquals(0, bounded.historyBytes());
        assertEquals(0, read(NEWS).top().offset());
        assertNotEquals(before.epoch(), read(NEWS).top().epoch());
    }
}
