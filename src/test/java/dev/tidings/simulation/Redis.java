package dev.tidings.simulation;

import dev.tidings.broker.Broker;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.presence.MemoryPresence;
import dev.tidings.redis.Mark;
import dev.tidings.redis.RedisBroker;
import dev.tidings.redis.Timer;
import java.util.ArrayList;
import java.util.List;

/**
 * A simulated Redis: a master, a replica that lags behind it, and the nodes' connections. The brokers on it are the real {@link RedisBroker}; members are
 * in memory, as in {@link MemoryStore}.
 */
final class Redis extends Store {
    private static final long TIMER_MICROS = 200;

    private final Namespaces namespaces;
    private final List<RemoteRedis> nodes = new ArrayList<>();
    private RedisServer master;
    /** What the replica has since it fell behind; null while it keeps up. */
    private RedisServer behind;
    private boolean wentBack;
    private int epochs;

    Redis(Schedule schedule, Weather weather, Namespaces namespaces) {
        super(schedule, weather);
        this.namespaces = namespaces;
        this.master = new RedisServer(this, schedule.between(0, 30_000));
    }

    RedisServer master() {
        return master;
    }

    String newEpoch() {
        return "e" + ++epochs;
    }

    String nameOf(RemoteRedis node) {
        return "node" + (nodes.indexOf(node) + 1);
    }

    @Override
    Uplink connect() {
        RemoteRedis remote = new RemoteRedis(this);
        nodes.add(remote);
        return new NodeUplink(remote);
    }

    private final class NodeUplink implements Uplink, Timer {
        private final RemoteRedis remote;
        private final RedisBroker broker;
        private boolean dead;

        NodeUplink(RemoteRedis remote) {
            this.remote = remote;
            this.broker = new RedisBroker(remote, namespaces, this);
        }

        @Override
        public void soon(Runnable task) {
            schedule.soon(TIMER_MICROS, () -> run(task));
        }

        @Override
        public void after(long millis, Runnable task) {
            schedule.inMillis(millis, () -> run(task));
        }

        private void run(Runnable task) {
            if (!dead) {
                task.run();
            }
        }

        @Override
        public Broker broker() {
            return broker;
        }

        @Override
        public void fallSilent(long millis) {
            if (millis < 1_000) {
                remote.breakLink();
            } else {
                remote.goDeaf();
            }
        }

        @Override
        public void kill() {
            dead = true;
            remote.kill();
            nodes.remove(remote);
        }

        @Override
        public String leftovers() {
            return broker.feedCount() + remote.size() == 0 ? "" : broker.feedCount() + " feeds, " + remote.size() + " channels subscribed; ";
        }
    }

    // -- what goes wrong -----------------------------------------------------------------------------------------------------------------------

    /** Every link breaks. */
    void breakLinks() {
        List.copyOf(nodes).forEach(RemoteRedis::breakLink);
    }

    /** The master stops, and comes back with its data. */
    void restart(long millis) {
        schedule.note(() -> "redis: away for " + millis + " ms");
        RedisServer stopped = master;
        stopped.setUp(false);
        for (RemoteRedis node : List.copyOf(nodes)) {
            node.lose();
            schedule.inMillis(schedule.between(0, 300), node::reach);
        }
        schedule.inMillis(millis, () -> stopped.setUp(true));
    }

    /** From now on the replica gets nothing. */
    void fallBehind() {
        schedule.note(() -> "redis: the replica falls behind");
        behind = master.copy(schedule.between(1, 1_500));
    }

    /** The replica takes over. Some nodes reach the old master for a while, and it does what they ask. */
    void failOver() {
        schedule.note(() -> "redis: the replica takes over" + (behind == null ? "" : ", and is behind"));
        master = behind == null ? master.copy(1) : behind;
        behind = null;
        master.takeOver();
        wentBack = true;
        truth.mayForgetKeys(); // also what the old master still takes
        for (RemoteRedis node : List.copyOf(nodes)) {
            if (schedule.random.nextInt(3) > 0) {
                node.lose();
            }
            schedule.inMillis(schedule.between(1, 3_000), node::reach);
        }
    }

    @Override
    void wipe() {
        schedule.note(() -> "redis: wiped");
        truth.mayForgetKeys();
        master.wipe();
        behind = null;
        presence = new MemoryPresence(schedule.clock, PRESENCE_TTL);
        if (schedule.random.nextBoolean()) {
            restart(schedule.between(10, 3_000));
        }
    }

    @Override
    void recover() {
        super.recover();
        master.setUp(true);
    }

    // -- questions -----------------------------------------------------------------------------------------------------------------------------

    @Override
    void sweep() {
        // times to live are looked at with each request
    }

    @Override
    Position top(Channel channel) {
        return master.read(channel, namespaces.of(channel), HistoryQuery.TOP, Mark.NONE, newEpoch()).history().top();
    }

    @Override
    long oldest(Channel channel) {
        return master.read(channel, namespaces.of(channel), HistoryQuery.TOP, Mark.NONE, newEpoch()).history().oldest();
    }

    @Override
    boolean wentBack() {
        return wentBack;
    }

    @Override
    String remains() {
        return master.size() == 0 ? "" : master.size() + " channels";
    }
}
