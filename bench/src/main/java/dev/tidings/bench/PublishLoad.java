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

/** Back ends that publish for a while to channels without subscribers, each as fast as it is answered. */
final class PublishLoad {
    /** So that the request's first line stays well below the 4096 bytes that servers take. */
    private static final int POSITIONS_PER_REQUEST = 16;
    private static final double MILLION = 1e6;
    private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");

    private final String padding;

    PublishLoad(int payloadBytes) {
        this.padding = Mark.padding(payloadBytes);
    }

    /** New channels with this in their names. */
    static List<String> channels(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(number -> BenchNamespace.channel("publish-" + prefix + "-" + number)).toList();
    }

    /** Publishes for so many seconds. */
    Measurement measure(Hub hub, Network network, List<String> channels, int backEndCount, int duration) {
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
    record Measurement(Histogram latency, double elapsed, double processor, long appended) {
        long acknowledged() {
            return latency.getTotalCount();
        }

        /** Acknowledged publications that are not in their channels. */
        long missing() {
            return Math.max(0, acknowledged() - appended);
        }

        /** Publications in the channels that were never acknowledged. */
        long surplus() {
            return Math.max(0, appended - acknowledged());
        }

        void addTo(Figures figures, String prefix) {
            figures.add(prefix + "publications per second", acknowledged() / elapsed, 0);
            figures.add(prefix + "latency p50, ms", latency.getValueAtPercentile(50) / MILLION, 2);
            figures.add(prefix + "latency p99, ms", latency.getValueAtPercentile(99) / MILLION, 2);
            figures.add(prefix + "hub CPU per million publications, s", processor * MILLION / Math.max(1, acknowledged()), 1);
        }
    }
}
