package dev.tidings.app;

import dev.tidings.broker.Broker;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.broker.Nodes;
import dev.tidings.channel.Namespaces;
import dev.tidings.hub.ThisNode;
import dev.tidings.presence.MemoryPresence;
import dev.tidings.presence.Presence;
import dev.tidings.redis.RedisBroker;
import dev.tidings.redis.RedisClient;
import dev.tidings.redis.RedisNodes;
import dev.tidings.redis.RedisPresence;
import dev.tidings.redis.RedisSettings;
import dev.tidings.redis.RedisStore;
import dev.tidings.redis.Timer;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What stands behind the hub: everything in this process's memory, or a Redis that nodes share. */
sealed interface Backing {
    /** Where publications go and come from. */
    Broker broker();

    /** Who is in which channel. */
    Presence presence();

    /** The other nodes. */
    Nodes nodes();

    /** Begins to work; once, when the hub listens. */
    void open();

    /** Ends; once, when nobody is connected any more. */
    void close();

    /** Drops what is over its time; about once a second. */
    void sweep();

    /** Adds the figures that only this kind has. */
    void register(MeterRegistry registry);

    /** A node that is alone. */
    record Memory(MemoryBroker broker, Presence presence) implements Backing {
        static Memory of(HubConfig config, InstantSource clock, RandomGenerator random, Duration presenceTtl) {
            long maxBytes = config.memory().maxBytes().map(size -> size.asLongValue()).orElse(Runtime.getRuntime().maxMemory() / 4);
            if (maxBytes < 1) {
                throw new IllegalArgumentException("tidings.memory.max-bytes is " + maxBytes + ", allowed is 1 or more");
            }
            return new Memory(new MemoryBroker(maxBytes, clock, random), new MemoryPresence(clock, presenceTtl));
        }

        @Override
        public Nodes nodes() {
            return Nodes.ALONE;
        }

        @Override
        public void open() {
            // it is there
        }

        @Override
        public void close() {
            // it goes with the process
        }

        @Override
        public void sweep() {
            broker.sweep();
        }

        @Override
        public void register(MeterRegistry registry) {
            Gauge.builder("tidings.history.bytes", broker, MemoryBroker::historyBytes).register(registry);
            Gauge.builder("tidings.streams", broker, MemoryBroker::streamCount).register(registry);
        }
    }

    /** A node among others. */
    record Redis(RedisClient client, RedisBroker broker, Presence presence, Nodes nodes) implements Backing {
        static Redis of(RedisSettings settings, Namespaces namespaces, Vertx vertx, ThisNode node, InstantSource clock, RandomGenerator random, Duration presenceTtl) {
            RedisClient client = new RedisClient(vertx, settings, node.name());
            return new Redis(client, new RedisBroker(new RedisStore(client, random), namespaces, timer(vertx)), new RedisPresence(client, clock, presenceTtl),
                    new RedisNodes(client, node.name()));
        }

        private static Timer timer(Vertx vertx) {
            return new Timer() {
                @Override
                public void soon(Runnable task) {
                    vertx.runOnContext(_ -> task.run());
                }

                @Override
                public void after(long millis, Runnable task) {
                    vertx.setTimer(Math.max(1, millis), _ -> task.run());
                }
            };
        }

        @Override
        public void open() {
            client.open();
        }

        @Override
        public void close() {
            client.close();
        }

        @Override
        public void sweep() {
            // Redis does it
        }

        @Override
        public void register(MeterRegistry registry) {
            Gauge.builder("tidings.redis.connected", client, it -> it.isConnected() ? 1 : 0).register(registry);
            FunctionCounter.builder("tidings.redis.reconnects", client, RedisClient::reconnects).register(registry);
            Gauge.builder("tidings.redis.channels", broker, RedisBroker::feedCount).register(registry);
        }
    }
}
