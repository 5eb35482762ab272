package dev.tidings.redis;

import dev.tidings.broker.Broker;
import dev.tidings.broker.BrokerContract;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** The contract of brokers, held against a Redis. */
abstract class RedisBrokerContract extends BrokerContract {
    private RedisFixture fixture;
    private RedisClient client;

    /** A Redis that knows the channels {@code news} and {@code sport}. */
    abstract RedisFixture fixture();

    @Override
    protected Broker open() {
        fixture = fixture();
        client = fixture.client("n-1");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(client::isConnected);
        return RedisFixture.broker(client, RETAINED);
    }

    @Override
    protected void advance(Duration duration) {
        fixture.advance(duration);
    }

    @Override
    protected void settle() {
        RedisFixture.settle(client, "news");
        RedisFixture.settle(client, "sport");
    }

    @AfterEach
    void close() {
        fixture.close();
    }
}
