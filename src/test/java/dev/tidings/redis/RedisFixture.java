package dev.tidings.redis;

import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/**
 * A Redis in a test, whatever stands behind it: nodes that share it under a key prefix of the test's own, and its clock, which the test moves: the scripts
 * add what is kept in a key, and all that has a time to live is made older.
 */
final class RedisFixture implements AutoCloseable {
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final Vertx VERTX = Vertx.vertx();
    private static final UnaryOperator<String> MOVED_CLOCK = script -> script.replace("local clock = redis.call('TIME')",
            "local clock = redis.call('TIME')\nclock[1] = clock[1] + (redis.call('GET', KEYS[1] .. ':clock') or 0)");

    final String prefix = "test" + PREFIXES.incrementAndGet();
    private final RedisSettings.Mode mode;
    private final List<RedisProcess> processes;
    private final List<RedisClient> clients = new ArrayList<>();
    private final Set<String> tags;
    private long ahead;

    RedisFixture(RedisSettings.Mode mode, List<RedisProcess> processes, Set<String> tags) {
        this.mode = mode;
        this.processes = processes;
        this.tags = tags;
    }

    /** The Redis, or the first one of the cluster. */
    RedisProcess process() {
        return processes.getFirst();
    }

    RedisSettings settings() {
        return new RedisSettings(mode, processes.stream().map(RedisProcess::address).toList(), "mymaster", RedisSettings.Login.NONE, RedisSettings.Login.NONE,
                Optional.empty(), prefix, 0, Duration.ofSeconds(2), 2);
    }

    /** Access for one more node. */
    RedisClient client(String node) {
        return client(settings(), node);
    }

    RedisClient client(RedisSettings settings, String node) {
        RedisClient client = new RedisClient(VERTX, settings, node, MOVED_CLOCK);
        clients.add(client);
        client.open();
        return client;
    }

    /** A broker of one more node, in whose namespaces all channels are. */
    static RedisBroker broker(RedisClient client, Namespace namespace) {
        return new RedisBroker(new RedisStore(client, new SecureRandom()), new Namespaces(Map.of(Namespace.DEFAULT_NAME, namespace), ""), timer());
    }

    static Timer timer() {
        return new Timer() {
            @Override
            public void soon(Runnable task) {
                VERTX.runOnContext(_ -> task.run());
            }

            @Override
            public void after(long millis, Runnable task) {
                VERTX.setTimer(millis, _ -> task.run());
            }
        };
    }

    /** Waits until all that was published on channels of the tag has arrived: what is published after it on the same link comes after it. */
    static void settle(RedisClient client, String tag) {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        Wanted probe = new Wanted(client.name(tag, "probe"), Keys.slot(tag), new Wanted.Receiver() {
            @Override
            public void received(byte[] payload) {
                arrived.complete(null);
            }

            @Override
            public void resubscribed() {
                throw new AssertionError("the link broke");
            }
        });
        client.subscribe(probe);
        probe.ready.orTimeout(5, TimeUnit.SECONDS).join();
        client.publish(tag, probe.name, new byte[] {1}).toCompletableFuture().join();
        arrived.orTimeout(5, TimeUnit.SECONDS).join();
        client.unsubscribe(probe);
    }

    /** Lets time pass in Redis. */
    void advance(Duration duration) {
        ahead += duration.toSeconds();
        for (RedisProcess process : processes) {
            process.ask(jedis -> {
                for (String key : jedis.keys(prefix + ":*")) {
                    age(jedis, key, duration.toMillis());
                }
                return null;
            });
        }
        for (String tag : tags) {
            for (String what : List.of("m", "p")) {
                String key = prefix + ":{" + tag + "}:" + what + ":clock";
                owner(key).ask(jedis -> jedis.set(key, Long.toString(ahead), new SetParams()));
            }
        }
    }

    private static void age(Jedis jedis, String key, long millis) {
        try {
            long left = jedis.pttl(key);
            if (left > millis) {
                jedis.pexpire(key, left - millis);
            } else if (left >= 0) {
                jedis.del(key);
            }
        } catch (redis.clients.jedis.exceptions.JedisMovedDataException e) {
            // a replica has it too
        }
    }

    private RedisProcess owner(String key) {
        if (mode != RedisSettings.Mode.CLUSTER) {
            return processes.getFirst();
        }
        for (RedisProcess process : processes) {
            boolean isHere = process.ask(jedis -> {
                try {
                    jedis.get(key);
                    return true;
                } catch (redis.clients.jedis.exceptions.JedisMovedDataException e) {
                    return false;
                }
            });
            if (isHere) {
                return process;
            }
        }
        throw new AssertionError("no node of the cluster has " + key);
    }

    @Override
    public void close() {
        clients.forEach(RedisClient::close);
    }
}
