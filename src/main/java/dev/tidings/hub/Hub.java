package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Nodes;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Publish.IdempotencyKey;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Publication;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.presence.Presence;
import dev.tidings.session.Ending;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Session;
import dev.tidings.session.Transport;
import dev.tidings.session.Wire;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * This node: takes sessions in, subscribes them, and hands what the broker publishes to their lanes.
 *
 * <p>Threads: what has a {@link Subscriber} is called on its lane, and the stages that are returned there complete on that lane, so that what a caller
 * attaches runs before anything else happens to the session. What the broker tells goes to {@link Subscriptions}.
 */
public final class Hub {
    private final HubLimits limits;
    private final Namespaces namespaces;
    private final Broker broker;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final HubMetrics metrics;
    private final List<Lane> lanes;
    private final Subscriptions subscriptions;
    private final Sessions sessions;
    private final Continuity continuity;
    private final Admission admission;
    private final Access access;
    private final Permission permission;
    private final Reader reader;
    private final PositionCheck positionCheck;
    private final Attendance attendance;
    private final Subscribing subscribing;
    private final Roster roster;
    private final Rebalance rebalance;
    private final Drain drain;
    private final Rates rates;
    private final SessionControl control;
    private final Map<Transport.Kind, AtomicLong> connections = Map.of(Transport.Kind.WEBSOCKET, new AtomicLong(), Transport.Kind.SSE, new AtomicLong());

    /** What a hub is made of; {@code random} must be safe to use from several threads. */
    public record Parts(HubLimits limits, Rebalance.Options rebalance, Namespaces namespaces, Broker broker, Presence presence, Nodes nodes, ThisNode node,
            InstantSource clock, LongSupplier ticker, RandomGenerator random, HubMetrics metrics, List<Lane> lanes) {
    }

    public Hub(Parts parts) {
        this.limits = parts.limits;
        this.namespaces = parts.namespaces;
        this.broker = parts.broker;
        this.clock = parts.clock;
        this.random = parts.random;
        this.metrics = parts.metrics;
        this.lanes = List.copyOf(parts.lanes);
        this.subscriptions = new Subscriptions(broker, lanes.size(), parts.ticker);
        this.sessions = new Sessions();
        this.continuity = new Continuity(sessions, parts.presence, limits.session().maxAge());
        this.admission = new Admission(limits.connections(), limits.handshakesPerSecond(), clock);
        this.access = new Access(namespaces);
        this.attendance = new Attendance(parts.presence, broker);
        this.drain = new Drain(lanes, clock, random);
        this.rates = new Rates(limits.publishesPerSecond(), clock);
        this.control = new SessionControl(this, sessions, parts.nodes);
        this.permission = new Permission(access, control);
        this.positionCheck = new PositionCheck(broker, subscriptions, namespaces, clock, random);
        this.reader = new Reader(limits, namespaces, broker, attendance, permission);
        this.subscribing = new Subscribing(limits, broker, subscriptions, attendance, metrics);
        this.roster = new Roster(parts.nodes, parts.node, () -> new Nodes.Report(parts.node.name(), state(), connections(), limits.connections(),
                parts.node.version(), 0), clock);
        this.rebalance = new Rebalance(parts.rebalance, roster, lanes, drain, clock, random, metrics);
        broker.listen(subscriptions);
        parts.nodes.answer(control::answer);
    }

    // -- sessions ------------------------------------------------------------------------------------------------------------------------------

    /** Takes a place for a connection, or says why there is none and when to come back. Any thread. */
    public Optional<Admission.Refused> admit() {
        Optional<Admission.Refused> refused = drain.isDraining() ? Optional.of(drain.refuse()) : admission.admit();
        refused.ifPresent(it -> metrics.rejected(it.reason().label()));
        return refused;
    }

    /** A connection that was admitted ended before a session was opened on it. Any thread. */
    public void release() {
        admission.release();
    }

    /** Opens a session on an admitted connection. On its lane. */
    public Subscriber open(Lane lane, Transport transport, Function<Session, Wire> wire) {
        Session session = new Session(Ids.random(random), transport, limits.session(), clock, random);
        Subscriber subscriber = new Subscriber(this, lane, session);
        session.attach(subscriber, wire.apply(session));
        lane.add(subscriber);
        connections.get(transport.kind()).incrementAndGet();
        metrics.opened(transport.kind());
        return subscriber;
    }

    /** Refuses what {@link #connect} would refuse, before there is a session. Any thread. */
    public void check(ConnectRequest request) {
        permitted(request.wanted(), request, new LinkedHashMap<>());
    }

    /** Introduces a session: gives it its client id and makes its first subscriptions. Once; on its lane, and completes there. */
    public CompletionStage<Connected> connect(Subscriber subscriber, ConnectRequest request) {
        Map<Channel, RefusedException> refused = new LinkedHashMap<>();
        List<SubscribeRequest> permitted;
        try {
            checkNotOver(subscriber);
            List<SubscribeRequest> wanted = request.wanted();
            checkChannelCount(wanted.size(), subscriber);
            permitted = permitted(wanted, request, refused);
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
        return continuity.clientFor(subscriber, request.identity().user(), request.prevClient())
                .thenCompose(client -> connect(subscriber, request, client, permitted, refused));
    }

    private CompletionStage<Connected> connect(Subscriber subscriber, ConnectRequest request, String client, List<SubscribeRequest> permitted,
            Map<Channel, RefusedException> refused) {
        try {
            checkNotOver(subscriber);
            introduce(subscriber, request, client);
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
        Map<Channel, ServerSubscription> brought = request.identity().subscriptions();
        Map<Subscription, CompletableFuture<Subscribed>> answers = new LinkedHashMap<>();
        for (SubscribeRequest each : permitted) {
            ServerSubscription details = each.token().map(Identity.SubscriptionToken::subscription)
                    .orElse(brought.getOrDefault(each.channel(), ServerSubscription.PLAIN));
            Subscription subscription = new Subscription(this, subscriber, namespaces.of(each.channel()), each, details);
            answers.put(subscription, subscribing.begin(subscription, each).toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .thenApply(_ -> new Connected(subscriber.session().client(), living(answers), refused));
    }

    /** A back end may have ended a subscription while others were waited for: its client must not take it for there. */
    private static List<Subscribed> living(Map<Subscription, CompletableFuture<Subscribed>> answers) {
        return answers.entrySet().stream().filter(each -> !each.getKey().isOver()).map(each -> each.getValue().join()).toList();
    }

    /** A command may have waited while its session ended: what it made would never be taken away. */
    private static void checkNotOver(Subscriber subscriber) {
        if (!subscriber.session().isLive()) {
            throw new RefusedException(Refusal.EXPIRED, "the session is over");
        }
    }

    private void checkChannelCount(int count, Subscriber subscriber) {
        int most = subscriber.session().kind() == Transport.Kind.SSE ? limits.sseChannels() : limits.channels();
        if (count > most) {
            throw new RefusedException(Refusal.LIMIT_EXCEEDED, "more than " + most + " channels");
        }
    }

    private List<SubscribeRequest> permitted(List<SubscribeRequest> wanted, ConnectRequest request, Map<Channel, RefusedException> refused) {
        List<SubscribeRequest> permitted = new ArrayList<>();
        for (SubscribeRequest each : wanted) {
            try {
                boolean brought = request.identity().subscriptions().containsKey(each.channel());
                checkSubscribe(each, request.identity(), brought || each.token().isPresent());
                permitted.add(each);
            } catch (RefusedException e) {
                if (!request.partial()) {
                    throw e;
                }
                refused.put(each.channel(), e);
            }
        }
        return permitted;
    }

    private void checkSubscribe(SubscribeRequest request, Identity identity, boolean brought) {
        access.checkSubscribe(request.channel(), namespaces.of(request.channel()), identity, brought);
    }

    private void introduce(Subscriber subscriber, ConnectRequest request, String client) {
        Identity identity = request.identity();
        int limit = identity.maxConnections() > 0 ? identity.maxConnections() : limits.connectionsPerUser();
        if (!sessions.add(subscriber, identity.user(), client, limit)) {
            throw new ConnectionLimitException();
        }
        subscriber.session().introduce(client, identity, request.pong());
        continuity.began(subscriber);
        drain.introduced(subscriber.session());
    }

    void ended(Subscriber subscriber, Ending ending) {
        sessions.remove(subscriber);
        continuity.ended(subscriber);
        if (subscriber.wasRebalanced()) {
            rebalance.gone();
        }
        Session session = subscriber.session();
        connections.get(session.kind()).decrementAndGet();
        metrics.closed(session.kind(), ending.cause(), now() - session.openedAt());
    }

    void closed(Subscriber subscriber) {
        subscriber.lane().remove(subscriber);
        admission.release();
    }

    void aged(Subscriber subscriber) {
        drain.aged(subscriber.session(), limits.session().farewell());
    }

    // -- subscriptions -------------------------------------------------------------------------------------------------------------------------

    /** Subscribes a session to a channel. On its lane; completes there. */
    public CompletionStage<Subscribed> subscribe(Subscriber subscriber, SubscribeRequest request) {
        return subscribe(subscriber, request, request.token().map(Identity.SubscriptionToken::subscription).orElse(ServerSubscription.PLAIN), false);
    }

    /** The same; {@code byBackEnd} = a back end subscribes the session, and no grant of the client's is needed. */
    CompletionStage<Subscribed> subscribe(Subscriber subscriber, SubscribeRequest request, ServerSubscription details, boolean byBackEnd) {
        try {
            checkNotOver(subscriber);
            if (subscriber.has(request.channel())) {
                throw new RefusedException(Refusal.ALREADY_SUBSCRIBED);
            }
            checkChannelCount(subscriber.count() + 1, subscriber);
            if (!byBackEnd) {
                checkSubscribe(request, subscriber.session().identity(), request.token().isPresent());
            }
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
        return subscribing.begin(new Subscription(this, subscriber, namespaces.of(request.channel()), request, details), request);
    }

    /** Ends a subscription because its client asks. Does nothing when there is none. On its lane. */
    public void unsubscribe(Subscriber subscriber, Channel channel) {
        subscriber.remove(channel, true);
    }

    /** Gives a subscription the lifetime and details of a fresh token. On its lane. */
    public void refresh(Subscriber subscriber, Channel channel, ServerSubscription details) {
        Subscription subscription = subscriber.get(channel);
        if (subscription == null) {
            throw new RefusedException(Refusal.PERMISSION_DENIED, "not subscribed to this channel");
        }
        subscription.refresh(details);
        subscriber.tickSubscriptions();
    }

    void removed(Subscription subscription, boolean leaves) {
        subscribing.ended(subscription, leaves);
    }

    void refreshMembers(Subscriber subscriber) {
        attendance.refresh(subscriber);
    }

    // -- publications --------------------------------------------------------------------------------------------------------------------------

    /** Publishes for a back end or client. Refuses what is not granted, over a limit, or not possible in the channel; then it is the broker's. Any thread. */
    public CompletionStage<Published> publish(Caller caller, PublishRequest request) {
        try {
            Namespace namespace = namespaces.of(request.channel());
            rates.count(caller.scope());
            checkPublish(caller, request, namespace);
            return permission.check(caller, Grants.Action.PUBLISH, request.channel(), namespace).thenCompose(_ -> hand(caller, request, namespace));
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static void checkPublish(Caller caller, PublishRequest request, Namespace namespace) {
        if (request.data().length > namespace.maxPublishSize()) {
            throw new RefusedException(Refusal.TOO_LARGE, "\"data\" has " + request.data().length + " bytes, allowed are " + namespace.maxPublishSize());
        }
        if (request.skipHistory() && caller.client().isPresent() && !namespace.ephemeralPublish()) {
            throw new RefusedException(Refusal.NOT_AVAILABLE, "clients may not publish past the history of this channel");
        }
        if (request.condition().isPresent() && (!namespace.hasHistory() || request.skipHistory())) {
            throw new RefusedException(Refusal.NOT_AVAILABLE, "\"if\" needs a channel with history");
        }
    }

    private CompletionStage<Published> hand(Caller caller, PublishRequest request, Namespace namespace) {
        ClientInfo info = caller.session().map(Subscriber::info)
                .or(() -> caller.client().map(client -> new ClientInfo(client.user(), "", client.info(), new byte[0])))
                .orElse(request.info());
        Publication publication = new Publication("", 0, 0, request.data(), info, request.tags(), request.event(), request.id(), request.version(),
                request.exclude());
        Optional<IdempotencyKey> key = request.idempotencyKey().isEmpty() ? Optional.empty()
                : Optional.of(new IdempotencyKey(caller.scope(), request.idempotencyKey(), request.payloadHash()));
        return broker.publish(new Publish(request.channel(), namespace, publication, key, request.condition(), request.versionEpoch(), request.skipHistory()))
                .thenApply(published -> {
                    if (!published.duplicate() && !published.skipped()) {
                        metrics.published();
                    }
                    return published;
                });
    }

    // -- life ----------------------------------------------------------------------------------------------------------------------------------

    /** Compares positions with their streams, where that is due. On the lane, about once a second. */
    public void comparePositions(Lane lane) {
        positionCheck.run(lane);
    }

    /** Removes members that nobody refreshed. About once a second, on any thread. */
    public void expireMembers() {
        attendance.expire();
    }

    /** A client sent something that nobody asked for. */
    public void discarded() {
        metrics.dropped(HubMetrics.Drop.SEND, 1);
    }

    /** The lane that the calling thread is on. */
    public Lane lane() {
        for (Lane lane : lanes) {
            if (lane.isInside()) {
                return lane;
            }
        }
        throw new IllegalStateException("thread " + Thread.currentThread().getName() + " is on no lane");
    }

    CompletionStage<History> history(Channel channel, Namespace namespace, HistoryQuery query) {
        return broker.history(channel, namespace, query);
    }

    /** Answers questions about channels. */
    public Reader reader() {
        return reader;
    }

    /** Acts on users' sessions for back ends. */
    public SessionControl control() {
        return control;
    }

    /** Moves sessions away. */
    public Drain drain() {
        return drain;
    }

    /** The channel of that name, within the configured length. */
    public Channel channel(String name) {
        return Channel.parse(name, limits.channelBytes());
    }

    /** The namespace of a channel; refused when there is none. */
    public Namespace namespace(Channel channel) {
        return namespaces.of(channel);
    }

    /** The bounds of this node. */
    public HubLimits limits() {
        return limits;
    }

    /** The lanes of this node. */
    public List<Lane> lanes() {
        return lanes;
    }

    /** Moves sessions to nodes that have fewer. */
    public Rebalance rebalance() {
        return rebalance;
    }

    /** The nodes that share this one's broker. */
    public Roster roster() {
        return roster;
    }

    /** What this node does. */
    public Nodes.State state() {
        return drain.isDraining() ? Nodes.State.DRAINING : broker.isConnected() ? Nodes.State.READY : Nodes.State.DEGRADED;
    }

    /** Connections of all doors. */
    public long connections() {
        return connections.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /** Connections by door. */
    public long connections(Transport.Kind kind) {
        return connections.get(kind).get();
    }

    /** Subscriptions of all sessions. */
    public long subscriptionCount() {
        return subscribing.count();
    }

    /** Subscriptions to a channel. */
    public int subscriptionCount(Channel channel) {
        return subscriptions.count(channel);
    }

    /** Channels with subscriptions. */
    public int channelCount() {
        return subscriptions.channelCount();
    }

    HubMetrics metrics() {
        return metrics;
    }

    /** Milliseconds since 1970 by this node's clock. */
    public long now() {
        return clock.millis();
    }
}
