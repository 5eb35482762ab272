package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What people do to a Deployment, and what happens to its pods and nodes. */
final class ClusterTrials {
    private static final int PODS = ClusterStage.PODS;
    private static final int SCALED_PODS = 5;
    private static final int ROLLOUT_SECONDS_MAX = 900;
    private static final double BUSIEST_MAX = 3;
    private static final double BALANCE_MAX = 1.15;
    private static final int BALANCE_SECONDS_MAX = 180;
    private static final int QUIET_SECONDS = 10;
    private static final int BACK_SECONDS_MAX = 60;
    private static final int SHORT_GRACE_SECONDS = 15;
    private static final Set<Tolerated> MOVES = EnumSet.of(Tolerated.ENDS);
    private static final Set<Tolerated> CUTS = EnumSet.of(Tolerated.ENDS, Tolerated.CUTS);

    private ClusterTrials() {
    }

    static List<ClusterTrial> all(ClusterSettings settings) {
        return List.of(
                ClusterTrial.asShipped("rolling", "kubectl rollout restart", MOVES, ClusterTrials::rolling),
                ClusterTrial.asShipped("rolling-all", "kubectl rollout restart with all new pods first", MOVES, ClusterTrials::rollingAll).with("rollout.maxSurge=100%"),
                ClusterTrial.asShipped("upgrade", "helm upgrade with nothing changed", EnumSet.noneOf(Tolerated.class), ClusterTrials::upgrade),
                ClusterTrial.asShipped("scale-out", "kubectl scale, three pods to five", MOVES, ClusterTrials::scaleOut),
                ClusterTrial.asShipped("scale-in", "kubectl scale, five pods to four and to three", MOVES, ClusterTrials::scaleIn),
                ClusterTrial.asShipped("short-notice", "kubectl delete pod --grace-period=15", CUTS, ClusterTrials::shortNotice),
                ClusterTrial.asShipped("kill", "kubectl delete pod --force", CUTS, ClusterTrials::kill),
                ClusterTrial.asShipped("node-drain", "kubectl drain of a node with pods of the hub", MOVES, ClusterTrials::nodeDrain),
                AutoscalerTrials.seven(settings), AutoscalerTrials.connections(settings));
    }

    private static void rolling(ClusterStage stage, Outcome outcome) {
        rollout(stage, outcome);
        outcome.atMost("reconnects per client", 1.7, stage.reconnects(), 2);
        outcome.atMost("pods that drain at once", 1, stage.watch().drainingAtOnce(), 0);
    }

    private static void rollingAll(ClusterStage stage, Outcome outcome) {
        rollout(stage, outcome);
        outcome.atMost("reconnects per client", 1.05, stage.reconnects(), 2);
    }

    private static void rollout(ClusterStage stage, Outcome outcome) {
        Cluster cluster = stage.cluster();
        Set<String> before = names(cluster);
        DashboardCheck dashboard = DashboardCheck.of(stage.settings());
        long start = System.nanoTime();
        cluster.kubectl("rollout", "restart", "deployment/" + Cluster.DEPLOYMENT);
        boolean begun = Cluster.await(ROLLOUT_SECONDS_MAX, () -> stage.watch().ended() > 0);
        dashboard.look(outcome);
        boolean over = begun && cluster.awaitSettled(PODS, ROLLOUT_SECONDS_MAX);
        outcome.holds("all pods are new and the old ones are gone, seconds", "<= " + ROLLOUT_SECONDS_MAX, "%.0f".formatted((System.nanoTime() - start) / 1e9),
                over && names(cluster).stream().noneMatch(before::contains));
        dashboard.compareEnds(outcome, stage.crowd().ends());
        busiest(stage, outcome, 0, stage.crowd().size() / (double) PODS * Math.max(1, stage.watch().drainingAtOnce()));
    }

    /** Since that second; the mean is that of pods that drain with so many sessions together. */
    private static void busiest(ClusterStage stage, Outcome outcome, int from, double sessions) {
        double mean = sessions / stage.settings().window();
        int busiest = stage.crowd().busiest(from, stage.crowd().second());
        outcome.figure("sessions that began in the busiest second and those around it", stage.crowd().opensAround(busiest));
        outcome.atMost("busiest second, in times of clients of the pods that drain / window", BUSIEST_MAX, stage.crowd().opensIn(busiest) / mean, 2);
    }

    private static Set<String> names(Cluster cluster) {
        return cluster.pods().stream().map(Cluster.Pod::name).collect(Collectors.toSet());
    }

    private static void upgrade(ClusterStage stage, Outcome outcome) {
        Set<String> before = names(stage.cluster());
        stage.upgrade(List.of());
        Pause.millis(15_000);
        Set<String> after = names(stage.cluster());
        outcome.holds("pods", "the same", before.equals(after) ? "the same" : after + " instead of " + before, before.equals(after));
    }

    static double skew(Cluster cluster) {
        int[] sessions = cluster.serving().stream().mapToInt(cluster::sessions).toArray();
        double mean = Arrays.stream(sessions).average().orElse(0);
        return mean == 0 ? 0 : Arrays.stream(sessions).max().orElse(0) / mean;
    }

    static void scale(Cluster cluster, int pods) {
        cluster.kubectl("scale", "deployment/" + Cluster.DEPLOYMENT, "--replicas=" + pods);
    }

    private static void scaleOut(ClusterStage stage, Outcome outcome) {
        scale(stage.cluster(), SCALED_PODS);
        balance(stage, outcome, SCALED_PODS);
    }

    /** Waits until so many pods serve and have about the same number of sessions. */
    static void balance(ClusterStage stage, Outcome outcome, int pods) {
        long start = System.nanoTime();
        boolean served = Cluster.await(BALANCE_SECONDS_MAX, () -> stage.cluster().serving().size() == pods);
        double[] skew = {0};
        boolean balanced = served && Cluster.await(BALANCE_SECONDS_MAX, () -> {
            skew[0] = skew(stage.cluster());
            return skew[0] > 0 && skew[0] <= BALANCE_MAX;
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        outcome.holds("max/mean of sessions of " + pods + " pods", "<= " + BALANCE_MAX, "%.3f".formatted(skew[0]), balanced);
        outcome.atMost("seconds until then, with the start of the pods", BALANCE_SECONDS_MAX, seconds, 0);
        outcome.figure("reconnects per client until then", "%.2f".formatted(stage.reconnects()));
    }

    private static void scaleIn(ClusterStage stage, Outcome outcome) {
        Cluster cluster = stage.cluster();
        scale(cluster, SCALED_PODS);
        balance(stage, outcome, SCALED_PODS);
        Crowd crowd = stage.crowd();
        Cluster.await(BALANCE_SECONDS_MAX, () -> crowd.second() > QUIET_SECONDS && crowd.busiestSecond(crowd.second() - QUIET_SECONDS, crowd.second()) == 0);
        int balanced = crowd.second(); // who moved until then moved for balance
        for (int pods = SCALED_PODS - 1; pods >= PODS; pods--) {
            scale(cluster, pods);
            stage.awaitSettled(pods);
        }
        outcome.atMost("pods that drain at once", 1, stage.watch().drainingAtOnce(), 0);
        outcome.holds("pods that drained", "2", Integer.toString(stage.watch().ended()), stage.watch().ended() == 2);
        busiest(stage, outcome, balanced, crowd.size() / (double) SCALED_PODS);
    }

    private static Cluster.Pod fullest(Cluster cluster) {
        return cluster.serving().stream().max(Comparator.comparingInt(cluster::sessions)).orElseThrow();
    }

    private static void shortNotice(ClusterStage stage, Outcome outcome) {
        Cluster cluster = stage.cluster();
        Cluster.Pod pod = fullest(cluster);
        int sessions = cluster.sessions(pod);
        cluster.kubectl("delete", "pod", pod.name(), "--grace-period=" + SHORT_GRACE_SECONDS);
        stage.awaitSettled(PODS);
        boolean back = stage.crowd().awaitConnected(stage.crowd().size(), BACK_SECONDS_MAX);
        outcome.holds("everybody is back", "yes", back ? "yes" : stage.crowd().connected() + " are", back);
        double clean = stage.crowd().ends(End.Kind.TOLD) + stage.crowd().ends(End.Kind.MOVED);
        outcome.figure("sessions of the pod", Integer.toString(sessions));
        outcome.atLeast("clean goodbyes, %", 95, 100 * clean / Math.max(1, stage.crowd().ends()), 1);
    }

    private static void kill(ClusterStage stage, Outcome outcome) {
        Cluster cluster = stage.cluster();
        Cluster.Pod pod = fullest(cluster);
        int sessions = cluster.sessions(pod);
        long start = System.nanoTime();
        cluster.kubectl("delete", "pod", pod.name(), "--force", "--grace-period=0", "--wait=false");
        // Force removes the pod from the records first, and from its node after that.
        Cluster.await(BACK_SECONDS_MAX, () -> stage.crowd().ends() >= 0.99 * sessions);
        boolean back = stage.crowd().awaitConnected(stage.crowd().size(), BACK_SECONDS_MAX);
        outcome.holds("seconds until everybody is back", "<= " + BACK_SECONDS_MAX, "%.1f".formatted((System.nanoTime() - start) / 1e9), back);
        outcome.holds("sessions that ended", sessions + ", those of the pod", Integer.toString(stage.crowd().ends()), stage.crowd().ends() == sessions);
        stage.awaitSettled(PODS);
    }

    private static void nodeDrain(ClusterStage stage, Outcome outcome) {
        Cluster cluster = stage.cluster();
        String node = cluster.serving().stream().collect(Collectors.groupingBy(Cluster.Pod::node, Collectors.counting())).entrySet().stream()
                .filter(entry -> !runsRedis(cluster, entry.getKey())).max(Map.Entry.comparingByValue()).map(Map.Entry::getKey).orElse("");
        if (node.isEmpty()) {
            outcome.holds("a node with pods of the hub and without Redis", "one", "none", false);
            return;
        }
        int pods = (int) cluster.serving().stream().filter(pod -> pod.node().equals(node)).count();
        try {
            cluster.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--pod-selector=app.kubernetes.io/name=tidings", "--timeout=600s");
            stage.awaitSettled(PODS);
            outcome.holds("pods that moved to other nodes", Integer.toString(pods), Integer.toString(stage.watch().ended()), stage.watch().ended() == pods);
            outcome.zero("pods left on the node", cluster.pods().stream().filter(pod -> pod.node().equals(node)).count());
        } finally {
            cluster.kubectl("uncordon", node);
        }
    }

    private static boolean runsRedis(Cluster cluster, String node) {
        return cluster.object("api/v1", "pods?labelSelector=app%3Dredis").at("/items/0/spec/nodeName").asText().equals(node);
    }
}
