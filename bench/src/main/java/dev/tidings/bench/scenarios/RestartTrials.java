package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;

/** Hubs come and go: deploys, scaling, short notice, sudden death. */
final class RestartTrials {
    /** Between the moment at which nobody is sent to a hub any more and SIGTERM. */
    private static final int PROPAGATION_MILLIS = 1_000;
    /** After the window: stragglers, the listener's last two seconds, the JVM's end. */
    private static final int MARGIN_SECONDS = 15;
    private static final int NOTICE_SECONDS = 2;
    private static final int SHORT_WINDOW_SECONDS = 5;
    private static final int BACK_SECONDS_MAX = 60;
    private static final int BALANCE_SECONDS_MAX = 180;
    private static final double BALANCE_MAX = 1.15;
    private static final int SCALED_HUBS = 5;
    /** A hub moves nobody for an excess of less than 50 sessions: with fewer clients it would call itself even when it is not. */
    private static final int SCALED_CLIENTS_MIN = 1_500;
    private static final double BUSIEST_MAX = 3;

    private RestartTrials() {
    }

    static List<Trial> all(Settings settings) {
        return List.of(
                new Trial("rolling", "three hubs replaced one by one, the next one started before each ends", Plan.usual(settings), EnumSet.of(Tolerated.ENDS),
                        RestartTrials::rolling),
                new Trial("rolling-all", "three hubs replaced at once, all new ones started before", Plan.usual(settings), EnumSet.of(Tolerated.ENDS),
                        RestartTrials::rollingAll),
                new Trial("scale-out", "from three hubs to five", Plan.usual(settings).with("tidings.rebalance.min-age=" + settings.restSeconds() + "s")
                        .withClients(Math.max(settings.clients(), SCALED_CLIENTS_MIN), settings.pace()), EnumSet.of(Tolerated.ENDS), RestartTrials::scaleOut),
                new Trial("short-notice", "SIGTERM, and two seconds later another one", Plan.usual(settings), EnumSet.of(Tolerated.ENDS, Tolerated.CUTS),
                        RestartTrials::shortNotice),
                new Trial("kill", "SIGKILL to one of three hubs", Plan.usual(settings), EnumSet.of(Tolerated.ENDS, Tolerated.CUTS), RestartTrials::kill),
                new Trial("memory", "the only hub, without Redis, is killed and another one takes its place", Plan.usual(settings).on(Plan.Backing.NONE).withHubs(1),
                        EnumSet.of(Tolerated.ENDS, Tolerated.CUTS, Tolerated.GAPS), RestartTrials::memory));
    }

    private static void rolling(Stage stage, Outcome outcome) {
        double busiest = 0;
        for (HubNode old : stage.fleet().serving()) {
            stage.fleet().start(1);
            busiest = Math.max(busiest, drain(stage, outcome, List.of(old)));
        }
        judgeMoves(stage, outcome, busiest, 1.7);
    }

    private static void rollingAll(Stage stage, Outcome outcome) {
        List<HubNode> old = stage.fleet().serving();
        stage.fleet().start(old.size());
        double busiest = drain(stage, outcome, old);
        judgeMoves(stage, outcome, busiest, 1.05);
    }

    private static void judgeMoves(Stage stage, Outcome outcome, double busiest, double reconnectsMax) {
        // Those who were told last have not come back yet.
        stage.crowd().awaitConnected(stage.crowd().size(), BACK_SECONDS_MAX);
        outcome.within("busiest second of a drain, in times of sessions / window", BUSIEST_MAX, busiest, 2);
        outcome.atMost("reconnects per client", reconnectsMax, stage.crowd().opens() / (double) stage.crowd().size(), 2);
    }

    /** Ends hubs as an orchestrator does; how busy the busiest second was, compared with sessions spread evenly over the window. */
    private static double drain(Stage stage, Outcome outcome, List<HubNode> hubs) {
        int window = stage.settings().window();
        hubs.forEach(stage.fleet()::retire);
        Pause.millis(PROPAGATION_MILLIS);
        int sessions = hubs.stream().mapToInt(HubNode::connections).sum();
        int from = stage.crowd().second();
        hubs.forEach(HubNode::terminate);
        for (HubNode hub : hubs) {
            OptionalInt exit = hub.awaitEnd(window + MARGIN_SECONDS);
            outcome.holds("exit code of " + hub.name() + " with " + sessions + " sessions to move", "0", exit.isPresent() ? Integer.toString(exit.getAsInt()) : "none",
                    exit.isPresent() && exit.getAsInt() == 0);
        }
        return stage.crowd().busiestSecond(from, stage.crowd().second()) / ((double) sessions / window);
    }

    private static void scaleOut(Stage stage, Outcome outcome) {
        long start = System.nanoTime();
        stage.fleet().start(SCALED_HUBS - stage.fleet().serving().size());
        double[] skew = {0};
        Crowd.await(BALANCE_SECONDS_MAX, () -> {
            skew[0] = skew(stage.fleet().serving());
            return skew[0] <= BALANCE_MAX;
        });
        double seconds = (System.nanoTime() - start) / 1e9;
        // Whoever is moved once more than needed is moved now.
        Pause.millis(stage.settings().restSeconds() * 1_000L / 2);
        outcome.atMost("max/mean of sessions per hub", BALANCE_MAX, skew[0], 3);
        outcome.within("seconds until then, with the start of the hubs", BALANCE_SECONDS_MAX, seconds, 0);
        outcome.figure("max/mean a while later", "%.3f".formatted(skew(stage.fleet().serving())));
        double shortest = stage.crowd().shortestSecondsBetweenSessions();
        outcome.holds("shortest time between two moves of one client, s", ">= " + stage.settings().restSeconds(),
                Double.isInfinite(shortest) ? "nobody moved twice" : "%.1f".formatted(shortest), shortest >= stage.settings().restSeconds());
        outcome.figure("reconnects per client (unavoidable: 0.40)", "%.2f".formatted(stage.crowd().opens() / (double) stage.crowd().size()));
    }

    private static double skew(List<HubNode> hubs) {
        int[] sessions = hubs.stream().mapToInt(HubNode::connections).toArray();
        double mean = Arrays.stream(sessions).average().orElse(0);
        return mean == 0 ? 0 : Arrays.stream(sessions).max().orElse(0) / mean;
    }

    private static void shortNotice(Stage stage, Outcome outcome) {
        HubNode hub = stage.fleet().serving().getFirst();
        stage.fleet().retire(hub);
        Pause.millis(PROPAGATION_MILLIS);
        int sessions = hub.connections();
        hub.terminate();
        Pause.millis(NOTICE_SECONDS * 1_000L);
        long start = System.nanoTime();
        hub.terminate();
        OptionalInt exit = hub.awaitEnd(SHORT_WINDOW_SECONDS + MARGIN_SECONDS);
        outcome.holds("exit code with " + sessions + " sessions to move", "0", exit.isPresent() ? Integer.toString(exit.getAsInt()) : "none",
                exit.isPresent() && exit.getAsInt() == 0);
        outcome.within("seconds from the second signal to the end", SHORT_WINDOW_SECONDS + 5, (System.nanoTime() - start) / 1e9, 1);
        stage.calm();
        double clean = stage.crowd().ends(End.Kind.TOLD) + stage.crowd().ends(End.Kind.MOVED);
        outcome.atLeast("clean goodbyes, %", 95, 100 * clean / Math.max(1, stage.crowd().ends()), 1);
    }

    private static void kill(Stage stage, Outcome outcome) {
        HubNode hub = stage.fleet().serving().getFirst();
        int sessions = hub.connections();
        long start = System.nanoTime();
        hub.kill();
        stage.fleet().retire(hub);
        everybodyIsBack(stage, outcome, start);
        outcome.holds("sessions that ended", sessions + ", those of the hub", Integer.toString(stage.crowd().ends()), stage.crowd().ends() == sessions);
    }

    private static void everybodyIsBack(Stage stage, Outcome outcome, long start) {
        boolean back = stage.crowd().awaitConnected(stage.crowd().size(), BACK_SECONDS_MAX);
        outcome.holds("seconds until everybody is back", "<= " + BACK_SECONDS_MAX, "%.1f".formatted((System.nanoTime() - start) / 1e9), back);
    }

    private static void memory(Stage stage, Outcome outcome) {
        HubNode hub = stage.fleet().serving().getFirst();
        hub.kill();
        stage.fleet().retire(hub);
        stage.fleet().start(1);
        everybodyIsBack(stage, outcome, System.nanoTime());
        stage.calm();
        stage.everybodyWasTold(outcome);
    }
}
