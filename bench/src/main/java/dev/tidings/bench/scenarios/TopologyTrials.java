package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.EnumSet;
import java.util.List;

/** Redis in several processes: Sentinel and Cluster, of which one dies or hands over. */
final class TopologyTrials {
    private static final int BEHIND_SECONDS = 3;

    private TopologyTrials() {
    }

    static List<Trial> all(Settings settings) {
        var whenRedisDies = EnumSet.of(Tolerated.UNAVAILABLE, Tolerated.GAPS);
        return List.of(
                new Trial("sentinel-failover", "the master dies, its replica takes over", Plan.usual(settings).on(Plan.Backing.SENTINEL), whenRedisDies,
                        TopologyTrials::sentinel),
                new Trial("sentinel-behind", "the master dies, a replica takes over that was cut off for " + BEHIND_SECONDS + " s",
                        Plan.usual(settings).on(Plan.Backing.SENTINEL), whenRedisDies, TopologyTrials::behind),
                new Trial("cluster-failover", "one of three masters dies, its replica takes over", Plan.usual(settings).on(Plan.Backing.CLUSTER), whenRedisDies,
                        TopologyTrials::cluster),
                new Trial("cluster-slots", "all slots of one master that hold anything move to another one", Plan.usual(settings).on(Plan.Backing.CLUSTER),
                        EnumSet.noneOf(Tolerated.class), TopologyTrials::slots));
    }

    private static void sentinel(Stage stage, Outcome outcome) {
        outcome.figure("seconds until the replica was master", "%.1f".formatted(stage.sentinels().failOver()));
        Pause.millis(2_000L * stage.settings().calm());
    }

    private static void behind(Stage stage, Outcome outcome) {
        stage.sentinels().cutReplicaOff();
        Pause.millis(BEHIND_SECONDS * 1_000L);
        outcome.figure("seconds until the replica was master", "%.1f".formatted(stage.sentinels().failOver()));
        Pause.millis(2_000L * stage.settings().calm());
        stage.everybodyWasTold(outcome);
    }

    private static void cluster(Stage stage, Outcome outcome) {
        outcome.figure("seconds until the replica served", "%.1f".formatted(stage.cluster().failOver()));
        Pause.millis(2_000L * stage.settings().calm());
    }

    private static void slots(Stage stage, Outcome outcome) {
        outcome.atLeast("slots with channels that moved", 1, stage.cluster().moveFilledSlots(), 0);
        Pause.millis(2_000L * stage.settings().calm());
    }
}
