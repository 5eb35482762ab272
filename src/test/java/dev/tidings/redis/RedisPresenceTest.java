package dev.tidings.redis;

import org.junit.jupiter.api.Nested;

/** The contract of presence, held against each kind of Redis that is here. */
class RedisPresenceTest {
    @Nested
    class OnRedis6 extends RedisPresenceContract {
        OnRedis6() {
            super(Backend.REDIS_6);
        }
    }

    @Nested
    class OnRedis extends RedisPresenceContract {
        OnRedis() {
            super(Backend.REDIS);
        }
    }

    @Nested
    class OnValkey extends RedisPresenceContract {
        OnValkey() {
            super(Backend.VALKEY);
        }
    }

    @Nested
    class OnACluster extends RedisPresenceContract {
        OnACluster() {
            super(Backend.CLUSTER);
        }
    }

    @Nested
    class OnAClusterOfValkey extends RedisPresenceContract {
        OnAClusterOfValkey() {
            super(Backend.VALKEY_CLUSTER);
        }
    }
}
