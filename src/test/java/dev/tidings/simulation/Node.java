package dev.tidings.simulation;

import dev.tidings.broker.Nodes;
import dev.tidings.hub.Hub;
import dev.tidings.hub.HubLimits;
import dev.tidings.hub.HubMetrics;
import dev.tidings.hub.HubProbe;
import dev.tidings.hub.Lane;
import dev.tidings.hub.Rebalance;
import dev.tidings.hub.ThisNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One node: a hub with its lanes and the timers that the application gives them. */
final class Node {
    /** Sessions are left alone for that long after they came. */
    static final Duration MIN_AGE = Duration.ofSeconds(20);
    private static final int LARGE_QUEUE = 4_096;
    private static final Rebalance.Options REBALANCE = new Rebalance.Options(true, 10, 50, MIN_AGE, Duration.ZERO);

    final Hub hub;
    final List<Loop> loops = new ArrayList<>();
    final List<Lane> lanes = new ArrayList<>();
    final Store.Uplink link;
    private final RemotePresence presence;
    private final World world;
    private final String name;
    private boolean dead;

    Node(World world, String name, int laneCount, HubLimits limits, long seed) {
        this.world = world;
        this.name = name;
        this.link = world.store.connect();
        this.presence = new RemotePresence(world.store);
        Schedule schedule = world.schedule;
        int queue = world.weather.smallQueue ? 8 : LARGE_QUEUE;
        for (int i = 0; i < laneCount; i++) {
            Loop loop = new Loop(schedule, world.weather.loopLatencyMicros);
            loops.add(loop);
            lanes.add(HubProbe.lane(i, loop, loop::isInside, schedule.clock, HubMetrics.NONE, queue, world.slice));
        }
        Nodes nodes = world.weather.redis ? world.known.join(name) : Nodes.ALONE;
        this.hub = new Hub(new Hub.Parts(limits, REBALANCE, world.namespaces, link.broker(), presence, nodes, new ThisNode(name, "1"), schedule.clock,
                schedule.clock::nanos, new SplittableRandom(seed), HubMetrics.NONE, lanes));
        for (int i = 0; i < laneCount; i++) {
            sweep(i);
        }
        expireMembers();
        if (world.weather.redis) {
            rebalance();
        }
    }

    private void rebalance() {
        hub.rebalance().tick();
        world.schedule.inMillis(Nodes.REPORT_MILLIS, () -> {
            if (!dead) {
                rebalance();
            }
        });
    }

    private void sweep(int lane) {
        loops.get(lane).execute(() -> {
            HubProbe.sweep(lanes.get(lane));
            hub.comparePositions(lanes.get(lane));
            checkBounds(lanes.get(lane));
        });
        world.schedule.inMillis(500, () -> {
            if (!dead) {
                sweep(lane);
            }
        });
    }

    private void checkBounds(Lane lane) {
        int parked = HubProbe.mostParked(lane);
        world.schedule.check(parked <= HubProbe.parkedBound(), () -> "a subscription parks " + parked + " events");
        int waiting = HubProbe.waiting(lane);
        int bound = 2 * (world.weather.smallQueue ? 8 : LARGE_QUEUE);
        world.schedule.check(waiting <= bound, () -> waiting + " events wait for a lane that may hold " + bound);
        int timers = HubProbe.timers(lane);
        world.schedule.check(timers <= world.timerBound(), () -> timers + " timers wait on a lane");
    }

    private void expireMembers() {
        hub.expireMembers();
        world.schedule.inMillis(1_000, () -> {
            if (!dead) {
                expireMembers();
            }
        });
    }

    /** The process is gone, without a word. */
    void crash() {
        world.schedule.note(() -> this + ": crashes");
        dead = true;
        loops.forEach(Loop::kill);
        link.kill();
        presence.kill();
        if (world.weather.redis) {
            world.known.lose(name);
        }
        world.connections.stream().filter(each -> each.node == this).forEach(Connection::crash);
    }

    /** What is held for nobody; empty = nothing. */
    String leftovers() {
        return dead ? "" : HubProbe.leftovers(hub) + link.leftovers();
    }

    boolean isDead() {
        return dead;
    }

    @Override
    public String toString() {
        return name;
    }
}
