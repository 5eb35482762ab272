package dev.tidings.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Many connections, each with one subscription, on which nothing is published: what one connection costs in memory, and to open. */
final class IdleScenario implements Scenario {
    /** For a hub that runs already, below its default of 500 handshakes a second. */
    static final int ATTACHED_PACE = 400;
    /** After connections closed or memory was collected, until the hub is at rest. */
    private static final int REST_MILLIS = 2_000;
    private static final int PAYLOAD_BYTES = 120;
    private static final double KIBI = 1024;

    private final Options options;
    private final int connections;
    private final int channels;

    IdleScenario(Options options) {
        this.options = options;
        this.connections = options.number(Option.CONNECTIONS);
        this.channels = options.number(Option.CHANNELS);
    }

    @Override
    public List<String> settings() {
        var settings = new ArrayList<>(BenchNamespace.settings(Math.max(1, options.number(Option.HISTORY))));
        settings.add("-Dtidings.connections.handshakes-per-second=100000");
        return settings;
    }

    @Override
    public Figures run(Hub hub, Network network) {
        String prefix = "idle-" + System.nanoTime() + "-";
        IntFunction<String> channel = number -> BenchNamespace.channel(prefix + number % channels);
        fillHistory(network, channel);
        warmUp(network, channel);

        var figures = new Figures();
        Memory before = Memory.of(hub.gauge());
        double processorBefore = hub.gauge().processorSeconds();
        long start = System.nanoTime();
        var audience = new Audience(network);
        audience.open(connections, options.mix(), channel, pace(options));
        double connectSeconds = (System.nanoTime() - start) / 1e9;
        double processorOpen = hub.gauge().processorSeconds();

        int holdSeconds = options.number(Option.HOLD);
        Pause.millis(holdSeconds * 1_000L);
        double processorHeld = hub.gauge().processorSeconds();
        Memory held = Memory.of(hub.gauge());
        int lost = audience.lost();
        audience.explainLosses();
        audience.close();
        Pause.millis(REST_MILLIS);
        Memory after = Memory.of(hub.gauge());

        figures.add("connections", connections, 0);
        figures.add("resident memory per connection, KiB", (held.resident - before.resident) / KIBI / connections, 2);
        addPerConnection(figures, "live heap per connection, KiB", held, before);
        addPerConnection(figures, "live heap per connection after all have left, KiB", after, before);
        figures.add("resident memory of the hub before, MiB", before.resident / KIBI / KIBI, 1);
        figures.add("resident memory of the hub with all, MiB", held.resident / KIBI / KIBI, 1);
        figures.add("connects per second", connections / connectSeconds, 0);
        figures.add("hub CPU per connect, ms", (processorOpen - processorBefore) * 1e3 / connections, 3);
        if (holdSeconds > 0) {
            figures.add("hub CPU while idle, % of a core", (processorHeld - processorOpen) * 100 / holdSeconds, 2);
        }
        figures.fault("connections lost while idle", lost);
        return figures;
    }

    /** The pace asked for, or what a hub that runs already is sure to admit. */
    static int pace(Options options) {
        int asked = options.number(Option.PACE);
        return asked == 0 && options.given(Option.BASE) ? ATTACHED_PACE : asked;
    }

    private void fillHistory(Network network, IntFunction<String> channel) {
        int history = options.number(Option.HISTORY);
        if (history == 0) {
            return;
        }
        List<String> datas = IntStream.range(0, history).mapToObj(number -> Mark.data(number, 0, Mark.padding(PAYLOAD_BYTES))).toList();
        try (BackEnd backEnd = network.backEnd()) {
            for (int i = 0; i < channels; i++) {
                backEnd.publish(channel.apply(i), datas);
            }
        }
    }

    private void warmUp(Network network, IntFunction<String> channel) {
        try (var audience = new Audience(network)) {
            audience.open(options.number(Option.WARM_UP), options.mix(), channel, pace(options));
        }
        Pause.millis(REST_MILLIS);
    }

    private void addPerConnection(Figures figures, String name, Memory now, Memory before) {
        if (now.liveHeap.isPresent() && before.liveHeap.isPresent()) {
            figures.add(name, (now.liveHeap.getAsLong() - before.liveHeap.getAsLong()) / KIBI / connections, 2);
        }
    }

    /** What the hub holds after a collection. */
    private record Memory(long resident, OptionalLong liveHeap) {
        static Memory of(ProcessGauge gauge) {
            gauge.collect();
            Pause.millis(REST_MILLIS);
            return new Memory(gauge.residentBytes(), gauge.liveHeapBytes());
        }
    }
}
