package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Broker;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.testing.Publications;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** How idempotency keys are forgotten. */
class RedisIdempotencyTest {
    private static final Duration MOST_OF_THE_WINDOW = MemoryBroker.IDEMPOTENCY_WINDOW.multipliedBy(4).dividedBy(5);

    private RedisFixture fixture;
    private Broker broker;

    @BeforeEach
    void open() {
        fixture = Backend.REDIS_6.fixture("news");
        RedisClient client = fixture.client("n-1");
        await().atMost(Rig.PATIENCE).until(client::isConnected);
        broker = RedisFixture.broker(client, TestNode.RETAINED);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private Published publish(String key) {
        return broker.publish(new Publish(TestNode.NEWS, TestNode.RETAINED, Publications.of("1"), Optional.of(new Publish.IdempotencyKey("s", key, "h")), Optional.empty(),
                "", false)).toCompletableFuture().join();
    }

    private <T> T ask(java.util.function.Function<Jedis, T> question) {
        return fixture.process().ask(question);
    }

    @Test
    void aKeyWhoseOrderWasEvictedCountsNoLongerThanItsTime() {
        publish("orphan");
        ask(jedis -> jedis.del(fixture.prefix + ":{news}:q"));

        fixture.advance(MOST_OF_THE_WINDOW);
        assertTrue(publish("orphan").duplicate());
        publish("renews what keys are kept in");
        fixture.advance(MOST_OF_THE_WINDOW);

        assertFalse(publish("orphan").duplicate());
    }

    @Test
    void oneCallForgetsAHundredKeysAndTheNextOneGoesOn() {
        IntStream.range(0, 150).forEach(i -> publish("old " + i));
        fixture.advance(MOST_OF_THE_WINDOW);
        publish("renews");
        fixture.advance(MOST_OF_THE_WINDOW);

        publish("first");
        long afterOne = ask(jedis -> jedis.llen(fixture.prefix + ":{news}:q"));
        publish("second");
        long afterTwo = ask(jedis -> jedis.llen(fixture.prefix + ":{news}:q"));

        assertEquals(52, afterOne);
        assertEquals(3, afterTwo);
        assertEquals(3L, (long) ask(jedis -> jedis.hlen(fixture.prefix + ":{news}:k")));
    }
}
