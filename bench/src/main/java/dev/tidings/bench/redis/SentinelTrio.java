package dev.tidings.bench.redis;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import dev.tidings.bench.balancer.Balancer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A master, its replica, and three sentinels that watch them. Everybody reaches the master through a {@link Balancer}, so that its replica can be cut
 * off unnoticed and fall behind.
 */
public final class SentinelTrio implements AutoCloseable {
    /** The name under which sentinels know the master. */
    public static final String MASTER = "mymaster";
    private static final int SENTINELS = 3;
    private static final int DOWN_AFTER_MILLIS = 2_000;
    private static final int READY_SECONDS_MAX = 30;
    private static final int POLL_MILLIS = 100;
    private static final String LINK = "master";
    /** What only a replica sends. */
    private static final String REPLICA_WORD = "psync";

    private final RedisServer master;
    private final RedisServer replica;
    private final Balancer toMaster = new Balancer();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private SentinelTrio(Path folder) {
        master = RedisServer.durable(folder.resolve("master"), "--repl-diskless-sync-delay", "0").start();
        toMaster.add(LINK, new InetSocketAddress("127.0.0.1", master.port()));
        replica = RedisServer.durable(folder.resolve("replica"), "--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1 " + toMaster.port(),
                // What the balancer carries comes from other addresses, at which nobody listens.
                "--replica-announce-ip", "127.0.0.1").start();
        for (int i = 0; i < SENTINELS; i++) {
            sentinels.add(sentinel(folder.resolve("sentinel-" + i)));
        }
    }

    /** Starts all five and waits until the replica is in step and every sentinel knows all others. */
    public static SentinelTrio start(Path folder) {
        var trio = new SentinelTrio(folder);
        trio.await("a sentinel does not know the others", trio::isComplete);
        return trio;
    }

    private RedisServer sentinel(Path folder) {
        RedisServer sentinel = RedisServer.inMemory(folder);
        Path configuration = folder.resolve("sentinel.conf");
        try {
            Files.writeString(configuration, """
                    port %d
                    bind 127.0.0.1
                    protected-mode no
                    dir %s
                    logfile %s
                    sentinel monitor %s 127.0.0.1 %d 2
                    sentinel down-after-milliseconds %s %d
                    sentinel failover-timeout %s 10000
                    """.formatted(sentinel.port(), folder.toAbsolutePath(), folder.resolve("redis.log").toAbsolutePath(), MASTER, toMaster.port(),
                    MASTER, DOWN_AFTER_MILLIS, MASTER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sentinel.launchSentinel(configuration);
        return sentinel;
    }

    private boolean isComplete() {
        return sentinels.stream().allMatch(sentinel -> sentinel.answers() && others(sentinel, "SENTINELS") == SENTINELS - 1 && others(sentinel, "REPLICAS") == 1)
                && ((String) replica.ask("INFO", "replication")).contains("master_link_status:up");
    }

    private static int others(RedisServer sentinel, String kind) {
        return ((List<?>) sentinel.ask("SENTINEL", kind, MASTER)).size();
    }

    /** {@code host:port} of the sentinels, with commas. */
    public String hosts() {
        return sentinels.stream().map(sentinel -> "127.0.0.1:" + sentinel.port()).collect(Collectors.joining(","));
    }

    /** The replica hears no more of the master, and does not notice for a minute. */
    public void cutReplicaOff() {
        if (toMaster.stallThose(LINK, REPLICA_WORD, true) == 0) {
            throw new BenchException("the link of the replica was not found");
        }
    }

    /** Kills the master, waits until the sentinels made the replica the master, and returns the seconds that took. */
    public double failOver() {
        long start = System.nanoTime();
        master.kill();
        toMaster.refuse(LINK, true);
        toMaster.dropAll();
        await("the sentinels do not fail over", () -> ((String) replica.ask("INFO", "replication")).contains("role:master"));
        return (System.nanoTime() - start) / 1e9;
    }

    private void await(String otherwise, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new BenchException(otherwise + " within " + READY_SECONDS_MAX + " s");
            }
            Pause.millis(POLL_MILLIS);
        }
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        replica.close();
        master.close();
        toMaster.close();
    }
}
