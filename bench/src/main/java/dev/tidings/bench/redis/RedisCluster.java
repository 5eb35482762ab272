package dev.tidings.bench.redis;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Six nodes: three masters, each with a replica. */
public final class RedisCluster implements AutoCloseable {
    private static final int NODES = 6;
    private static final int NODE_TIMEOUT_MILLIS = 2_000;
    private static final int READY_SECONDS_MAX = 60;
    private static final int POLL_MILLIS = 100;
    private static final int MIGRATE_MILLIS_MAX = 5_000;
    private static final int KEY_PAUSE_MILLIS = 20;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster(Path folder) {
        for (int i = 0; i < NODES; i++) {
            nodes.add(RedisServer.durable(folder.resolve("node-" + i), "--cluster-enabled", "yes", "--repl-diskless-sync-delay", "0",
                    "--cluster-node-timeout", Integer.toString(NODE_TIMEOUT_MILLIS)).start());
        }
    }

    /** Starts the nodes, joins them, and waits until all slots are served and every master has its replica. */
    public static RedisCluster start(Path folder) {
        var cluster = new RedisCluster(folder);
        List<String> addresses = cluster.nodes.stream().map(RedisCluster::address).toList();
        cli(Stream.of(Stream.of("--cluster", "create"), addresses.stream(), Stream.of("--cluster-replicas", "1", "--cluster-yes")).flatMap(any -> any).toList());
        cluster.awaitServed();
        return cluster;
    }

    private static String address(RedisServer node) {
        return "127.0.0.1:" + node.port();
    }

    private static String cli(List<String> words) {
        try {
            Process process = new ProcessBuilder(Stream.concat(Stream.of("redis-cli"), words.stream()).toList()).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new BenchException("redis-cli " + String.join(" ", words) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new BenchException("redis-cli does not start: " + e.getMessage());
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    /** {@code host:port} of all nodes, with commas. */
    public String hosts() {
        return nodes.stream().map(RedisCluster::address).collect(Collectors.joining(","));
    }

    private List<RedisServer> alive() {
        return nodes.stream().filter(RedisServer::answers).toList();
    }

    private void awaitServed() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (!alive().stream().allMatch(RedisCluster::isServing)) {
            if (System.nanoTime() > deadline) {
                throw new BenchException("the cluster is not complete after " + READY_SECONDS_MAX + " s");
            }
            Pause.millis(POLL_MILLIS);
        }
    }

    private static boolean isServing(RedisServer node) {
        String replication = (String) node.ask("INFO", "replication");
        return ((String) node.ask("CLUSTER", "INFO")).contains("cluster_state:ok")
                && (replication.contains("role:master") || replication.contains("master_link_status:up"));
    }

    private static boolean isMasterWithSlots(RedisServer node) {
        return self(node).contains("master") && !slots(node).isEmpty();
    }

    private static String self(RedisServer node) {
        return ((String) node.ask("CLUSTER", "NODES")).lines().filter(line -> line.contains("myself")).findFirst().orElseThrow();
    }

    /** The slots column of a node's own line. */
    private static String slots(RedisServer node) {
        String[] fields = self(node).split(" ");
        return fields.length > 8 ? fields[8] : "";
    }

    private List<RedisServer> masters() {
        return alive().stream().filter(RedisCluster::isMasterWithSlots).toList();
    }

    /** Kills a master and waits until its replica serves its slots; the seconds that took. */
    public double failOver() {
        RedisServer master = masters().getFirst();
        long start = System.nanoTime();
        master.kill();
        // Until the others have noticed, they call the cluster whole.
        long deadline = start + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
        while (masters().size() < NODES / 2) {
            if (System.nanoTime() > deadline) {
                throw new BenchException("no replica took over within " + READY_SECONDS_MAX + " s");
            }
            Pause.millis(POLL_MILLIS);
        }
        awaitServed();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Moves every slot of one master that holds a key to another master, one after the other, and returns how many they were. */
    public int moveFilledSlots() {
        List<RedisServer> masters = masters();
        RedisServer from = masters.getFirst();
        RedisServer to = masters.get(1);
        Set<String> slots = new TreeSet<>();
        for (Object key : (List<?>) from.ask("KEYS", "*")) {
            slots.add(Long.toString((Long) from.ask("CLUSTER", "KEYSLOT", (String) key)));
        }
        slots.forEach(slot -> moveSlot(slot, from, to, masters));
        return slots.size();
    }

    private static void moveSlot(String slot, RedisServer from, RedisServer to, List<RedisServer> masters) {
        to.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", id(from));
        from.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", id(to));
        // Long enough for publications to meet a slot that is neither here nor there.
        Pause.millis(POLL_MILLIS);
        for (List<?> keys = keys(from, slot); !keys.isEmpty(); keys = keys(from, slot)) {
            // One by one, so that a script may find one of its keys here and the other there.
            from.ask("MIGRATE", "127.0.0.1", Integer.toString(to.port()), (String) keys.getFirst(), "0", Integer.toString(MIGRATE_MILLIS_MAX));
            Pause.millis(KEY_PAUSE_MILLIS);
        }
        to.ask("CLUSTER", "SETSLOT", slot, "NODE", id(to));
        from.ask("CLUSTER", "SETSLOT", slot, "NODE", id(to));
        masters.stream().filter(other -> other != from && other != to).forEach(other -> other.ask("CLUSTER", "SETSLOT", slot, "NODE", id(to)));
    }

    private static List<?> keys(RedisServer node, String slot) {
        return (List<?>) node.ask("CLUSTER", "GETKEYSINSLOT", slot, "10");
    }

    private static String id(RedisServer node) {
        return (String) node.ask("CLUSTER", "MYID");
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
