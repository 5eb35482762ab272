package dev.tidings.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/** One channel with many subscribers: what a delivery costs and how long it takes, when publications come one by one and when several are pending. */
final class FanoutScenario implements Scenario {
    /** Without a delivery for so long, the rest counts as lost. */
    private static final int QUIET_SECONDS_MAX = 10;
    private static final int POLL_MILLIS = 2;
    /** After the last expected delivery, for those that come twice. */
    private static final int DOUBLES_MILLIS = 1_000;
    private static final double MILLION = 1e6;

    private enum Mode { PACED, BURST }

    private final Options options;
    private final List<Mode> modes;
    private final int publications;
    private final int warmUp;
    private final String padding;

    FanoutScenario(Options options) {
        this.options = options;
        this.modes = switch (options.text(Option.MODE)) {
            case "paced" -> List.of(Mode.PACED);
            case "burst" -> List.of(Mode.BURST);
            default -> List.of(Mode.PACED, Mode.BURST);
        };
        this.publications = options.number(Option.PUBLICATIONS);
        this.warmUp = options.number(Option.WARM_UP_PUBLICATIONS);
        this.padding = Mark.padding(options.number(Option.PAYLOAD));
    }

    @Override
    public List<String> settings() {
        // All of a series fits, so that whoever reads slowly can catch up: what is then lost, the hub has lost.
        var settings = new ArrayList<>(BenchNamespace.settings(Math.max(publications, warmUp)));
        settings.add("-Dtidings.connections.handshakes-per-second=100000");
        return settings;
    }

    @Override
    public Figures run(Hub hub, Network network) {
        String channel = BenchNamespace.channel("fanout-" + System.nanoTime());
        var figures = new Figures();
        try (var audience = new Audience(network); var backEnds = new BackEnds(network, options.number(Option.BACK_ENDS))) {
            audience.open(options.number(Option.SUBSCRIBERS), options.mix(), number -> channel, IdleScenario.pace(options));
            long next = 0;
            // The burst first: what it compiles, both need, and it takes no time.
            for (Mode mode : modes.reversed()) {
                Series series = series(mode, next, warmUp);
                audience.expect(series);
                backEnds.publish(mode, series, channel);
                awaitDeliveries(network, (long) series.count() * audience.size());
                next = series.end();
            }
            for (Mode mode : modes) {
                Series series = series(mode, next, publications);
                measure(mode, series, channel, hub, network, audience, backEnds, figures);
                next = series.end();
            }
        }
        return figures;
    }

    private Series series(Mode mode, long first, int count) {
        return mode == Mode.PACED ? Series.oneByOne(first, count)
                : new Series(first, count, options.number(Option.BATCH), options.number(Option.BACK_ENDS));
    }

    private void measure(Mode mode, Series series, String channel, Hub hub, Network network, Audience audience, BackEnds backEnds, Figures figures) {
        String prefix = mode == Mode.PACED ? "paced " + options.number(Option.RATE) + "/s: " : "burst: ";
        ProcessGauge client = ProcessGauge.ofThisProcess();
        audience.expect(series);
        double hubBefore = hub.gauge().processorSeconds();
        double clientBefore = client.processorSeconds();
        long start = Mark.now();
        backEnds.publish(mode, series, channel);
        double publishSeconds = (Mark.now() - start) / 1e9;
        awaitDeliveries(network, (long) series.count() * audience.size());
        double hubSeconds = hub.gauge().processorSeconds() - hubBefore;
        double clientSeconds = client.processorSeconds() - clientBefore;
        Pause.millis(DOUBLES_MILLIS);
        network.settle();

        long deliveries = network.deliveries();
        long lastNanos = network.meters().stream().mapToLong(Meter::lastNanos).max().orElse(start);
        var latency = new Histogram(3);
        network.meters().forEach(meter -> latency.add(meter.latency()));
        figures.add(prefix + "deliveries per second", deliveries * 1e9 / Math.max(1, lastNanos - start), 0);
        figures.add(prefix + "hub CPU per million deliveries, s", hubSeconds * MILLION / Math.max(1, deliveries), 2);
        figures.add(prefix + "load client CPU per million deliveries, s", clientSeconds * MILLION / Math.max(1, deliveries), 2);
        figures.add(prefix + "latency p50, ms", latency.getValueAtPercentile(50) / MILLION, 2);
        figures.add(prefix + "latency p99, ms", latency.getValueAtPercentile(99) / MILLION, 2);
        figures.add(prefix + "latency max, ms", latency.getMaxValue() / MILLION, 2);
        figures.add(prefix + "publications per second", series.count() / publishSeconds, 0);
        figures.add(prefix + "socket reads per delivery", network.meters().stream().mapToLong(Meter::reads).sum() / Math.max(1.0, deliveries), 3);
        figures.add(prefix + "bytes per delivery", network.meters().stream().mapToLong(Meter::bytes).sum() / Math.max(1.0, deliveries), 1);
        figures.add(prefix + "deliveries", deliveries, 0);
        audience.judge(figures, prefix);
    }

    private static void awaitDeliveries(Network network, long expected) {
        long deliveries = -1;
        long progressNanos = System.nanoTime();
        while (deliveries < expected && System.nanoTime() - progressNanos < TimeUnit.SECONDS.toNanos(QUIET_SECONDS_MAX)) {
            Pause.millis(POLL_MILLIS);
            long now = network.deliveries();
            if (now != deliveries) {
                deliveries = now;
                progressNanos = System.nanoTime();
            }
        }
    }

    /** The back ends of a fan-out. */
    private final class BackEnds implements AutoCloseable {
        private final List<BackEnd> all;

        BackEnds(Network network, int count) {
            all = IntStream.range(0, count).mapToObj(i -> network.backEnd()).toList();
        }

        void publish(Mode mode, Series series, String channel) {
            switch (mode) {
                case PACED -> publishOneByOne(series, channel);
                case BURST -> publishInBatches(series, channel);
            }
        }

        /** The send time is when a publication was due: if the hub holds one up, those behind it are late too. */
        private void publishOneByOne(Series series, String channel) {
            long start = Mark.now();
            long interval = TimeUnit.SECONDS.toNanos(1) / options.number(Option.RATE);
            for (int index = 0; index < series.count(); index++) {
                long due = start + index * interval;
                for (long early = due - Mark.now(); early > 0; early = due - Mark.now()) {
                    LockSupport.parkNanos(early);
                }
                all.getFirst().publish(channel, Mark.data(series.first() + index, due, padding));
            }
        }

        private void publishInBatches(Series series, String channel) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, all.size())
                        .mapToObj(backEnd -> CompletableFuture.runAsync(() -> publishBatchesOf(backEnd, series, channel), threads))
                        .toList()
                        .forEach(CompletableFuture::join);
            }
        }

        private void publishBatchesOf(int backEnd, Series series, String channel) {
            for (int batch = backEnd; batch < series.batches(); batch += series.backEnds()) {
                long first = series.first() + (long) batch * series.batch();
                long end = Math.min(first + series.batch(), series.end());
                long now = Mark.now();
                all.get(backEnd).publish(channel, LongStream.range(first, end).mapToObj(number -> Mark.data(number, now, padding)).toList());
            }
        }

        @Override
        public void close() {
            all.forEach(BackEnd::close);
        }
    }
}
