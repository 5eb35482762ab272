package dev.tidings.redis;

import dev.tidings.testing.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, held against the Redis 6.2 that comes with the build. */
class RedisBrokerTest extends RedisBrokerContract {
    private static RedisProcess process;

    @BeforeAll
    static void startRedis() {
        process = RedisProcess.embedded();
    }

    @AfterAll
    static void stopRedis() {
        process.close();
    }

    @Override
    RedisFixture fixture() {
        return RedisFixture.standalone(process, "news", "sport");
    }
}
