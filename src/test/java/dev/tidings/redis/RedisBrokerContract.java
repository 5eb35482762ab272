package dev.tidings.redis;

import dev.tidings.broker.Broker;
import dev.tidings.broker.BrokerContract;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** The contract of brokers, held against a Redis. */
abstract class RedisBrokerContract extends BrokerContract {
    private final Backend backend;
    private RedisFixture fixture;
    private RedisClient client;

    RedisBrokerContract(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected Broker open() {
        fixture = backend.fixture("news", "sport");
        client = fixture.client("n-1");
        Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5)).until(client::isConnected);
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
        if (fixture != null) {
            fixture.close();
        }
    }
}
