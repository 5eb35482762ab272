package dev.tidings.bench.scenarios;

import java.util.List;
import java.util.Set;

/**
 * One scenario of the cluster run.
 *
 * @param name      as it is named on the command line
 * @param meaning   what is done, in words
 * @param values    values of the chart for it, as {@code --set} of helm takes them
 * @param tolerated what is no fault in it
 * @param pace      clients that connect a second
 * @param act       what is done
 */
record ClusterTrial(String name, String meaning, List<String> values, Set<Trial.Tolerated> tolerated, int pace, Act act) {
    private static final int PACE = 300;

    /** What is done to the stage, with what is measured meanwhile. */
    @FunctionalInterface
    interface Act {
        void on(ClusterStage stage, Outcome outcome);
    }

    /** With what the chart ships. */
    static ClusterTrial asShipped(String name, String meaning, Set<Trial.Tolerated> tolerated, Act act) {
        return new ClusterTrial(name, meaning, List.of(), tolerated, PACE, act);
    }

    ClusterTrial with(String... more) {
        return new ClusterTrial(name, meaning, List.of(more), tolerated, pace, act);
    }

    ClusterTrial at(int perSecond) {
        return new ClusterTrial(name, meaning, values, tolerated, perSecond, act);
    }
}
