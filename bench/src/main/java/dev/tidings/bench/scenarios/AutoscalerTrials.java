package dev.tidings.bench.scenarios;

import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The chart's autoscaler on the metric {@code tidings_connections}, which the cluster's custom metrics API must have. */
final class AutoscalerTrials {
    private static final int PODS = ClusterStage.PODS;
    private static final int HELD_PODS = 7;
    private static final int SCALED_PODS = 5;
    private static final int UP_SECONDS_MAX = 300;
    private static final int HELD_SECONDS = 30;
    /** As shipped: a quarter of an hour until the first, five minutes to the second, and the drains. */
    private static final int SHIPPED_DOWN_SECONDS_MAX = 1_800;
    private static final int DOWN_SECONDS_MAX = 900;

    private AutoscalerTrials() {
    }

    /** So many connections for each pod make so many pods, with room on both sides of what the autoscaler ignores. */
    private static String target(ClusterSettings settings, int pods) {
        return "autoscaling.targetConnectionsPerPod=" + (int) Math.ceil(settings.clients() / (pods - 0.15));
    }

    static ClusterTrial seven(ClusterSettings settings) {
        return ClusterTrial.asShipped("autoscaled-upgrade", "helm upgrade while an autoscaler holds seven pods", EnumSet.of(Tolerated.ENDS), AutoscalerTrials::held)
                .with("autoscaling.provider=hpa", target(settings, HELD_PODS));
    }

    static ClusterTrial connections(ClusterSettings settings) {
        List<String> values = new ArrayList<>(List.of("autoscaling.provider=hpa", target(settings, SCALED_PODS)));
        if (!settings.patient()) {
            String down = "autoscaling.behavior.scaleDown.";
            int seconds = settings.window() + 30;
            values.addAll(List.of(down + "stabilizationWindowSeconds=" + seconds, down + "policies[0].type=Pods", down + "policies[0].value=1",
                    down + "policies[0].periodSeconds=" + seconds));
        }
        return ClusterTrial.asShipped("autoscaler", "an autoscaler on connections, three pods to five and back", EnumSet.of(Tolerated.ENDS), AutoscalerTrials::upAndDown)
                .with(values.toArray(String[]::new));
    }

    private static int replicas(Cluster cluster) {
        return cluster.deployment().at("/spec/replicas").asInt();
    }

    private static boolean reaches(ClusterStage stage, Outcome outcome, int pods) {
        long start = System.nanoTime();
        boolean reached = Cluster.await(UP_SECONDS_MAX, () -> replicas(stage.cluster()) == pods && stage.cluster().serving().size() == pods);
        outcome.holds("seconds until the autoscaler has " + pods + " pods", "<= " + UP_SECONDS_MAX, "%.0f, %d pods".formatted((System.nanoTime() - start) / 1e9,
                stage.cluster().serving().size()), reached);
        return reached;
    }

    private static void held(ClusterStage stage, Outcome outcome) {
        if (!reaches(stage, outcome, HELD_PODS)) {
            return;
        }
        stage.upgrade(List.of("autoscaling.provider=hpa", target(stage.settings(), HELD_PODS), "autoscaling.maxReplicas=15"));
        boolean changed = Cluster.await(HELD_SECONDS, () -> replicas(stage.cluster()) != HELD_PODS);
        outcome.holds("replicas after the upgrade", Integer.toString(HELD_PODS), Integer.toString(replicas(stage.cluster())), !changed);
        outcome.zero("pods that ended", stage.watch().ended());
    }

    private static void upAndDown(ClusterStage stage, Outcome outcome) {
        if (!reaches(stage, outcome, SCALED_PODS)) {
            return;
        }
        ClusterTrials.balance(stage, outcome, SCALED_PODS);
        stage.crowd().leave(2 * stage.crowd().size() / 3);
        long start = System.nanoTime();
        int most = stage.settings().patient() ? SHIPPED_DOWN_SECONDS_MAX : DOWN_SECONDS_MAX;
        boolean down = Cluster.await(most, () -> stage.cluster().pods().size() == PODS);
        outcome.holds("seconds until there are three pods again, and no others", "<= " + most, "%.0f, %d pods".formatted((System.nanoTime() - start) / 1e9,
                stage.cluster().pods().size()), down);
        outcome.atMost("pods that drain at once", 1, stage.watch().drainingAtOnce(), 0);
        outcome.holds("pods that drained", "2", Integer.toString(stage.watch().ended()), stage.watch().ended() == 2);
    }
}
