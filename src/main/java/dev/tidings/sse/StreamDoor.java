package dev.tidings.sse;

import dev.tidings.auth.Tokens;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Admission;
import dev.tidings.hub.BusyException;
import dev.tidings.hub.ConnectRequest;
import dev.tidings.hub.Connected;
import dev.tidings.hub.Hub;
import dev.tidings.hub.Subscribed;
import dev.tidings.hub.Subscriber;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.SubscriptionToken;
import dev.tidings.session.RetryWindow;
import dev.tidings.session.Session;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * Turns a request into a stream: subscribes first, because a refusal needs a status, then writes the head with the first events. Control path; on the event
 * loop of the connection, which is the session's lane.
 */
public final class StreamDoor {
    /** What EventSource is told to wait before it reconnects: it has no jitter of its own, so the hub draws it for each connection. */
    private static final RetryWindow RECONNECT = new RetryWindow(1_000, 15_000);
    private static final RetryWindow UNAVAILABLE = new RetryWindow(1_000, 5_000);

    private final Hub hub;
    private final Tokens tokens;
    private final InstantSource clock;
    private final RandomGenerator random;

    public StreamDoor(Hub hub, Tokens tokens, InstantSource clock, RandomGenerator random) {
        this.hub = hub;
        this.tokens = tokens;
        this.clock = clock;
        this.random = random;
    }

    Hub hub() {
        return hub;
    }

    /** Serves a request whose token is known; completes exceptionally when it is refused with a status, and never otherwise. */
    CompletionStage<Void> open(RoutingContext context, StreamRequest request, String token) {
        CompletionStage<Identity> identity = token.isEmpty() ? anonymous() : tokens.connection(token);
        CompletableFuture<Void> refusal = new CompletableFuture<>();
        context.request().pause(); // nothing more is expected, and what comes all the same must not pile up
        Context loop = context.vertx().getOrCreateContext();
        identity.thenCombine(verified(request.tokens()), (known, granted) -> new Known(known, request.granted(granted, known)))
                .whenComplete((known, failure) -> loop.runOnContext(_ -> {
                    try {
                        if (failure != null) {
                            throw failure;
                        }
                        open(context, known.request, known.identity, refusal);
                    } catch (Throwable e) {
                        refuse(context.request(), request, e, refusal);
                    }
                }));
        return refusal;
    }

    /** Who asks, and for what, with what its tokens grant. */
    private record Known(Identity identity, StreamRequest request) {
    }

    /** What each token grants; nothing for one that is worthless. Fails only when that can't be known now. */
    private CompletionStage<Map<Channel, Optional<SubscriptionToken>>> verified(Map<Channel, String> shown) {
        CompletionStage<Map<Channel, Optional<SubscriptionToken>>> all = CompletableFuture.completedStage(new LinkedHashMap<>());
        for (Map.Entry<Channel, String> each : shown.entrySet()) {
            CompletionStage<Optional<SubscriptionToken>> verified = tokens.subscription(each.getValue()).handle((token, failure) -> {
                if (failure != null && isTemporary(cause(failure))) {
                    throw new CompletionException(cause(failure));
                }
                return Optional.ofNullable(token);
            });
            all = all.thenCombine(verified, (granted, token) -> {
                granted.put(each.getKey(), token);
                return granted;
            });
        }
        return all;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static boolean isTemporary(Throwable cause) {
        return cause instanceof RefusedException refused && refused.refusal() == Refusal.INTERNAL;
    }

    private void refuse(HttpServerRequest http, StreamRequest request, Throwable failure, CompletableFuture<Void> refusal) {
        Throwable cause = cause(failure);
        if (isTemporary(cause)) {
            later(http, request, "unavailable", UNAVAILABLE, refusal);
        } else {
            refusal.completeExceptionally(cause);
        }
    }

    private CompletionStage<Identity> anonymous() {
        return tokens.withoutToken().<CompletionStage<Identity>>map(CompletableFuture::completedStage)
                .orElseGet(() -> CompletableFuture.failedStage(new RefusedException(Refusal.UNAUTHORIZED, "there is no token")));
    }

    private void open(RoutingContext context, StreamRequest request, Identity identity, CompletableFuture<Void> refusal) {
        HttpServerRequest http = context.request();
        Cursor cursor = new Cursor(channels(request, identity));
        ConnectRequest connect = new ConnectRequest(identity, request.prevClient(), false, request.claiming(cursor), false, request.partial());
        hub.check(connect);
        Optional<Admission.Refused> refused = hub.admit();
        if (refused.isPresent()) {
            String why = refused.get().reason() == Admission.Reason.DRAIN ? "drain" : "overload";
            later(http, request, why, refused.get().window(), refusal);
            return;
        }
        StreamTransport transport = new StreamTransport(http);
        Subscriber subscriber = hub.open(hub.lane(), transport, session -> new StreamWire(session, request.form(), cursor, random));
        Session session = subscriber.session();
        transport.attach(session);
        context.addEndHandler(_ -> session.connectionClosed(Disconnect.CONNECTION_LOST));
        hub.connect(subscriber, connect).whenComplete((connected, failure) -> {
            if (failure == null) {
                start(http, request, subscriber, transport, connected);
                return;
            }
            session.connectionClosed(Disconnect.INTERNAL);
            refuse(http, request, failure, refusal);
        });
    }

    private static Set<Channel> channels(StreamRequest request, Identity identity) {
        Set<Channel> channels = new LinkedHashSet<>(request.wanted().keySet());
        channels.addAll(identity.subscriptions().keySet());
        return channels;
    }

    /** Says "later": softly to an EventSource, with a status to whoever understands one. */
    private void later(HttpServerRequest http, StreamRequest request, String why, RetryWindow window, CompletableFuture<Void> refusal) {
        if (!request.soft()) {
            refusal.completeExceptionally(new BusyException(why.equals("drain") ? "the node is draining" : "the node can't take this now", window));
            return;
        }
        HttpServerResponse response = head(http.response()).putHeader("Tidings-Refused", why);
        RetryWindow when = why.equals("drain") ? StreamWire.COME_BACK : window; // each browser that came back at once would meet the same node
        response.write(Buffer.buffer(StreamWire.retry(when.draw(random)))).onComplete(_ -> StreamTransport.cut(http));
    }

    private void start(HttpServerRequest http, StreamRequest request, Subscriber subscriber, StreamTransport transport, Connected connected) {
        Session session = subscriber.session();
        StreamWire wire = (StreamWire) session.wire();
        for (Subscribed subscribed : connected.subscribed()) {
            subscribed.from().ifPresent(from -> wire.moveTo(subscribed.channel(), from));
        }
        long gaps = connected.subscribed().stream().filter(s -> s.gap().isPresent()).count();
        Optional<String> id = gaps == 0 ? Optional.of(wire.cursor()) : Optional.empty(); // with an id the browser would resume behind a gap it never saw
        id.ifPresent(text -> http.response().putHeader("Tidings-Cursor", text));
        head(http.response());
        byte[] first = new JsonWriter(512).bytes(StreamWire.retry(RECONNECT.draw(random))).bytes(connectEvent(id, request, session, connected)).toBytes();
        if (!transport.begin(first)) {
            session.send(first);
        }
        wire.expectGaps((int) gaps);
        connected.subscribed().forEach(subscribed -> subscribed.gap().ifPresent(gap -> wire.gap(subscribed.channel(), gap)));
        session.flush(); // the head must not wait for what follows
        connected.goLive();
    }

    private static HttpServerResponse head(HttpServerResponse response) {
        return response.setChunked(true).putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "private, no-cache, no-store, no-transform, max-age=0").putHeader("X-Accel-Buffering", "no");
    }

    private byte[] connectEvent(Optional<String> id, StreamRequest request, Session session, Connected connected) {
        long now = clock.millis();
        JsonWriter json = new JsonWriter(512).ascii("event: tidings\n");
        id.ifPresent(text -> json.ascii("id: ").ascii(text).ascii("\n"));
        json.ascii("data: ").object().object("connect").member("client", connected.client()).member("session", session.id())
                .member("ping", hub.limits().session().ping().toSeconds());
        if (request.extended()) {
            json.array("ext").value(ProtocolWriter.EXTENSION).endArray();
        }
        long expiresAt = session.identity().expiresAt();
        if (expiresAt > 0) {
            json.member("expires", true).member("ttl", Math.max(1, (expiresAt - now + 999) / 1000));
        }
        json.member("time", now).object("subs");
        connected.subscribed().forEach(subscribed -> subscription(json, subscribed));
        for (Map.Entry<Channel, RefusedException> refused : connected.refused().entrySet()) {
            json.object(refused.getKey().name());
            ProtocolWriter.error(json, refused.getValue(), true);
            json.end();
        }
        return json.end().end().end().ascii("\n\n").toBytes();
    }

    private static void subscription(JsonWriter json, Subscribed subscribed) {
        json.object(subscribed.channel().name());
        subscribed.from().ifPresent(from -> json.member("epoch", from.epoch()).member("offset", from.offset()));
        json.member("recoverable", subscribed.recoverable()).member("positioned", subscribed.positioned());
        if (subscribed.wasRecovering()) {
            json.member("was_recovering", true).member("recovered", subscribed.recovered());
        }
        if (subscribed.replay() > 0) {
            json.member("replay", subscribed.replay());
        }
        subscribed.members().ifPresent(members -> ProtocolWriter.members(json, "members", members));
        if (subscribed.data().length > 0) {
            json.raw("data", subscribed.data());
        }
        json.end();
    }
}
