package dev.tidings.redis;

import dev.tidings.presence.Presence;
import dev.tidings.presence.PresenceContract;
import dev.tidings.testing.ManualClock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;

/** The contract of presence, held against a Redis. */
abstract class RedisPresenceContract extends PresenceContract {
    private final Backend backend;
    private final ManualClock clock = new ManualClock();
    private RedisFixture fixture;

    RedisPresenceContract(Backend backend) {
        this.backend = backend;
    }

    @Override
    protected Presence open() {
        fixture = backend.fixture("news", "sport");
        RedisClient client = fixture.client("n-1");
        Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(5)).until(client::isConnected);
        return new RedisPresence(client, clock, TTL);
    }

    @Override
    protected void advance(Duration duration) {
        clock.advance(duration);
        fixture.advance(duration);
    }

    /** Redis' clock runs while it is asked. */
    @Override
    protected Duration moment() {
        return Duration.ofSeconds(8);
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
    }
}
