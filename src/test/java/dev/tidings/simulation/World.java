package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.TagFilter;
import dev.tidings.channel.Who;
import dev.tidings.hub.HubLimits;
import dev.tidings.hub.PublishRequest;
import dev.tidings.session.SessionLimits;
import dev.tidings.testing.FakeWire.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** All that one seed makes: the store, the nodes, the clients, those who publish, and the weather they live in. */
final class World {
    static final Duration META_TTL = Duration.ofMinutes(10);
    private static final int LONGEST_CALM_SECONDS = 300;
    /** Every third world has a Redis. */
    static final int SEEDS_FOR_A_REDIS = 3;

    final Schedule schedule;
    final Weather weather;
    final Namespaces namespaces;
    final Store store;
    final Truth truth;
    final Publishers publishers;
    final Result result = new Result();
    final List<Channel> channels = new ArrayList<>();
    final List<Node> nodes = new ArrayList<>();
    final NodesInMemory known;
    final List<Client> clients = new ArrayList<>();
    final List<Connection> connections = new ArrayList<>();
    private final Set<Client> behind = new LinkedHashSet<>();
    final int recoveryLimit;
    final int outboxBytes;
    final int slice;
    private final HubLimits limits;
    private final int lanes;

    /** What a run did. */
    static final class Result {
        long deliveries;
        long gaps;
        long steps;
    }

    World(long seed, boolean tracing) {
        schedule = new Schedule(seed, tracing);
        weather = new Weather(schedule.random, seed % SEEDS_FOR_A_REDIS == 0);
        namespaces = namespaces();
        store = weather.redis ? new Redis(schedule, weather, namespaces)
                : new MemoryStore(schedule, weather, namespaces, weather.shedding ? schedule.between(6_000, 40_000) : 1 << 30, schedule.random.nextLong());
        known = new NodesInMemory(store);
        truth = store.truth;
        publishers = new Publishers(this);
        int count = (int) (weather.rebalances ? schedule.between(130, 200) : schedule.random.nextInt(120) == 0 ? schedule.between(60, 200) : schedule.between(2, 16));
        boolean narrow = count <= 16 && schedule.random.nextInt(3) == 0; // an answer with all that is recovered must fit into the outbox
        recoveryLimit = (int) schedule.between(3, narrow ? 10 : 40);
        outboxBytes = narrow ? 8_000 : (int) schedule.between(24_000, 60_000);
        slice = (int) (schedule.random.nextBoolean() ? schedule.between(1, 5) : 512);
        limits = limits();
        for (String name : new String[] {"stream:a", "stream:b", "deep:a", "cache:a", "last:a", "passing"}) {
            channels.add(new Channel(name));
        }
        lanes = (int) schedule.between(1, 4);
        for (int i = 0; i < weather.nodeCount; i++) {
            addNode();
        }
        for (int i = 0; i < count; i++) {
            clients.add(client(i));
        }
    }

    /** One more node begins. */
    void addNode() {
        nodes.add(new Node(this, "node" + (nodes.size() + 1), lanes, limits, schedule.random.nextLong()));
    }

    private HubLimits limits() {
        Duration maxAge = weather.ages ? Duration.ofSeconds(45) : Duration.ofHours(1);
        SessionLimits session = new SessionLimits(Duration.ofSeconds(25), Duration.ofSeconds(8), Duration.ofSeconds(10), outboxBytes, Duration.ofSeconds(10),
                0, 0, 0, maxAge, Duration.ofSeconds(25));
        int page = (int) schedule.between(2, 60);
        return new HubLimits(session, 128, 50, recoveryLimit, page, weather.scarceAdmission ? 220 : 10_000, 0, weather.scarceAdmission ? 3 : 10_000, 0, 255,
                Store.PRESENCE_TTL);
    }

    private Namespaces namespaces() {
        int size = (int) schedule.between(2, 60);
        Duration ttl = Duration.ofSeconds(schedule.between(3, 120));
        return new Namespaces(Map.of(
                "stream", namespace("stream", size, ttl, RecoveryMode.STREAM, true),
                "deep", namespace("deep", 2_000, Duration.ofMinutes(9), RecoveryMode.STREAM, false),
                "cache", namespace("cache", 3, ttl, RecoveryMode.CACHE, true),
                "last", namespace("last", 20, ttl, RecoveryMode.NONE, false),
                Namespace.DEFAULT_NAME, namespace(Namespace.DEFAULT_NAME, 0, Duration.ZERO, RecoveryMode.NONE, true)), "");
    }

    private static Namespace namespace(String name, int size, Duration ttl, RecoveryMode recovery, boolean presence) {
        return new Namespace(name, size, ttl, META_TTL, recovery, presence, presence, Who.ANYONE, Who.ANYONE, Who.ANYONE, Who.ANYONE, true, false, 65_536);
    }

    private Client client(int number) {
        Client client = new Client(this, number, Dialect.values()[schedule.random.nextInt(3)]);
        List<Channel> left = new ArrayList<>(channels);
        for (long wanted = schedule.between(1, weather.rebalances ? 1 : 4); wanted > 0; wanted--) {
            Channel channel = left.remove(schedule.random.nextInt(left.size()));
            Optional<TagFilter> filter = schedule.chance(0.3) ? Optional.of(new TagFilter.OneOf("tag", Set.of("a"), false)) : Optional.empty();
            boolean members = namespaces.of(channel).presence() && schedule.random.nextBoolean();
            client.views.put(channel, new View(channel, filter, schedule.chance(0.3) ? (int) schedule.between(1, 10) : 0, members));
        }
        return client;
    }

    // -- a run ---------------------------------------------------------------------------------------------------------------------------------

    /** Runs from the first connection to an empty hub. */
    Result run() {
        sweepStore();
        clients.forEach(client -> schedule.soon(3_000_000, client::goOnline));
        new Mischief(this).begin(schedule.between(5, 40) * 1000);
        calm();
        new Departure(this).leave();
        result.steps = schedule.steps();
        return result;
    }

    /** The faults stop; everybody comes back and must be up to date. */
    private void calm() {
        schedule.note(() -> "-- calm --");
        store.recover();
        connections.forEach(Connection::resume);
        clients.forEach(Client::goOnline);
        boolean last = schedule.random.nextBoolean();
        schedule.run(60_000);
        if (last) {
            channels.forEach(channel -> publishers.publish(publishers.drawLast(channel)));
        }
        if (weather.losesNothing() && !isCrowded()) {
            rush();
        }
        long before = store.reads - result.deliveries;
        schedule.run(45_000);
        long reads = store.reads - result.deliveries - before; // whoever still catches up, reads with a result
        long subscriptions = clients.stream().mapToLong(client -> client.views.size()).sum();
        schedule.check(reads <= 100 + 10 * subscriptions, () -> reads + " readings without a result for " + subscriptions + " subscriptions");
        behind.addAll(clients);
        eventually(120, this::firstMissing);
        if (!weather.ages) { // else some member is always on its way from one connection to the next
            eventually(120, () -> Members.problem(this));
        }
    }

    /** Everybody comes back while publications arrive: where no link loses anything, nobody may need the slow comparison to learn what it lacks. */
    private void rush() {
        if (store instanceof Redis redis) {
            schedule.soon(6_000_000, redis::breakLinks);
        }
        for (Client client : clients) {
            schedule.soon(2_000_000, () -> client.cut(0));
        }
        for (Channel channel : channels) {
            for (int i = 0; i < 8; i++) {
                schedule.soon(6_000_000, () -> publishers.publish(publishers.drawLast(channel)));
            }
        }
        schedule.run(13_000);
        behind.addAll(clients);
        eventually(8, this::firstMissing);
    }

    /** Clients that have not been up to date at any moment of the calm; all at once they need not be, as old connections are moved all the time. */
    private String firstMissing() {
        String found = "";
        for (Client client : behind.toArray(Client[]::new)) {
            String missing = client.missing();
            if (missing.isEmpty()) {
                behind.remove(client);
            } else if (found.isEmpty()) {
                found = missing;
            }
        }
        return found;
    }

    /** Lets time pass until there is no problem; fails when for so many seconds the problem was the same. */
    void eventually(int seconds, Supplier<String> problem) {
        String last = problem.get();
        int unchanged = 0;
        for (int i = 0; i < LONGEST_CALM_SECONDS && unchanged < seconds && !last.isEmpty(); i++) {
            schedule.run(1_000);
            String now = problem.get();
            unchanged = now.equals(last) ? unchanged + 1 : 0;
            last = now;
        }
        String found = last;
        schedule.check(found.isEmpty(), () -> "after " + seconds + " calm seconds: " + found);
    }

    private void sweepStore() {
        store.sweep();
        schedule.inMillis(1_000, this::sweepStore);
    }

    // -- questions -----------------------------------------------------------------------------------------------------------------------------

    /** A node that lives. */
    Node pickNode() {
        List<Node> living = nodes.stream().filter(node -> !node.isDead() && !node.hub.drain().isDraining()).toList();
        List<Node> choice = living.isEmpty() ? nodes.stream().filter(node -> !node.isDead()).toList() : living;
        return choice.get(schedule.random.nextInt(choice.size()));
    }

    Client pickClient() {
        return clients.get(schedule.random.nextInt(clients.size()));
    }

    Channel pickChannel() {
        return channels.get(schedule.random.nextInt(channels.size()));
    }

    Set<String> anyClientId() {
        String id = pickClient().clientId();
        return id.isEmpty() ? Set.of() : Set.of(id);
    }

    /** Whether so many come and go at once that lanes are busy for seconds, and more joins are told than may be parked. */
    boolean isCrowded() {
        return clients.size() > 16;
    }

    /** Timers that a lane may have: a delayed leave for each subscription that ended in the last seconds, and a few more. */
    int timerBound() {
        return 20 + 60 * clients.size();
    }
}
