package dev.tidings.hub;

import dev.tidings.broker.Nodes;
import dev.tidings.broker.Nodes.Report;
import dev.tidings.broker.Nodes.State;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Moves sessions from a node that has more than its share to those that have less, as after a scale-out, which moves nobody by itself. Each node judges for
 * itself, by what all report, and knows nothing of the balancer in front:
 *
 * <pre>
 *   ready = nodes that take connections and reported lately;  m = the mean of their connections;  count = own connections that are not being moved
 *
 *   begins  when ready >= 2, every node that is seen is ready, and count > m * (1 + tolerance) and count > m + 50, in three ticks running
 *   moves   in each tick: min(count - m, rate * tick, 2 % of count a second * tick, places that the others have) random sessions older than min-age
 *   ends    when count <= m * (1 + tolerance / 2), or not all that are seen are ready, or the nodes can't be seen
 * </pre>
 *
 * <p>Evenness is never urgent. So nothing is moved while a node is being emptied, whose clients are on their way, and nothing while one is degraded: what
 * the nodes share may be away for all of them, and who is moved then finds nobody who can subscribe it. And nothing for a while after a node came: in a
 * rollout one comes before another goes, and who is moved in between is moved to nodes that go next.
 *
 * <p>A session that is moved has {@link #WINDOW} to go, which is longer than a tick: until it has gone it does not count as this node's own, or each tick
 * would move for the same excess again.
 *
 * <p>Threads: {@link #tick} may be called on any thread; reports are judged on the thread that completes them, under the monitor. Sessions are picked on
 * their lanes; what they count is atomic.
 */
public final class Rebalance {
    /** Ticks in which the node must have too many before it begins: a burst of connects to one node is over by then. */
    static final int TICKS = 3;
    /** So few above the mean are not worth moving. */
    static final int SMALLEST_EXCESS = 50;
    /** No more than this share of the node's sessions is moved in a second. */
    static final double SHARE_PER_SECOND = 0.02;
    /** How long a session that is moved may take: time for a connection that is there before the old one ends. */
    static final Duration WINDOW = Duration.ofMillis(2 * Nodes.REPORT_MILLIS);
    /** A node whose report is older has missed one, and may be gone. */
    private static final long LATE_MILLIS = 2 * Nodes.REPORT_MILLIS;
    private static final double TICK_SECONDS = Nodes.REPORT_MILLIS / 1000.0;

    private final Options options;
    private final Roster roster;
    private final List<Lane> lanes;
    private final Drain drain;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final HubMetrics metrics;
    private final AtomicBoolean reporting = new AtomicBoolean();
    private final AtomicLong moving = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();
    private Set<String> seen = Set.of();
    private long newestAt;
    private int overFor;
    private boolean shedding;

    /**
     * How much unevenness is borne, and how fast it is evened out.
     *
     * @param enabled          whether sessions are moved at all
     * @param tolerancePercent percent above the mean that are borne
     * @param ratePerSecond    sessions that are moved in a second at most
     * @param minAge           a younger session is left alone, so that none is moved again as soon as it has arrived
     * @param settle           nothing is moved for so long after a node came, because another may be about to go
     */
    public record Options(boolean enabled, int tolerancePercent, int ratePerSecond, Duration minAge, Duration settle) {
        /** The defaults. */
        public static final Options DEFAULTS = new Options(true, 10, 50, Duration.ofSeconds(60), Duration.ofSeconds(80));
    }

    /**
     * What a tick found.
     *
     * @param edge        what began or ended
     * @param connections connections of this node
     * @param mean        their mean over the nodes that are ready
     * @param nodes       nodes that are ready
     * @param moved       sessions moved since it began, up to this tick
     */
    public record Look(Edge edge, long connections, double mean, int nodes, long moved) {
    }

    /** What changes with a tick. */
    public enum Edge {
        /** Nothing. */
        NONE,
        /** From now on sessions are moved. */
        BEGUN,
        /** From now on none are. */
        ENDED
    }

    Rebalance(Options options, Roster roster, List<Lane> lanes, Drain drain, InstantSource clock, RandomGenerator random, HubMetrics metrics) {
        this.options = options;
        this.roster = roster;
        this.lanes = lanes;
        this.drain = drain;
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
    }

    /** Reports this node, looks at what the others report, and moves sessions if that is due. Every {@link Nodes#REPORT_MILLIS}; never fails. */
    public CompletionStage<Look> tick() {
        if (!reporting.compareAndSet(false, true)) { // several that come back at once must not count as ticks running
            return CompletableFuture.completedStage(look(List.of()));
        }
        return roster.report().handle((reports, failure) -> {
            reporting.set(false);
            return look(failure == null ? reports : List.of());
        });
    }

    private synchronized Look look(List<Report> reports) {
        Report own = reports.stream().filter(report -> report.node().equals(roster.name())).findFirst().orElseGet(roster::own);
        List<Report> ready = reports.stream().filter(report -> report.state() == State.READY && own.time() - report.time() <= LATE_MILLIS).toList();
        boolean settled = ready.size() >= 2 && reports.stream().allMatch(report -> report.state() == State.READY);
        double mean = ready.stream().mapToLong(Report::connections).average().orElse(own.connections());
        long count = own.connections() - moving.get();
        Edge edge = judge(settled, isNobodyNew(ready), count, mean);
        if (shedding) {
            long places = ready.stream().filter(report -> report != own).mapToLong(report -> Math.max(0, report.limit() - report.connections())).sum();
            move((long) Math.min(Math.min(count - mean, options.ratePerSecond * TICK_SECONDS), Math.min(SHARE_PER_SECOND * count * TICK_SECONDS, places)));
        }
        return new Look(edge, own.connections(), mean, ready.size(), moved.get());
    }

    /** A node that was not seen in the look before is new, also one that was there earlier. */
    private boolean isNobodyNew(List<Report> ready) {
        Set<String> names = ready.stream().map(Report::node).collect(Collectors.toSet());
        if (!seen.containsAll(names)) {
            newestAt = clock.millis();
        }
        seen = names;
        return clock.millis() - newestAt >= options.settle.toMillis();
    }

    private Edge judge(boolean settled, boolean nobodyNew, long count, double mean) {
        if (shedding) {
            shedding = settled && nobodyNew && count > mean * (1 + options.tolerancePercent / 200.0);
            overFor = 0;
            return shedding ? Edge.NONE : Edge.ENDED;
        }
        boolean over = options.enabled && settled && count > mean * (1 + options.tolerancePercent / 100.0) && count > mean + SMALLEST_EXCESS;
        overFor = over ? overFor + 1 : 0;
        if (overFor < TICKS || !nobodyNew) {
            return Edge.NONE;
        }
        shedding = true;
        moved.set(0);
        return Edge.BEGUN;
    }

    /** Divides the number among the lanes as the sessions are: from whichever lane, each session has the same chance. */
    private void move(long number) {
        long[] sessions = lanes.stream().mapToLong(Lane::sessionCount).toArray();
        long all = 0;
        for (long each : sessions) {
            all += each;
        }
        long before = 0;
        for (int i = 0; i < sessions.length && all > 0; i++) {
            Lane lane = lanes.get(i);
            int share = (int) (number * (before + sessions[i]) / all - number * before / all);
            before += sessions[i];
            if (share > 0) {
                lane.execute(() -> move(lane, share));
            }
        }
    }

    private void move(Lane lane, int number) {
        long oldEnough = clock.millis() - options.minAge.toMillis();
        List<Subscriber> movable = new ArrayList<>();
        for (Subscriber subscriber : lane.subscribers()) {
            if (subscriber.session().state() instanceof Session.State.Open && subscriber.session().openedAt() <= oldEnough) {
                movable.add(subscriber);
            }
        }
        int count = Math.min(number, movable.size());
        for (int i = 0; i < count; i++) { // the first steps of a shuffle
            Collections.swap(movable, i, random.nextInt(i, movable.size()));
            Subscriber subscriber = movable.get(i);
            subscriber.isBeingRebalanced();
            moving.incrementAndGet();
            drain.moveOne(subscriber.session(), Disconnect.REBALANCE, WINDOW);
        }
        moved.addAndGet(count);
        metrics.rebalanced(count);
    }

    /** A session that was being moved has gone. */
    void gone() {
        moving.decrementAndGet();
    }
}
