package dev.tidings.hub;

import static dev.tidings.testing.NamespaceBuilder.namespace;

import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.MemoryBroker;
import dev.tidings.broker.Published;
import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.channel.TagFilter;
import dev.tidings.channel.Who;
import dev.tidings.presence.MemoryPresence;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;
import dev.tidings.session.SessionLimits;
import dev.tidings.session.Transport.Kind;
import dev.tidings.testing.FakeTransport;
import dev.tidings.testing.FakeWire;
import dev.tidings.testing.FakeWire.Dialect;
import dev.tidings.testing.ManualClock;
import dev.tidings.testing.SharedNodes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A node in a test: one hub with one lane whose loop the test drives, a broker it steers, and clients that write down what they receive in short words:
 * <pre>
 *   from 4 new             the answer to a subscription: at offset 4; or "recovered", or "gap expired to 4"
 *   5                      publication 5;      "7 after 5" with its prev;     "data x" without history
 *   gap lost 1-3           position 100        unsubscribed 2500      join c1      leave c1     drain ...
 * </pre>
 */
final class HubFixture {
    static final Channel NEWS = new Channel("news");
    /** Retains three publications. */
    static final Channel SHORT = new Channel("short:1");
    static final Channel CACHE = new Channel("cache:1");
    /** Has no history. */
    static final Channel PASSING = new Channel("passing:1");
    /** Has members and no history. */
    static final Channel ROOM = new Channel("room:1");
    /** Has history that clients can't recover from. */
    static final Channel LOG = new Channel("log:1");
    /** Needs a token for everything. */
    static final Channel SECRET = new Channel("secret:1");
    /** As by default, but without waiting after a node came. */
    private static final Rebalance.Options AT_ONCE = new Rebalance.Options(true, 10, 50, Duration.ofSeconds(60), Duration.ZERO);
    static final HubLimits LIMITS = new HubLimits(SessionLimits.DEFAULTS, 5, 3, 10, 10, 1_000, 0, 500, 0, 255, Duration.ofSeconds(60));

    final ManualClock clock;
    final CountedMetrics metrics = new CountedMetrics();
    final Loop loop = new Loop();
    final SteeredBroker broker;
    /** What nodes that share nothing else share: its presence and the other nodes. */
    final SharedNodes shared;
    final SteeredPresence presence;
    final Lane lane;
    final Hub hub;

    HubFixture() {
        this(LIMITS);
    }

    HubFixture(HubLimits limits) {
        this(limits, 1_024, Lane.SLICE);
    }

    HubFixture(HubLimits limits, int queueCapacity, int slice) {
        this(limits, AT_ONCE, queueCapacity, slice, "n1", new ManualClock());
    }

    HubFixture(Rebalance.Options rebalance) {
        this(LIMITS, rebalance, 1_024, Lane.SLICE, "n1", new ManualClock());
    }

    private HubFixture(HubLimits limits, Rebalance.Options rebalance, int queueCapacity, int slice, String name, ManualClock clock) {
        this(limits, rebalance, queueCapacity, slice, name, clock, new SharedNodes(clock), new MemoryPresence(clock, Duration.ofSeconds(60)));
    }

    /** A node beside another one: they share clock, presence and the store that makes them see each other; each has publications of its own. */
    HubFixture(HubFixture other, String name) {
        this(LIMITS, Rebalance.Options.DEFAULTS, 1_024, Lane.SLICE, name, other.clock, other.shared, other.presence.store);
    }

    private HubFixture(HubLimits limits, Rebalance.Options rebalance, int queueCapacity, int slice, String name, ManualClock clock, SharedNodes shared,
            MemoryPresence presence) {
        this.clock = clock;
        this.shared = shared;
        this.presence = new SteeredPresence(presence);
        broker = new SteeredBroker(new MemoryBroker(64 << 20, clock, new SplittableRandom(1)));
        lane = HubProbe.lane(0, loop, loop::isInside, clock, metrics, queueCapacity, slice);
        hub = new Hub(new Hub.Parts(limits, rebalance, namespaces(), broker, this.presence, shared.join(), new ThisNode(name, "1.0"), clock, clock::nanos,
                new SplittableRandom(name.hashCode()), metrics, List.of(lane)));
    }

    static Namespaces namespaces() {
        List<Namespace> all = List.of(namespace("default").recovers(RecoveryMode.STREAM, 1_000).build(), namespace("short").recovers(RecoveryMode.STREAM, 3).build(),
                namespace("cache").recovers(RecoveryMode.CACHE, 5).build(), namespace("passing").build(), namespace("room").members().build(),
                namespace("silent").silentMembers().build(), namespace("log").history(10, Duration.ofHours(1)).build(),
                namespace("secret").members().recovers(RecoveryMode.STREAM, 10).who(Who.TOKEN, Who.TOKEN, Who.TOKEN, Who.TOKEN).build(),
                namespace("back").who(Who.ANYONE, Who.NOBODY, Who.NOBODY, Who.NOBODY).build(),
                namespace("inner").members().recovers(RecoveryMode.STREAM, 10).who(Who.AUTHENTICATED, Who.SUBSCRIBER, Who.SUBSCRIBER, Who.SUBSCRIBER).build(),
                namespace("dialog").userChannels().who(Who.TOKEN, Who.TOKEN, Who.ANYONE, Who.ANYONE).build(), namespace("typing").ephemeral()
                        .recovers(RecoveryMode.STREAM, 10).build(), namespace("tiny").maxPublishSize(4).build());
        return new Namespaces(all.stream().collect(Collectors.toMap(Namespace::name, Function.identity())), "$");
    }

    static HubLimits limits(SessionLimits session) {
        return new HubLimits(session, 5, 3, 10, 10, 1_000, 0, 500, 0, 255, Duration.ofSeconds(60));
    }

    /** Limits under which a client that does not read is behind after a few short publications. */
    static HubLimits narrow() {
        SessionLimits d = SessionLimits.DEFAULTS;
        return limits(new SessionLimits(d.ping(), d.pong(), d.connectTimeout(), 400, d.outboxAge(), 100, 200, 30, d.maxAge(), d.expiryGrace()));
    }

    static Identity user(String name) {
        return new Identity(name, name, Grants.NONE, new byte[0], Map.of(), 0, 0);
    }

    static PublishRequest publication(Channel channel, String data) {
        return new PublishRequest(channel, data.getBytes(StandardCharsets.UTF_8), "", "", Map.of(), ClientInfo.NONE, false, "", Optional.empty(), 0, "", Set.of());
    }

    static PublishRequest tagged(Channel channel, String tag) {
        return new PublishRequest(channel, new byte[] {'1'}, "", "", Map.of("tag", tag), ClientInfo.NONE, false, "", Optional.empty(), 0, "", Set.of());
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** Why a stage failed. */
    static Refusal refusal(CompletionStage<?> stage) {
        Throwable failure = stage.toCompletableFuture().exceptionNow();
        return ((RefusedException) failure).refusal();
    }

    static SubscribeRequest at(Channel channel, Position position) {
        return SubscribeRequest.to(channel).claiming(new Recovery.Claim.At(position));
    }

    static SubscribeRequest rewinding(Channel channel, int rewind) {
        SubscribeRequest plain = SubscribeRequest.to(channel);
        return new SubscribeRequest(channel, plain.token(), plain.claim(), rewind, plain.filter(), false, false, false);
    }

    static SubscribeRequest filtered(Channel channel, Recovery.Claim claim, String tag) {
        Optional<TagFilter> filter = Optional.of(new TagFilter.OneOf("tag", Set.of(tag), false));
        return new SubscribeRequest(channel, Optional.empty(), claim, 0, filter, false, false, false);
    }

    static SubscribeRequest toldOfMembers(Channel channel, boolean snapshot) {
        return new SubscribeRequest(channel, Optional.empty(), Recovery.NO_CLAIM, 0, Optional.empty(), true, snapshot, false);
    }

    /** Publishes as a back end; the loop has not run yet. */
    Published publish(PublishRequest request) {
        return join(hub.publish(Caller.backEnd("key"), request));
    }

    Published publish(Channel channel) {
        return publish(publication(channel, "1"));
    }

    void publish(Channel channel, int count) {
        for (int i = 0; i < count; i++) {
            publish(channel);
        }
    }

    /** Publishes something that does not arrive. */
    void publishLost(Channel channel) {
        broker.copies = 0;
        publish(channel);
        broker.copies = 1;
    }

    Position top(Channel channel) {
        return join(broker.store.history(channel, hub.namespace(channel), HistoryQuery.TOP)).top();
    }

    /** Lets time pass as the application does: several sweeps a second, positions compared once a second. */
    void pass(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left -= 500) {
            clock.advanceMillis(Math.min(left, 500));
            loop.call(() -> {
                HubProbe.sweep(lane);
                hub.comparePositions(lane);
            });
            loop.drain();
        }
    }

    Client connect(Dialect dialect) {
        return connect(dialect, Identity.ANONYMOUS, "");
    }

    Client connect(Identity identity) {
        return connect(Dialect.EXTENDED, identity, "");
    }

    Client connect(Dialect dialect, Identity identity, String prevClient) {
        Client client = new Client(dialect);
        client.connected = client.connect(new ConnectRequest(identity, prevClient, false, List.of(), false, false));
        loop.drain();
        return client;
    }

    /** Reports and rebalances, as the application does every five seconds. */
    Rebalance.Look tick() {
        Rebalance.Look look = join(hub.rebalance().tick());
        loop.drain();
        return look;
    }

    /** A connection that says nothing of itself. */
    Client open(Dialect dialect) {
        return new Client(dialect);
    }

    /** One client and its connection. */
    final class Client {
        final FakeTransport transport;
        final Subscriber subscriber;
        final List<Subscribed> answers = new ArrayList<>();
        CompletionStage<Connected> connected;

        private Client(Dialect dialect) {
            transport = new FakeTransport(dialect == Dialect.STREAM ? Kind.SSE : Kind.WEBSOCKET);
            hub.admit();
            Subscriber[] opened = new Subscriber[1];
            loop.call(() -> opened[0] = hub.open(lane, transport, FakeWire.over(transport, dialect)));
            subscriber = opened[0];
        }

        CompletionStage<Connected> connect(ConnectRequest request) {
            List<CompletionStage<Connected>> stage = new ArrayList<>();
            loop.call(() -> stage.add(hub.connect(subscriber, request)));
            stage.getFirst().thenAccept(done -> {
                done.subscribed().forEach(this::tell);
                done.goLive();
            });
            return stage.getFirst();
        }

        /** Subscribes as a door does: tells the client the answer and goes live in the same turn. The loop runs on by the test's hand. */
        CompletionStage<Subscribed> begin(SubscribeRequest request) {
            List<CompletionStage<Subscribed>> stage = new ArrayList<>();
            loop.call(() -> {
                stage.add(hub.subscribe(subscriber, request));
                stage.getFirst().thenAccept(answer -> {
                    tell(answer);
                    answer.goLive().run();
                });
            });
            return stage.getFirst();
        }

        private void tell(Subscribed answer) {
            answers.add(answer);
            FakeWire wire = (FakeWire) subscriber.session().wire();
            String how = answer.recovered() ? "recovered" : answer.gap().map(gap -> "gap " + gap.reason().label() + " to " + gap.to().offset()).orElse("new");
            wire.say("from " + answer.from().map(Position::offset).orElse(0L) + ' ' + how);
            answer.publications().forEach(each -> wire.say(FakeWire.text(answer.channel(), each.publication(), each.prev())));
        }

        /** Subscribes, and lets the loop run. */
        CompletionStage<Subscribed> subscribe(SubscribeRequest request) {
            CompletionStage<Subscribed> stage = begin(request);
            loop.drain();
            return stage;
        }

        CompletionStage<Subscribed> subscribe(Channel channel) {
            return subscribe(SubscribeRequest.to(channel));
        }

        /** The subscription to this channel. */
        Subscription subscription(Channel channel) {
            return subscriber.get(channel);
        }

        void unsubscribe(Channel channel) {
            loop.call(() -> hub.unsubscribe(subscriber, channel));
            loop.drain();
        }

        void close(Disconnect cause) {
            loop.call(() -> transport.peerCloses(cause));
            loop.drain();
        }

        void stall() {
            transport.stall();
        }

        void resume() {
            loop.call(transport::resume);
            loop.drain();
        }

        String id() {
            return subscriber.session().client();
        }

        /** What has arrived since it was asked last, in short words and without keepalives. */
        List<String> received() {
            loop.drain();
            return transport.takeReceived().stream().filter(line -> !line.equals("keepalive")).map(HubFixture::shortly).toList();
        }
    }

    private static String shortly(String line) {
        String[] words = line.split(" ");
        return switch (words[0]) {
            case "publication" -> words[2].equals("-") ? "data " + words[5] : words[4].equals("-1") ? words[3] : words[3] + " after " + words[4];
            case "gap" -> "gap " + words[2] + ' ' + words[4] + '-' + words[6];
            case "position" -> "position " + words[3];
            case "join", "leave", "unsubscribed" -> words[0] + ' ' + words[2];
            default -> line;
        };
    }

    /** The words for these offsets. */
    static List<String> offsets(long... offsets) {
        return Arrays.stream(offsets).mapToObj(Long::toString).toList();
    }
}
