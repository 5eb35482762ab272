package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.util.EnumSet;
import java.util.List;

/** More than a hub takes: storms, limits, clients that don't read. */
final class LoadTrials {
    private static final double MEGABYTE = 1 << 20;
    private static final double NANOS_PER_MILLI = 1e6;

    /** Seconds that admission would take if everybody came exactly when there is room for him. */
    private static final double STORM_IDEAL_SECONDS = 16;
    private static final int HUBS = 3;
    private static final int STORM_MEGABYTES_MAX = 100;

    private static final double LIMIT_SHARE = 0.8;
    private static final int REFUSED_SECONDS = 15;
    private static final int ROOM_SECONDS_MAX = 60;

    private static final int STALLED_RECEIVE_BYTES = 16 * 1024;
    private static final int STALLED_PAYLOAD_BYTES = 56 * 1024;
    private static final double STALLED_RATE = 10;
    private static final int STALLED_SECONDS_MAX = 60;
    private static final int OUTBOX_BYTES_MAX = 1024 * 1024;
    private static final int STALLED_MEGABYTES_MAX = 128;
    private static final int RECEIVED_SECONDS_MAX = 60;

    private LoadTrials() {
    }

    static List<Trial> all(Settings settings) {
        int rate = stormRate(settings);
        int limit = (int) (LIMIT_SHARE * settings.clients() / HUBS);
        return List.of(
                new Trial("storm", "all clients are cut at the same moment and come back at once",
                        Plan.usual(settings).with("tidings.connections.handshakes-per-second=" + rate).withClients(settings.clients(), 2 * rate),
                        EnumSet.of(Tolerated.ENDS, Tolerated.CUTS), LoadTrials::storm),
                new Trial("limit", "more clients than the hubs may have", Plan.usual(settings).with("tidings.connections.max=" + limit),
                        EnumSet.noneOf(Tolerated.class), (stage, outcome) -> limit(stage, outcome, limit)),
                new Trial("stalled", "clients that don't read what they are sent", Plan.usual(settings), EnumSet.noneOf(Tolerated.class), LoadTrials::stalled));
    }

    /** Of one hub. */
    private static int stormRate(Settings settings) {
        return (int) Math.ceil(settings.clients() / STORM_IDEAL_SECONDS / HUBS);
    }

    private static void storm(Stage stage, Outcome outcome) {
        int rate = stormRate(stage.settings());
        double before = residentMegabytes(stage);
        stage.crowd().begin();
        stage.crowd().hurry(true);
        long start = System.nanoTime();
        stage.fleet().clients().dropAll();
        int bound = (int) Math.ceil(3.0 * stage.crowd().size() / (HUBS * rate));
        // A cut is known when a client's event loop comes to read it: before, everybody still looks connected.
        Crowd.await(bound, () -> stage.crowd().ends() >= stage.crowd().size());
        boolean back = stage.crowd().awaitConnected(stage.crowd().size(), 2 * bound);
        double seconds = (System.nanoTime() - start) / 1e9;
        stage.crowd().hurry(false);
        outcome.holds("everybody is back", "yes", back ? "yes" : stage.crowd().connected() + " are", back);
        outcome.within("seconds until then", bound, seconds, 1);
        outcome.atLeast("refusals, each with a time to come back", 1, stage.crowd().refusals(), 0);
        double most = 0;
        for (int second = 1; second <= Math.min(bound, (int) seconds + 1); second++) {
            // What was saved up before, and one second's worth each.
            most = Math.max(most, stage.crowd().opensWithin(second) / (double) (HUBS * rate * (second + 1)));
        }
        outcome.atMost("sessions that began, in times of what admission allows", 1.05, most, 2);
        outcome.atMost("growth of the hubs' resident memory, MB", STORM_MEGABYTES_MAX, residentMegabytes(stage) - before, 0);
    }

    private static double residentMegabytes(Stage stage) {
        return stage.fleet().serving().stream().mapToLong(hub -> hub.gauge().residentBytes()).sum() / MEGABYTE;
    }

    private static void limit(Stage stage, Outcome outcome, int limit) {
        Crowd crowd = stage.crowd();
        boolean full = crowd.awaitConnected(HUBS * limit, REFUSED_SECONDS);
        Pause.millis(REFUSED_SECONDS * 1_000L);
        outcome.holds("clients admitted", Integer.toString(HUBS * limit), Integer.toString(crowd.connected()), full && crowd.connected() == HUBS * limit);
        outcome.atLeast("refusals, each with a time to come back", crowd.size() - HUBS * limit, crowd.refusals(), 0);
        outcome.zero("hubs not ready while full", stage.fleet().serving().stream().filter(hub -> !hub.isReady()).count());
        long start = System.nanoTime();
        // Room for the rest, and a little more.
        crowd.leave((int) (1.2 * (crowd.size() - HUBS * limit)));
        boolean all = crowd.awaitConnected(crowd.size(), ROOM_SECONDS_MAX);
        outcome.holds("seconds until everybody is in, once there is room", "<= " + ROOM_SECONDS_MAX, "%.1f".formatted((System.nanoTime() - start) / 1e9), all);
    }

    private static void stalled(Stage stage, Outcome outcome) {
        int count = stage.settings().brief() ? 30 : 100;
        HubNode hub = stage.fleet().serving().getFirst();
        stage.crowd().begin();
        Pause.millis(10_000);
        double p99Before = stage.crowd().latency().getValueAtPercentile(99) / NANOS_PER_MILLI;
        double memoryBefore = hub.gauge().residentBytes() / MEGABYTE;

        Acknowledged channel = Stage.channel("stalled");
        Crowd stalled = stage.guest(new Crowd(hub.port(), STALLED_RECEIVE_BYTES));
        stalled.join(count, List.of(channel), stage.settings().pace());
        stalled.awaitConnected(count, REFUSED_SECONDS);
        stalled.read(false);
        stage.crowd().begin();
        double most = 0;
        double memory = 0;
        double closed = 0;
        try (var loud = new Publishers(stage.fleet().publishers().port(), STALLED_PAYLOAD_BYTES).start(List.of(channel), STALLED_RATE)) {
            long deadline = System.nanoTime() + STALLED_SECONDS_MAX * 1_000_000_000L;
            while (closed < count && System.nanoTime() < deadline) {
                Pause.millis(500);
                most = Math.max(most, hub.metric("tidings_outbox_bytes"));
                memory = Math.max(memory, hub.gauge().residentBytes() / MEGABYTE);
                // Who reads nothing answers no keepalive either; whichever the hub notices first.
                closed = hub.metric("tidings_connections_closed_total", "reason=\"slow\"") + hub.metric("tidings_connections_closed_total", "reason=\"no_pong\"");
            }
            outcome.figure("publishers of the channel that nobody reads", loud.shown());
        }
        double p99 = stage.crowd().latency().getValueAtPercentile(99) / NANOS_PER_MILLI;
        stalled.read(true);
        boolean received = stalled.awaitCaughtUp(RECEIVED_SECONDS_MAX);
        Verdict verdict = stalled.judge();
        outcome.atLeast("sessions closed as slow or silent", count, closed, 0);
        outcome.atMost("outboxes together, bytes", (double) OUTBOX_BYTES_MAX * count, most, 0);
        outcome.atMost("growth of the hub's resident memory, MB", STALLED_MEGABYTES_MAX, memory - memoryBefore, 0);
        outcome.figure("p99 of the others before, ms", "%.1f".formatted(p99Before));
        outcome.within("p99 of the others meanwhile, ms", Math.max(2 * p99Before, p99Before + 50), p99, 1);
        outcome.holds("stalled clients that have everything after they read again", "all", stalled.caughtUp() + " of " + count, received);
        outcome.zero("lost by stalled clients", verdict.lost);
        outcome.zero("doubled for stalled clients", verdict.doubled);
        outcome.zero("out of order for stalled clients", verdict.disordered);
        outcome.figure("gaps told to stalled clients", verdict.gapsShown());
        outcome.note("reasons of stalled clients: " + stalled.reasons());
    }
}
