package dev.tidings.testing;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;

/** A Redis Cluster of real processes: masters with equal shares of the slots, and a replica of each where that is wanted. */
public final class RedisCluster implements AutoCloseable {
    /** Slots of a cluster. */
    private static final int SLOTS = 16_384;
    private static final Duration START = Duration.ofSeconds(30);

    private final List<RedisProcess> masters = new ArrayList<>();
    private final List<RedisProcess> replicas = new ArrayList<>();
    private final Path program;
    private final int shards;

    /** A cluster of that many masters, with or without a replica of each. */
    public RedisCluster(Path program, int size, boolean replicated) {
        this.program = program;
        this.shards = size;
        for (int i = 0; i < size; i++) {
            masters.add(process());
        }
        for (int i = 0; replicated && i < size; i++) {
            replicas.add(process());
        }
        for (int i = 0; i < size; i++) {
            int from = SLOTS * i / size;
            int to = SLOTS * (i + 1) / size - 1;
            masters.get(i).ask(jedis -> jedis.sendCommand(Protocol.Command.CLUSTER, "ADDSLOTSRANGE", Integer.toString(from), Integer.toString(to)));
            int epoch = i + 1;
            masters.get(i).ask(jedis -> jedis.sendCommand(Protocol.Command.CLUSTER, "SET-CONFIG-EPOCH", Integer.toString(epoch)));
        }
        all().stream().skip(1).forEach(this::meet);
        await().atMost(START).pollInterval(Duration.ofMillis(50)).until(() -> all().stream().allMatch(this::knowsAll));
        for (int i = 0; i < replicas.size(); i++) {
            String master = id(masters.get(i));
            replicas.get(i).ask(jedis -> jedis.clusterReplicate(master));
        }
        await().atMost(START).pollInterval(Duration.ofMillis(50)).until(() -> all().stream().allMatch(RedisCluster::isWell));
    }

    private RedisProcess process() {
        return RedisProcess.of(program, "--cluster-enabled", "yes", "--cluster-node-timeout", "1500", "--save", "", "--repl-diskless-sync-delay", "0",
                "--cluster-allow-replica-migration", "no");
    }

    private void meet(RedisProcess other) {
        masters.getFirst().ask(jedis -> jedis.clusterMeet("127.0.0.1", other.port()));
    }

    private boolean knowsAll(RedisProcess process) {
        return process.ask(jedis -> jedis.clusterInfo().contains("cluster_known_nodes:" + all().size()));
    }

    private static boolean isWell(RedisProcess process) {
        return process.ask(jedis -> {
            String replication = jedis.info("replication");
            return jedis.clusterInfo().contains("cluster_state:ok") && (replication.contains("role:master") || replication.contains("master_link_status:up"));
        });
    }

    /** One more master, which has no slots. */
    public RedisProcess join() {
        RedisProcess process = process();
        masters.add(process);
        meet(process);
        await().atMost(START).pollInterval(Duration.ofMillis(50)).until(() -> all().stream().allMatch(this::knowsAll) && isWell(process));
        return process;
    }

    private List<RedisProcess> all() {
        List<RedisProcess> all = new ArrayList<>(masters);
        all.addAll(replicas);
        return all;
    }

    /** The processes that began as masters. */
    public List<RedisProcess> masters() {
        return masters;
    }

    /** The processes that began as their replicas, in the same order. */
    public List<RedisProcess> replicas() {
        return replicas;
    }

    /** What the cluster calls it. */
    public static String id(RedisProcess process) {
        return process.ask(Jedis::clusterMyId);
    }

    /** The process that began with that slot. */
    public RedisProcess owner(int slot) {
        int index = 0;
        while (SLOTS * (index + 1) / shards <= slot) {
            index++;
        }
        return masters.get(index);
    }

    @Override
    public void close() {
        all().forEach(RedisProcess::close);
    }
}
