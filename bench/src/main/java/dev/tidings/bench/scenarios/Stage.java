package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import dev.tidings.bench.balancer.Balancer;
import dev.tidings.bench.redis.RedisCluster;
import dev.tidings.bench.redis.RedisServer;
import dev.tidings.bench.redis.SentinelTrio;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Everything a scenario is played on: Redis, hubs, balancers, clients, publishers. Opened according to a {@link Plan}; the main thread's. */
final class Stage implements AutoCloseable {
    /** Name of every link to Redis in its balancer. */
    static final String LINK = "redis";
    private static final Path FOLDER = Path.of("bench", "target", "scenarios");
    private static final String NAMESPACE = "bench";
    private static final int PAYLOAD_BYTES = 60;
    private static final int JOIN_SECONDS_MAX = 180;
    private static final int SETTLE_SECONDS_MAX = 45;
    private static final double METRICS_TOLERANCE = 0.01;
    private static final int METRICS_SECONDS_MAX = 5;

    private final Settings settings;
    private final Plan plan;
    private final Path folder;
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final List<Balancer> links = new ArrayList<>();
    private final List<Acknowledged> channels;
    private RedisServer redis;
    private SentinelTrio sentinels;
    private RedisCluster cluster;
    private Fleet fleet;
    private Crowd crowd;
    private Publishers publishers;
    private final List<Crowd> guests = new ArrayList<>();

    private Stage(Settings settings, Plan plan, String name) {
        this.settings = settings;
        this.plan = plan;
        this.folder = FOLDER.resolve(name);
        this.channels = IntStream.range(0, settings.channels()).mapToObj(number -> new Acknowledged(NAMESPACE + ":" + number)).toList();
    }

    /** Starts everything, connects everybody, and begins to publish. */
    static Stage open(Settings settings, Trial trial) {
        var stage = new Stage(settings, trial.plan(), trial.name());
        try {
            stage.set();
            return stage;
        } catch (RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T closing(T resource) {
        toClose.addFirst(resource);
        return resource;
    }

    private void set() {
        startBacking();
        fleet = closing(new Fleet(settings, hubSettings(), folder));
        if (plan.ownLinks()) {
            List<HubNode> hubs = IntStream.range(0, plan.hubs()).mapToObj(i -> fleet.launch(List.of("tidings.redis.hosts=" + ownLink()), Map.of())).toList();
            fleet.admit(hubs);
        } else {
            fleet.start(plan.hubs());
        }
        crowd = closing(new Crowd(fleet.clients().port()));
        publishers = closing(new Publishers(fleet.publishers().port(), PAYLOAD_BYTES));
        if (plan.hubs() > 0) {
            populate();
        }
    }

    /** Connects everybody, begins to publish, and waits until that goes its way. */
    void populate() {
        crowd.join(plan.clients(), channels, plan.pace());
        if (!crowd.awaitConnected(expectedAtStart(), JOIN_SECONDS_MAX)) {
            throw new BenchException("only " + crowd.connected() + " of " + plan.clients() + " clients are connected:\n    " + crowd.reasons());
        }
        publishers.start(channels, settings.rate());
        Pause.millis(settings.calm() * 1_000L);
        crowd.begin();
    }

    /** Where fewer are admitted, its scenario waits itself. */
    private int expectedAtStart() {
        return plan.settings().stream().anyMatch(setting -> setting.startsWith("tidings.connections.max=")) ? 0 : plan.clients();
    }

    private void startBacking() {
        switch (plan.backing()) {
            case NONE -> { }
            case NOT_STARTED -> redis = closing(RedisServer.durable(folder.resolve("redis")));
            case STANDALONE -> redis = closing(RedisServer.durable(folder.resolve("redis"))).start();
            case SENTINEL -> sentinels = closing(SentinelTrio.start(folder.resolve("redis")));
            case CLUSTER -> cluster = closing(RedisCluster.start(folder.resolve("redis")));
        }
    }

    private List<String> hubSettings() {
        Stream<String> namespace = Stream.of("history-size=5000", "history-ttl=3600s", "recovery=stream", "subscribe=anyone", "publish=anyone")
                .map(option -> "tidings.namespaces.\"" + NAMESPACE + "\"." + option);
        Stream<String> backing = switch (plan.backing()) {
            case NONE -> Stream.empty();
            case NOT_STARTED, STANDALONE -> plan.ownLinks() ? Stream.empty() : Stream.of("tidings.redis.hosts=127.0.0.1:" + redis.port());
            case SENTINEL -> Stream.of("tidings.redis.mode=sentinel", "tidings.redis.master-name=" + SentinelTrio.MASTER, "tidings.redis.hosts=" + sentinels.hosts());
            case CLUSTER -> Stream.of("tidings.redis.mode=cluster", "tidings.redis.hosts=" + cluster.hosts());
        };
        return Stream.of(Stream.of("tidings.insecure=true", "tidings.drain.window=" + settings.window() + "s"), namespace, backing, plan.settings().stream())
                .flatMap(any -> any).toList();
    }

    /** A balancer of its own for one hub, in front of Redis; {@code host:port}. */
    private String ownLink() {
        Balancer link = closing(new Balancer());
        link.add(LINK, new InetSocketAddress("127.0.0.1", redis.port()));
        links.add(link);
        return "127.0.0.1:" + link.port();
    }

    Settings settings() {
        return settings;
    }

    RedisServer redis() {
        return redis;
    }

    SentinelTrio sentinels() {
        return sentinels;
    }

    RedisCluster cluster() {
        return cluster;
    }

    /** The balancer between a hub and Redis, by the hub's place in the order of the start. */
    Balancer link(int hub) {
        return links.get(hub);
    }

    Fleet fleet() {
        return fleet;
    }

    Crowd crowd() {
        return crowd;
    }

    Publishers publishers() {
        return publishers;
    }

    List<Acknowledged> channels() {
        return channels;
    }

    Path folder() {
        return folder;
    }

    /** A channel of the same namespace that nobody else has. */
    static Acknowledged channel(String name) {
        return new Acknowledged(NAMESPACE + ":" + name);
    }

    /** More clients, who count as sessions of the hubs. */
    Crowd guest(Crowd more) {
        guests.add(closing(more));
        return more;
    }

    /** Every client must have been told of a gap in each of its channels. */
    void everybodyWasTold(Outcome outcome) {
        int[] told = {0, 0};
        crowd.forEachLedger(ledger -> {
            told[0]++;
            told[1] += ledger.firstGapAt().isPresent() ? 1 : 0;
        });
        outcome.holds("subscriptions that were told of a gap", "all " + told[0], Integer.toString(told[1]), told[0] == told[1]);
    }

    /** Plain load for a while. */
    void calm() {
        Pause.millis(settings.calm() * 1_000L);
    }

    /** Publishes no more, lets everything arrive, and holds all that happened against what is required. */
    void conclude(Outcome outcome, Set<Trial.Tolerated> tolerated) {
        publishers.stop();
        boolean settled = crowd.awaitCaughtUp(SETTLE_SECONDS_MAX);
        // What would come twice may come late.
        calm();
        outcome.holds("clients that are connected and have everything in the end", "all", crowd.caughtUp() + " of " + crowd.size(), settled);
        String metrics = compareMetrics(outcome);
        Verdict verdict = crowd.judge();
        outcome.atLeast("publications acknowledged", 1, publishers.acknowledged(), 0);
        outcome.atLeast("deliveries", 1, verdict.deliveries, 0);
        outcome.zero("lost: acknowledged, never seen, and no gap", verdict.lost);
        outcome.zero("doubled", verdict.doubled);
        outcome.zero("out of order", verdict.disordered);
        outcome.zero("offsets left out", verdict.skipped);
        outcome.zero("offsets given out twice, or seen elsewhere than acknowledged", verdict.misplaced);
        if (tolerated.contains(Trial.Tolerated.GAPS)) {
            outcome.figure("gaps told", verdict.gapsShown());
            outcome.figure("gaps in which nothing was missing", Long.toString(verdict.unneededGaps));
        } else {
            outcome.zero("gaps told", verdict.gaps());
        }
        outcome.zero("clients that never come back by themselves", crowd.dead());
        outcome.figure("sessions that ended", crowd.endsShown());
        if (!tolerated.contains(Trial.Tolerated.ENDS)) {
            outcome.zero("clients disconnected", crowd.ends());
        } else if (!tolerated.contains(Trial.Tolerated.CUTS)) {
            double told = crowd.ends(End.Kind.TOLD) + crowd.ends(End.Kind.MOVED);
            outcome.atLeast("sessions that ended by 1012, a hint or their own move, %", 99, 100 * told / Math.max(1, crowd.ends()), 1);
        }
        outcome.zero("hubs not ready that should be", fleet.notReady());
        outcome.zero("hubs that ended by themselves", fleet.crashed());
        if (tolerated.contains(Trial.Tolerated.UNAVAILABLE)) {
            outcome.figure("answers of 500 and above to publishers", Integer.toString(publishers.serverErrors()));
        } else {
            outcome.zero("answers of 500 and above to publishers", publishers.serverErrors());
        }
        outcome.zero("other refusals to publishers", publishers.refused());
        outcome.zero("publications given up", publishers.abandoned());
        double reconnects = crowd.opens() / (double) Math.max(1, crowd.size());
        outcome.summary(verdict, publishers.shown(), metrics, reconnects);
        outcome.note("reasons: " + crowd.reasons() + (publishers.firstFailure().isEmpty() ? "" : "\nfirst failure of a publisher: " + publishers.firstFailure()));
        String errors = fleet.logged(" ERROR ");
        outcome.holds("errors in the hubs' logs", "none", errors.isEmpty() ? "none" : errors.lines().count() + " lines", errors.isEmpty());
        outcome.note(errors);
    }

    /** The hubs' own count of sessions against the clients'. */
    private String compareMetrics(Outcome outcome) {
        int[] counted = {0, 0};
        boolean agreed = Crowd.await(METRICS_SECONDS_MAX, () -> {
            counted[0] = fleet.countedSessions();
            counted[1] = crowd.connected() + guests.stream().mapToInt(Crowd::connected).sum();
            return Math.abs(counted[0] - counted[1]) <= METRICS_TOLERANCE * Math.max(1, counted[1]);
        });
        outcome.holds("sum of tidings_connections", counted[1] + " +- 1 %", Integer.toString(counted[0]), agreed);
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * Math.abs(counted[0] - counted[1]) / Math.max(1, counted[1]));
    }

    /** Why clients are as they are, for a scenario that can't go on. */
    String reasons() {
        return crowd == null ? "" : crowd.reasons();
    }

    @Override
    public void close() {
        for (AutoCloseable resource : toClose) {
            try {
                resource.close();
            } catch (Exception e) {
                System.err.println("closing: " + e);
            }
        }
    }
}
