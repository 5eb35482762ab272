package dev.tidings.redis;

import org.junit.jupiter.api.Nested;

/** The contract of brokers, held against each kind of Redis that is here. */
class RedisBrokerTest {
    @Nested
    class OnRedis6 extends RedisBrokerContract {
        OnRedis6() {
            super(Backend.REDIS_6);
        }
    }

    @Nested
    class OnRedis extends RedisBrokerContract {
        OnRedis() {
            super(Backend.REDIS);
        }
    }

    @Nested
    class OnValkey extends RedisBrokerContract {
        OnValkey() {
            super(Backend.VALKEY);
        }
    }

    @Nested
    class OnACluster extends RedisBrokerContract {
        OnACluster() {
            super(Backend.CLUSTER);
        }
    }

    @Nested
    class OnAClusterOfValkey extends RedisBrokerContract {
        OnAClusterOfValkey() {
            super(Backend.VALKEY_CLUSTER);
        }
    }
}
