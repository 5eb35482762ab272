package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The hub and Redis in a cluster, with clients and publishers outside of it. Installed once; each scenario has clients and channels of its own. */
final class ClusterStage implements AutoCloseable {
    /** Pods, as shipped. */
    static final int PODS = 3;
    private static final String KEY = "key-of-the-cluster-run";
    private static final int CHANNELS = 50;
    private static final int PAYLOAD_BYTES = 60;
    private static final int SETTLED_SECONDS_MAX = 600;
    private static final int JOIN_SECONDS_MAX = 120;
    private static final int CAUGHT_UP_SECONDS_MAX = 60;
    private static final int CALM_SECONDS = 5;
    private static final double METRICS_TOLERANCE = 0.01;
    private static final int METRICS_SECONDS_MAX = 15;

    private final ClusterSettings settings;
    private final Cluster cluster;
    private final Path values;
    private String address = "";
    private List<Acknowledged> channels = List.of();
    private Crowd crowd;
    private Publishers publishers;
    private ClusterWatch watch;
    private final List<Crowd> guests = new ArrayList<>();

    ClusterStage(ClusterSettings settings) {
        this.settings = settings;
        this.cluster = new Cluster(settings.namespace());
        try {
            values = Files.createTempFile("tidings-bench-", ".yaml");
            Files.writeString(values, settings.values());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Redis, the keys, and the chart with its defaults. */
    void install() {
        cluster.apply(Cluster.resource("redis.yaml").replace("@IMAGE@", settings.redisImage()));
        cluster.kubectl("create", "secret", "generic", "bench", "--from-literal=hmac-secret=" + "0123456789abcdef".repeat(2), "--from-literal=api-keys=" + KEY);
        cluster.kubectl("rollout", "status", "deployment/redis", "--timeout=120s");
        upgrade(List.of());
        awaitSettled(PODS);
        address = settings.address().isEmpty() ? cluster.nodePort(Cluster.DEPLOYMENT) : settings.address();
    }

    /** {@code helm upgrade --install}, with values beside those of the run. */
    String upgrade(List<String> more) {
        List<String> words = new ArrayList<>(List.of("upgrade", "--install", Cluster.DEPLOYMENT, settings.chart(), "--values", values.toString()));
        Stream.of(settings.set(), more).flatMap(List::stream).forEach(value -> words.addAll(List.of("--set", value)));
        return cluster.helm(words);
    }

    void awaitSettled(int pods) {
        if (!cluster.awaitSettled(pods, SETTLED_SECONDS_MAX)) {
            throw new BenchException("after " + SETTLED_SECONDS_MAX + " s there are not " + pods + " pods that serve: " + cluster.pods());
        }
    }

    /** As installed, with a scenario's values; its clients connect, and are published to. */
    void open(ClusterTrial trial) {
        cluster.kubectl("exec", "deployment/redis", "--", "rm", "-f", "/data/away");
        boolean scales = trial.values().stream().anyMatch(value -> value.startsWith("autoscaling.provider="));
        upgrade(scales ? List.of() : trial.values());
        // An autoscaler that was just switched off leaves its number of pods behind, and one that is there goes down slowly.
        cluster.kubectl("scale", "deployment/" + Cluster.DEPLOYMENT, "--replicas=" + PODS);
        awaitSettled(PODS);
        if (scales) {
            upgrade(trial.values());
            awaitSettled(PODS);
        }
        channels = IntStream.range(0, CHANNELS).mapToObj(number -> new Acknowledged("bench:" + trial.name() + "-" + number)).toList();
        crowd = new Crowd(inetAddress(), 0);
        publishers = publishers(PAYLOAD_BYTES);
        watch = new ClusterWatch(cluster);
    }

    /** Everybody connects; from then on what happens to them counts. */
    void populate(ClusterTrial trial) {
        crowd.join(settings.clients(), channels, trial.pace());
        boolean limited = trial.values().stream().anyMatch(value -> value.startsWith("connections.maxPerPod="));
        if (!limited && !crowd.awaitConnected(settings.clients(), JOIN_SECONDS_MAX)) {
            throw new BenchException("only " + crowd.connected() + " of " + settings.clients() + " clients are connected");
        }
        publishers.start(channels, settings.rate());
        calm();
        crowd.begin();
    }

    InetSocketAddress inetAddress() {
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    Publishers publishers(int payloadBytes) {
        return new Publishers(address, KEY, payloadBytes);
    }

    ClusterSettings settings() {
        return settings;
    }

    Cluster cluster() {
        return cluster;
    }

    Crowd crowd() {
        return crowd;
    }

    ClusterWatch watch() {
        return watch;
    }

    List<Acknowledged> channels() {
        return channels;
    }

    Crowd guest(Crowd more) {
        guests.add(more);
        return more;
    }

    void calm() {
        Pause.millis(CALM_SECONDS * 1_000L);
    }

    double reconnects() {
        return crowd.opens() / (double) crowd.size();
    }

    /** Publishes no more, lets everything arrive, and holds what happened against what is required. */
    void conclude(Outcome outcome, Set<Tolerated> tolerated) {
        publishers.stop();
        boolean settled = crowd.awaitCaughtUp(CAUGHT_UP_SECONDS_MAX);
        calm();
        outcome.holds("clients that are connected and have everything in the end", "all", crowd.caughtUp() + " of " + crowd.size(), settled);
        String metrics = compareMetrics(outcome);
        Verdict verdict = crowd.judge();
        outcome.atLeast("publications acknowledged", 1, publishers.acknowledged(), 0);
        outcome.zero("lost: acknowledged, never seen, and no gap", verdict.lost);
        outcome.zero("doubled", verdict.doubled);
        outcome.zero("out of order", verdict.disordered);
        outcome.zero("offsets left out", verdict.skipped);
        outcome.zero("offsets given out twice, or seen elsewhere than acknowledged", verdict.misplaced);
        if (tolerated.contains(Tolerated.GAPS)) {
            outcome.figure("gaps told", verdict.gapsShown());
        } else {
            outcome.zero("gaps told", verdict.gaps());
        }
        outcome.zero("clients that never come back by themselves", crowd.dead());
        outcome.figure("sessions that ended", crowd.endsShown());
        if (!tolerated.contains(Tolerated.ENDS)) {
            outcome.zero("clients disconnected", crowd.ends());
        } else if (!tolerated.contains(Tolerated.CUTS)) {
            double told = crowd.ends(End.Kind.TOLD) + crowd.ends(End.Kind.MOVED);
            outcome.atLeast("sessions that ended by 1012, a hint or their own move, %", 99, crowd.ends() == 0 ? 100 : 100 * told / crowd.ends(), 1);
            outcome.holds("exit codes of pods that ended, where they were seen", "0", watch.exitsShown() + " of " + watch.ended(), watch.failures().isEmpty());
        }
        if (tolerated.contains(Tolerated.UNAVAILABLE)) {
            outcome.figure("answers of 500 and above to publishers", Integer.toString(publishers.serverErrors()));
        } else {
            outcome.zero("answers of 500 and above to publishers", publishers.serverErrors());
        }
        outcome.zero("other refusals to publishers", publishers.refused());
        outcome.zero("publications given up", publishers.abandoned());
        outcome.zero("pods not ready that should be", watch.notReady());
        outcome.zero("restarts of containers", watch.restarts());
        outcome.summary(verdict, publishers.shown(), metrics, reconnects());
        outcome.note("reasons: " + crowd.reasons() + (publishers.firstFailure().isEmpty() ? "" : "\nfirst failure of a publisher: " + publishers.firstFailure()));
    }

    /** The hubs' own count of sessions against the clients'. */
    private String compareMetrics(Outcome outcome) {
        int[] counted = {0, 0};
        boolean agreed = Cluster.await(METRICS_SECONDS_MAX, () -> {
            counted[0] = cluster.sessions();
            counted[1] = crowd.connected() + guests.stream().mapToInt(Crowd::connected).sum();
            return Math.abs(counted[0] - counted[1]) <= METRICS_TOLERANCE * Math.max(1, counted[1]);
        });
        outcome.holds("sum of tidings_connections", counted[1] + " +- 1 %", Integer.toString(counted[0]), agreed);
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * Math.abs(counted[0] - counted[1]) / Math.max(1, counted[1]));
    }

    String reasons() {
        return crowd == null ? "" : crowd.reasons();
    }

    /** The scenario is over: its clients leave. */
    void leave() {
        Stream.of(guests.stream(), Stream.ofNullable(crowd), Stream.ofNullable(publishers), Stream.ofNullable(watch)).flatMap(any -> any).forEach(resource -> {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("closing: " + e);
            }
        });
        guests.clear();
        crowd = null;
        publishers = null;
        watch = null;
    }

    @Override
    public void close() {
        leave();
        try {
            Files.deleteIfExists(values);
        } catch (IOException e) {
            System.err.println("closing: " + e);
        }
        cluster.close();
    }
}
