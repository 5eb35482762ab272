package dev.tidings.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Back ends that publish to channels without subscribers, each as fast as it is answered: what the way in takes. */
final class PublishScenario implements Scenario {
    private static final List<Integer> BACK_ENDS = List.of(1, 8, 64);
    private static final List<Integer> CHANNELS = List.of(1, 64);
    private static final int HISTORY_SIZE = 1_000;
    /** With all back ends: most publications in the least time. */
    private static final int WARM_UP_SECONDS = 10;
    /** After it, for what is still being compiled. */
    private static final int REST_MILLIS = 3_000;
    /** So that the request's first line stays well below the 4096 bytes that servers take. */
    private static final int POSITIONS_PER_REQUEST = 16;
    private static final double MILLION = 1e6;
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");

    private final int seconds;
    private final String padding;

    PublishScenario(Options options) {
        this.seconds = options.number(Option.SECONDS);
        this.padding = Mark.padding(options.number(Option.PAYLOAD));
    }

    @Override
    public List<String> settings() {
        return BenchNamespace.settings(HISTORY_SIZE);
    }

    @Override
    public Figures run(Hub hub, Network network) {
        var figures = new Figures();
        long missing = 0;
        long surplus = 0;
        measure(hub, network, channels("warm-up", CHANNELS.getLast()), BACK_ENDS.getLast(), WARM_UP_SECONDS);
        Pause.millis(REST_MILLIS);
        for (int channelCount : CHANNELS) {
            for (int backEndCount : BACK_ENDS) {
                Measurement measured = measure(hub, network, channels(backEndCount + "-" + System.nanoTime(), channelCount), backEndCount, seconds);
                measured.addTo(figures, counted(backEndCount, "back end") + ", " + counted(channelCount, "channel") + ": ");
                missing += Math.max(0, measured.acknowledged() - measured.appended);
                surplus += Math.max(0, measured.appended - measured.acknowledged());
            }
        }
        figures.fault("acknowledged, but not appended to the channel", missing);
        figures.fault("appended to the channel, but not acknowledged", surplus);
        return figures;
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static List<String> channels(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(number -> BenchNamespace.channel("publish-" + prefix + "-" + number)).toList();
    }

    private Measurement measure(Hub hub, Network network, List<String> channels, int backEndCount, int duration) {
        List<BackEnd> backEnds = IntStream.range(0, backEndCount).mapToObj(i -> network.backEnd()).toList();
        try {
            long appendedBefore = appended(backEnds.getFirst(), channels);
            double processorBefore = hub.gauge().processorSeconds();
            long start = System.nanoTime();
            Histogram latency = publishUntil(start + TimeUnit.SECONDS.toNanos(duration), backEnds, channels);
            double elapsed = (System.nanoTime() - start) / 1e9;
            double processor = hub.gauge().processorSeconds() - processorBefore;
            return new Measurement(latency, elapsed, processor, appended(backEnds.getFirst(), channels) - appendedBefore);
        } finally {
            backEnds.forEach(BackEnd::close);
        }
    }

    private Histogram publishUntil(long deadline, List<BackEnd> backEnds, List<String> channels) {
        var numbers = new AtomicLong();
        var histograms = new ArrayList<CompletableFuture<Histogram>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < backEnds.size(); i++) {
                BackEnd backEnd = backEnds.get(i);
                int firstChannel = i;
                histograms.add(CompletableFuture.supplyAsync(() -> publishUntil(deadline, backEnd, channels, firstChannel, numbers), threads));
            }
        }
        var all = new Histogram(3);
        histograms.forEach(histogram -> all.add(histogram.join()));
        return all;
    }

    private Histogram publishUntil(long deadline, BackEnd backEnd, List<String> channels, int firstChannel, AtomicLong numbers) {
        var latency = new Histogram(3);
        for (int i = firstChannel; System.nanoTime() < deadline; i++) {
            long sent = Mark.now();
            backEnd.publish(channels.get(i % channels.size()), Mark.data(numbers.getAndIncrement(), sent, padding));
            latency.recordValue(Mark.now() - sent);
        }
        return latency;
    }

    /** How many publications were ever appended to these channels. */
    private static long appended(BackEnd backEnd, List<String> channels) {
        long appended = 0;
        for (int from = 0; from < channels.size(); from += POSITIONS_PER_REQUEST) {
            List<String> some = channels.subList(from, Math.min(from + POSITIONS_PER_REQUEST, channels.size()));
            String positions = backEnd.get("/v1/position?channel=" + String.join("&channel=", some));
            appended += OFFSET.matcher(positions).results().mapToLong(offset -> Long.parseLong(offset.group(1))).sum();
        }
        return appended;
    }

    /**
     * One load.
     *
     * @param latency   of each acknowledged publication, nanoseconds
     * @param elapsed   seconds
     * @param processor seconds of the hub
     * @param appended  publications that the channels' offsets advanced by
     */
    private record Measurement(Histogram latency, double elapsed, double processor, long appended) {
        long acknowledged() {
            return latency.getTotalCount();
        }

        void addTo(Figures figures, String prefix) {
            figures.add(prefix + "publications per second", acknowledged() / elapsed, 0);
            figures.add(prefix + "latency p50, ms", latency.getValueAtPercentile(50) / MILLION, 2);
            figures.add(prefix + "latency p99, ms", latency.getValueAtPercentile(99) / MILLION, 2);
            figures.add(prefix + "hub CPU per million publications, s", processor * MILLION / Math.max(1, acknowledged()), 1);
        }
    }
}
