package dev.tidings.bench;

import dev.tidings.bench.redis.RedisServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What Redis behind the hub costs: the same load on a hub with everything in memory and on one of two that share a Redis, with what Redis itself
 * uses, and the time from publishing on one node to delivery on the other.
 */
final class RedisScenario implements Scenario {
    private static final List<Integer> BACK_ENDS = List.of(1, 8, 64);
    private static final int CHANNELS = 64;
    private static final int HISTORY_SIZE = 1_000;
    private static final int WARM_UP_SECONDS = 10;
    private static final int REST_MILLIS = 3_000;
    private static final int LATENCY_RATE = 200;
    private static final int LATENCY_SECONDS = 15;
    private static final int SUBSCRIBERS = 4;
    /** The last deliveries may be under way. */
    private static final int LAST_MILLIS = 2_000;
    private static final double MILLION = 1e6;
    private static final Path FOLDER = Path.of("bench", "target", "redis");

    private final Options options;
    private final int seconds;
    private final PublishLoad load;
    private final String padding;

    RedisScenario(Options options) {
        this.options = options;
        this.seconds = options.number(Option.SECONDS);
        this.load = new PublishLoad(options.number(Option.PAYLOAD));
        this.padding = Mark.padding(options.number(Option.PAYLOAD));
    }

    @Override
    public List<String> settings() {
        return BenchNamespace.settings(HISTORY_SIZE);
    }

    /** The hub it is given keeps everything in memory; the two others it starts itself. */
    @Override
    public Figures run(Hub hub, Network network) {
        var figures = new Figures();
        loads(hub, network, figures, "memory, ", null);
        latency(network, network, figures, "memory, one node: ");
        try (RedisServer redis = RedisServer.inMemory(FOLDER).start();
                Hub near = start(redis); Hub far = start(redis);
                var nearNetwork = new Network(near.base(), options.number(Option.THREADS));
                var farNetwork = new Network(far.base(), options.number(Option.THREADS))) {
            loads(near, nearNetwork, figures, "Redis, ", redis);
            latency(nearNetwork, nearNetwork, figures, "Redis, one node: ");
            latency(nearNetwork, farNetwork, figures, "Redis, from one node to another: ");
        }
        return figures;
    }

    private Hub start(RedisServer redis) {
        // All cores are busy and Redis shares them: what takes long is to be measured, not given up.
        List<String> all = Stream.of(List.of("-Dtidings.insecure=true", "-Dtidings.redis.hosts=127.0.0.1:" + redis.port(), "-Dtidings.redis.timeout=30s"), settings(),
                options.all(Option.SET).stream().map(setting -> "-D" + setting).toList()).flatMap(List::stream).toList();
        return Hub.start(options.text(Option.HUB), Variant.split(options.text(Option.JVM)), all);
    }

    private void loads(Hub hub, Network network, Figures figures, String prefix, RedisServer redis) {
        load.measure(hub, network, PublishLoad.channels("warm-up", CHANNELS), BACK_ENDS.getLast(), WARM_UP_SECONDS);
        Pause.millis(REST_MILLIS);
        long missing = 0;
        for (int backEnds : BACK_ENDS) {
            String load = prefix + backEnds + (backEnds == 1 ? " publisher: " : " publishers: ");
            RedisUse before = redis == null ? null : RedisUse.of(redis);
            PublishLoad.Measurement measured = this.load.measure(hub, network, PublishLoad.channels(backEnds + "-" + System.nanoTime(), CHANNELS), backEnds, seconds);
            measured.addTo(figures, load);
            missing += measured.missing() + measured.surplus();
            if (redis != null) {
                RedisUse.of(redis).since(before).addTo(figures, load, measured.acknowledged());
            }
        }
        figures.fault(prefix + "publications that were acknowledged or appended, not both", missing);
    }

    /** What Redis did since its start. */
    private record RedisUse(double scripts, double processorSeconds, double bytesIn, double bytesOut) {
        static RedisUse of(RedisServer redis) {
            double scripts = ((String) redis.ask("INFO", "commandstats")).lines().filter(line -> line.startsWith("cmdstat_evalsha:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("cmdstat_evalsha:calls=(\\d+).*", "$1"))).sum();
            return new RedisUse(scripts, redis.info("cpu", "used_cpu_user") + redis.info("cpu", "used_cpu_sys"),
                    redis.info("stats", "total_net_input_bytes"), redis.info("stats", "total_net_output_bytes"));
        }

        RedisUse since(RedisUse before) {
            return new RedisUse(scripts - before.scripts, processorSeconds - before.processorSeconds, bytesIn - before.bytesIn, bytesOut - before.bytesOut);
        }

        void addTo(Figures figures, String prefix, long publications) {
            double each = Math.max(1, publications);
            figures.add(prefix + "scripts that Redis ran per publication", scripts / each, 3);
            figures.add(prefix + "Redis CPU per million publications, s", processorSeconds * MILLION / each, 1);
            figures.add(prefix + "bytes to Redis per publication", bytesIn / each, 0);
            figures.add(prefix + "bytes from Redis per publication", bytesOut / each, 0);
        }
    }

    /** Publishes one by one at a steady rate on one node, to subscribers on another. */
    private void latency(Network publishing, Network subscribing, Figures figures, String prefix) {
        String channel = BenchNamespace.channel("latency-" + System.nanoTime());
        Series series = Series.oneByOne(0, LATENCY_RATE * LATENCY_SECONDS);
        try (var audience = new Audience(subscribing); BackEnd backEnd = publishing.backEnd()) {
            audience.open(SUBSCRIBERS, Mix.MIXED, number -> channel, 0);
            audience.expect(series);
            long start = Mark.now();
            for (int index = 0; index < series.count(); index++) {
                long due = start + index * TimeUnit.SECONDS.toNanos(1) / LATENCY_RATE;
                for (long early = due - Mark.now(); early > 0; early = due - Mark.now()) {
                    LockSupport.parkNanos(early);
                }
                backEnd.publish(channel, Mark.data(series.first() + index, due, padding));
            }
            Pause.millis(LAST_MILLIS);
            subscribing.settle();
            var latency = new Histogram(3);
            subscribing.meters().forEach(meter -> latency.add(meter.latency()));
            figures.add(prefix + "publish to delivery p50, ms", latency.getValueAtPercentile(50) / MILLION, 2);
            figures.add(prefix + "publish to delivery p99, ms", latency.getValueAtPercentile(99) / MILLION, 2);
            audience.judge(figures, prefix);
        }
    }
}
