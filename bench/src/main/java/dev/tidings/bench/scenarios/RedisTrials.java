package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One Redis that is restarted, away, frozen, empty, or not there at the start. */
final class RedisTrials {
    private static final double TOLD_SECONDS_MAX = 1;
    /** Two cores take a second to bring 10,000 messages to as many clients, with hubs, balancer and clients on them. */
    private static final double TOLD_PER_SECOND = 10_000;
    private static final int NEWCOMERS = 20;
    private static final int NEWCOMERS_SECONDS_MAX = 30;
    private static final int DEGRADED = 1;
    private static final int DOWN_SECONDS = 8;
    private static final int START_SECONDS_MAX = 180;
    private static final int READY_SECONDS_MAX = 10;
    /** What was acknowledged so long before Redis went may have been under way. */
    private static final double UNDER_WAY_SECONDS = 2;

    private RedisTrials() {
    }

    static List<Trial> all(Settings settings) {
        return List.of(
                new Trial("redis-restart", "SIGKILL to Redis, started again at once with its data", Plan.usual(settings), EnumSet.of(Tolerated.UNAVAILABLE),
                        (stage, outcome) -> away(stage, outcome, 0)),
                new Trial("redis-outage", "Redis away for " + settings.outage() + " s, then back with its data", Plan.usual(settings),
                        EnumSet.of(Tolerated.UNAVAILABLE), (stage, outcome) -> away(stage, outcome, settings.outage())),
                new Trial("redis-frozen", "Redis stopped in its tracks for " + settings.freeze() + " s", Plan.usual(settings), EnumSet.of(Tolerated.UNAVAILABLE),
                        RedisTrials::frozen),
                new Trial("redis-empty", "SIGKILL to Redis, started again without its data", Plan.usual(settings),
                        EnumSet.of(Tolerated.UNAVAILABLE, Tolerated.GAPS), RedisTrials::empty),
                new Trial("redis-later", "hubs start while Redis is down", Plan.usual(settings).on(Plan.Backing.NOT_STARTED).withHubs(0)
                        .withClients(Math.min(settings.clients(), 500), settings.pace()), EnumSet.noneOf(Tolerated.class), RedisTrials::later));
    }

    private static void away(Stage stage, Outcome outcome, int seconds) {
        long gone = System.nanoTime();
        stage.redis().kill();
        Crowd newcomers = null;
        if (seconds > 0) {
            newcomers = newcomers(stage);
            Pause.millis(seconds * 1_000L);
            outcome.holds("hubs that call themselves degraded", "all", degraded(stage) + " of " + stage.fleet().serving().size(),
                    degraded(stage) == stage.fleet().serving().size());
        }
        stage.redis().start();
        returned(stage, outcome, gone, System.nanoTime(), newcomers);
    }

    private static void frozen(Stage stage, Outcome outcome) {
        long gone = System.nanoTime();
        stage.redis().freeze(true);
        Crowd newcomers = newcomers(stage);
        Pause.millis(stage.settings().freeze() * 1_000L);
        outcome.figure("hubs that call themselves degraded", degraded(stage) + " of " + stage.fleet().serving().size());
        stage.redis().freeze(false);
        returned(stage, outcome, gone, System.nanoTime(), newcomers);
    }

    /** Clients that come for the first time while Redis is away. */
    private static Crowd newcomers(Stage stage) {
        Crowd newcomers = stage.guest(new Crowd(stage.fleet().clients().port()));
        newcomers.join(NEWCOMERS, stage.channels(), NEWCOMERS);
        return newcomers;
    }

    private static long degraded(Stage stage) {
        return stage.fleet().serving().stream().filter(hub -> hub.metric("tidings_state") == DEGRADED).count();
    }

    /** Redis is back: what was under way when it went is there within a second, and newcomers get in. */
    private static void returned(Stage stage, Outcome outcome, long gone, long back, Crowd newcomers) {
        Pause.millis(2_000L * stage.settings().calm());
        outcome.within("what was acknowledged before its return was delivered after it within, s", TOLD_SECONDS_MAX,
                Lateness.ofAcknowledged(stage.channels(), stage.crowd(), gone - (long) (UNDER_WAY_SECONDS * 1e9), back, back), 2);
        outcome.figure("what was acknowledged later was delivered within, s", "%.2f".formatted(
                Lateness.ofAcknowledged(stage.channels(), stage.crowd(), back, Long.MAX_VALUE, back)));
        if (newcomers != null) {
            boolean in = newcomers.awaitConnected(NEWCOMERS, NEWCOMERS_SECONDS_MAX);
            outcome.holds("clients that came meanwhile and are in", "all " + NEWCOMERS, Integer.toString(newcomers.connected()), in);
            outcome.zero("of them turned away for good", newcomers.dead());
            outcome.note("reasons of newcomers: " + newcomers.reasons());
        }
    }

    private static void empty(Stage stage, Outcome outcome) {
        stage.redis().kill();
        stage.redis().loseData();
        stage.redis().start();
        long back = System.nanoTime();
        Pause.millis(2_000L * stage.settings().calm());
        stage.everybodyWasTold(outcome);
        List<Double> told = new ArrayList<>();
        Map<String, Double> first = new HashMap<>();
        stage.crowd().forEachLedger(ledger -> ledger.firstGapAt().ifPresent(at -> {
            double seconds = (at - back) / 1e9;
            told.add(seconds);
            first.merge(ledger.channel(), seconds, Math::min);
        }));
        Collections.sort(told);
        outcome.within("of each channel, the first client was told within, s", TOLD_SECONDS_MAX, first.values().stream().max(Double::compare).orElse(0.0), 2);
        outcome.figure("half of them were told within, s", told.isEmpty() ? "-" : "%.2f".formatted(told.get(told.size() / 2)));
        outcome.within("the last of them was told within, s", TOLD_SECONDS_MAX + told.size() / TOLD_PER_SECOND, told.isEmpty() ? 0 : told.getLast(), 2);
    }

    private static void later(Stage stage, Outcome outcome) {
        List<HubNode> hubs = List.of(stage.fleet().launch(List.of(), Map.of()), stage.fleet().launch(List.of(), Map.of()));
        // They have started when they answer, if only that they are not ready.
        Crowd.await(START_SECONDS_MAX, () -> hubs.stream().noneMatch(hub -> hub.readiness() == HubNode.Readiness.NO_ANSWER));
        long deadline = System.nanoTime() + DOWN_SECONDS * 1_000_000_000L;
        long ready = 0;
        while (System.nanoTime() < deadline) {
            ready += hubs.stream().filter(HubNode::isReady).count();
            Pause.millis(250);
        }
        outcome.zero("times that a hub called itself ready", ready);
        outcome.holds("hubs that run after " + DOWN_SECONDS + " s", "2", Long.toString(hubs.stream().filter(HubNode::isAlive).count()),
                hubs.stream().allMatch(HubNode::isAlive));
        stage.redis().start();
        long start = System.nanoTime();
        boolean all = Crowd.await(3 * READY_SECONDS_MAX, () -> hubs.stream().allMatch(HubNode::isReady));
        outcome.holds("hubs that are ready after its return", "2", Long.toString(hubs.stream().filter(HubNode::isReady).count()), all);
        outcome.within("seconds until then", READY_SECONDS_MAX, (System.nanoTime() - start) / 1e9, 1);
        stage.fleet().admit(hubs);
        stage.populate();
        stage.calm();
    }
}
