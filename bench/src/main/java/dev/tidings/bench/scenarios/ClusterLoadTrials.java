package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.EnumSet;
import java.util.List;

/** In a cluster: Redis away, and more than pods take. */
final class ClusterLoadTrials {
    private static final int PODS = ClusterStage.PODS;
    private static final int OUTAGE_SECONDS = 30;
    private static final double TOLD_SECONDS_MAX = 1;
    /** What was acknowledged so long before Redis went may have been under way. */
    private static final long UNDER_WAY_NANOS = 2_000_000_000L;
    private static final int STARTLESS_SECONDS = 60;
    private static final int READY_SECONDS_MAX = 10;
    private static final double STORM_IDEAL_SECONDS = 16;
    private static final double LIMIT_SHARE = 0.8;
    private static final int REFUSED_SECONDS = 15;
    private static final int ROOM_SECONDS_MAX = 60;
    private static final int STALLED = 100;
    private static final int STALLED_RECEIVE_BYTES = 16 * 1024;
    private static final int STALLED_PAYLOAD_BYTES = 16 * 1024;
    /** So slow that it takes twenty seconds until they are closed: the machine's own bursts must not decide what is compared. */
    private static final double STALLED_RATE = 2;
    private static final int COMPARED_SECONDS = 30;
    /** New pods compile, whatever their clients do. */
    private static final int WARM_MILLIS = 30_000;
    private static final int STALLED_SECONDS_MAX = 90;
    /** Seldom: the pods share the machine's cores with whoever looks. */
    private static final int LOOK_MILLIS = 2_000;
    private static final int OUTBOX_BYTES_MAX = 1024 * 1024;
    private static final int STALLED_MEGABYTES_MAX = 3 * 128;
    private static final double NANOS_PER_MILLI = 1e6;

    private ClusterLoadTrials() {
    }

    static List<ClusterTrial> all(ClusterSettings settings) {
        int rate = (int) Math.ceil(settings.clients() / STORM_IDEAL_SECONDS / PODS);
        int limit = (int) (LIMIT_SHARE * settings.clients() / PODS);
        return List.of(
                ClusterTrial.asShipped("redis-outage", "Redis restarts, and is away for 30 s", EnumSet.of(Tolerated.UNAVAILABLE), ClusterLoadTrials::outage),
                ClusterTrial.asShipped("redis-start", "Redis is away when the pods start", EnumSet.noneOf(Tolerated.class), ClusterLoadTrials::startless).at(0),
                ClusterTrial.asShipped("storm", "all clients are cut at the same moment and come back at once", EnumSet.of(Tolerated.ENDS, Tolerated.CUTS),
                        (stage, outcome) -> storm(stage, outcome, rate)).with("connections.handshakesPerSecond=" + rate).at(2 * rate),
                ClusterTrial.asShipped("limit", "more clients than the pods may have", EnumSet.noneOf(Tolerated.class), (stage, outcome) -> limit(stage, outcome, limit))
                        .with("connections.maxPerPod=" + limit, "autoscaling.targetConnectionsPerPod=" + limit / 2),
                ClusterTrial.asShipped("stalled", "100 clients that don't read what they are sent", EnumSet.noneOf(Tolerated.class), ClusterLoadTrials::stalled));
    }

    private static void redis(ClusterStage stage, String script) {
        stage.cluster().kubectl("exec", "deployment/redis", "--", "sh", "-c", script);
    }

    private static void away(ClusterStage stage) {
        redis(stage, "touch /data/away; (sleep 0.5; redis-cli shutdown) >/dev/null 2>&1 &"); // later: the container ends, and takes with it who asked for it
    }

    private static void outage(ClusterStage stage, Outcome outcome) {
        long gone = System.nanoTime() - UNDER_WAY_NANOS;
        away(stage);
        Pause.millis(OUTAGE_SECONDS * 1_000L);
        long cleared = System.nanoTime();
        redis(stage, "rm /data/away");
        stage.calm();
        stage.calm();
        outcome.holds("pods that serve", Integer.toString(PODS), Integer.toString(stage.cluster().serving().size()), stage.cluster().serving().size() == PODS);
        // Redis is back for clients of the hub when one pod has reached it; the others must not be long behind.
        long back = stage.channels().stream().mapToLong(channel -> channel.firstAcknowledged(cleared)).min().orElse(Long.MAX_VALUE);
        outcome.figure("seconds until a publication was acknowledged again", back == Long.MAX_VALUE ? "-" : "%.2f".formatted((back - cleared) / 1e9));
        outcome.within("delivered after the acknowledgement, or after that moment if later, within, s", TOLD_SECONDS_MAX,
                Lateness.ofAcknowledged(stage.channels(), stage.crowd(), gone, Long.MAX_VALUE, back), 2);
    }

    private static void startless(ClusterStage stage, Outcome outcome) {
        Cluster cluster = stage.cluster();
        ClusterTrials.scale(cluster, 0);
        stage.awaitSettled(0);
        away(stage);
        ClusterTrials.scale(cluster, PODS);
        Pause.millis(STARTLESS_SECONDS * 1_000L);
        List<Cluster.Pod> pods = cluster.pods();
        outcome.holds("pods", Integer.toString(PODS), Integer.toString(pods.size()), pods.size() == PODS);
        outcome.zero("pods that are ready without Redis", pods.stream().filter(Cluster.Pod::ready).count());
        outcome.zero("restarts without Redis", pods.stream().mapToInt(Cluster.Pod::restarts).sum());
        redis(stage, "rm /data/away");
        long start = System.nanoTime();
        boolean ready = Cluster.await(3 * READY_SECONDS_MAX, () -> cluster.serving().size() == PODS);
        double seconds = (System.nanoTime() - start) / 1e9;
        outcome.holds("seconds until all are ready, after its return", "<= " + READY_SECONDS_MAX, "%.1f".formatted(seconds), ready && seconds <= READY_SECONDS_MAX);
        stage.populate(ClusterTrial.asShipped("", "", EnumSet.noneOf(Tolerated.class), (_, _) -> { }));
        stage.calm();
    }

    private static void storm(ClusterStage stage, Outcome outcome, int rate) {
        double before = stage.cluster().memoryMegabytes();
        Crowd crowd = stage.crowd();
        crowd.begin();
        crowd.hurry(true);
        long start = System.nanoTime();
        crowd.cut();
        int bound = (int) Math.ceil(3.0 * crowd.size() / (PODS * rate));
        Pause.millis(1_000);
        boolean back = crowd.awaitConnected(crowd.size(), 2 * bound);
        double seconds = (System.nanoTime() - start) / 1e9;
        crowd.hurry(false);
        outcome.holds("seconds until everybody is back", "<= " + bound, "%.1f".formatted(seconds), back && seconds <= bound);
        outcome.atLeast("refusals, each with a time to come back", 1, crowd.refusals(), 0);
        double most = 0;
        for (int second = 1; second <= Math.min(bound, (int) seconds + 1); second++) {
            // What was saved up before, and one second's worth each.
            most = Math.max(most, crowd.opensWithin(second) / (double) (PODS * rate * (second + 1)));
        }
        outcome.atMost("sessions that began, in times of what admission allows", 1.05, most, 2);
        outcome.figure("memory of the pods before and after, MB", "%.0f, %.0f".formatted(before, stage.cluster().memoryMegabytes()));
    }

    private static void limit(ClusterStage stage, Outcome outcome, int limit) {
        Crowd crowd = stage.crowd();
        boolean full = crowd.awaitConnected(PODS * limit, ROOM_SECONDS_MAX);
        Pause.millis(REFUSED_SECONDS * 1_000L);
        outcome.holds("clients admitted", Integer.toString(PODS * limit), Integer.toString(crowd.connected()), full && crowd.connected() == PODS * limit);
        outcome.atLeast("refusals, each with a time to come back", crowd.size() - PODS * limit, crowd.refusals(), 0);
        outcome.holds("pods that serve while full", Integer.toString(PODS), Integer.toString(stage.cluster().serving().size()), stage.cluster().serving().size() == PODS);
        long start = System.nanoTime();
        // Room for the rest, and a little more: a client that is sent to a pod without room comes again.
        crowd.leave((int) (1.3 * (crowd.size() - PODS * limit)));
        boolean all = crowd.awaitConnected(crowd.size(), ROOM_SECONDS_MAX);
        outcome.holds("seconds until everybody is in, once there is room", "<= " + ROOM_SECONDS_MAX, "%.1f".formatted((System.nanoTime() - start) / 1e9), all);
    }

    private static double sum(ClusterStage stage, String metric, String label) {
        return stage.cluster().serving().stream().mapToDouble(pod -> stage.cluster().metric(pod, metric, label)).sum();
    }

    /** Who reads nothing answers no keepalive either; whichever a pod notices first. */
    private static double closed(ClusterStage stage) {
        return sum(stage, "tidings_connections_closed_total", "reason=\"slow\"") + sum(stage, "tidings_connections_closed_total", "reason=\"no_pong\"");
    }

    /** What is asked of the pods every now and then, also while there is nothing to see: to ask costs them too. */
    private record Look(double outboxBytes, double memory, double closed) {
        static Look at(ClusterStage stage) {
            return new Look(sum(stage, "tidings_outbox_bytes", ""), stage.cluster().memoryMegabytes(), ClusterLoadTrials.closed(stage));
        }
    }

    /** Milliseconds, of all clients but guests, since the last beginning. */
    private static double p99(ClusterStage stage) {
        return stage.crowd().latency().getValueAtPercentile(99) / NANOS_PER_MILLI;
    }

    private static void stalled(ClusterStage stage, Outcome outcome) {
        Pause.millis(WARM_MILLIS);
        stage.crowd().begin();
        Look before = Look.at(stage);
        for (int i = 0; i < COMPARED_SECONDS * 1_000 / LOOK_MILLIS; i++) {
            Pause.millis(LOOK_MILLIS);
            before = Look.at(stage);
        }
        double p99Before = p99(stage);
        Acknowledged channel = new Acknowledged("bench:stalled-loud");
        Crowd stalled = stage.guest(new Crowd(stage.inetAddress(), STALLED_RECEIVE_BYTES));
        stalled.join(STALLED, List.of(channel), STALLED);
        stalled.awaitConnected(STALLED, REFUSED_SECONDS);
        stalled.read(false);
        stage.crowd().begin();
        Look now = before;
        double most = 0;
        double memory = 0;
        try (var loud = stage.publishers(STALLED_PAYLOAD_BYTES).start(List.of(channel), STALLED_RATE)) {
            long deadline = System.nanoTime() + STALLED_SECONDS_MAX * 1_000_000_000L;
            while (now.closed - before.closed < STALLED && System.nanoTime() < deadline) {
                Pause.millis(LOOK_MILLIS);
                now = Look.at(stage);
                most = Math.max(most, now.outboxBytes);
                memory = Math.max(memory, now.memory);
            }
            outcome.figure("publishers of the channel that nobody reads", loud.shown());
        }
        double p99 = p99(stage);
        int ends = stage.crowd().ends();
        stage.crowd().begin();
        stalled.read(true);
        boolean received = stalled.awaitCaughtUp(ROOM_SECONDS_MAX);
        double p99After = p99(stage);
        Verdict verdict = stalled.judge();
        outcome.atLeast("sessions closed as slow or silent", STALLED, now.closed - before.closed, 0);
        outcome.atMost("outboxes together, bytes", (double) OUTBOX_BYTES_MAX * STALLED, most, 0);
        if (before.memory > 0) {
            outcome.atMost("growth of the memory of the pods, MB", STALLED_MEGABYTES_MAX, memory - before.memory, 0);
        } else {
            outcome.figure("growth of the memory of the pods, MB", "the cluster does not tell");
        }
        outcome.figure("p99 of the others before, ms", "%.1f".formatted(p99Before));
        outcome.atMost("p99 of the others meanwhile, ms", Math.max(2 * p99Before, p99Before + 50), p99, 1);
        outcome.figure("p99 of the others while the stalled ones catch up, ms", "%.1f".formatted(p99After));
        outcome.zero("sessions of the others that ended meanwhile", ends);
        outcome.holds("stalled clients that have everything after they read again", "all", stalled.caughtUp() + " of " + STALLED, received);
        outcome.zero("lost by stalled clients", verdict.lost);
        outcome.zero("doubled for stalled clients", verdict.doubled);
        outcome.note("reasons of stalled clients: " + stalled.reasons());
    }
}
