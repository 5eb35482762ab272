package dev.tidings.websocket;

import dev.tidings.auth.Credentials;
import dev.tidings.auth.InvalidTokenException;
import dev.tidings.auth.Tokens;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Caller;
import dev.tidings.hub.ConnectRequest;
import dev.tidings.hub.Connected;
import dev.tidings.hub.ConnectionLimitException;
import dev.tidings.hub.Hub;
import dev.tidings.hub.PublishRequest;
import dev.tidings.hub.SubscribeRequest;
import dev.tidings.hub.Subscriber;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.protocol.RequestReader;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.SubscriptionToken;
import dev.tidings.session.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One client's commands, in the order in which they came, and their answers. Control path; every method is called on the session's lane.
 *
 * <p>The first command must be {@code connect}. What comes behind it in the same breath waits until the token was looked at; after a refused
 * {@code connect} it is dropped without a word, because the client goes on with a new connection.
 */
final class Conversation {
    /** Commands that may wait for the answer to {@code connect}. */
    static final int MAX_WAITING = 256;
    /** How long a client that was told that it needs a token may stay. */
    static final long UNAUTHORIZED_LINGER_MILLIS = 5_000;

    private final DoorOptions options;
    private final Hub hub;
    private final Tokens tokens;
    private final Replies replies;
    private final Subscriber subscriber;
    private final Session session;
    private final SocketWire wire;
    private final Credentials upgrade;
    private final ArrayDeque<Command> waiting = new ArrayDeque<>(0);
    private Stage stage = Stage.EXPECTING;

    private enum Stage { EXPECTING, CONNECTING, REFUSED, CONNECTED }

    /** {@code upgrade} = the credentials that came with the upgrade. */
    Conversation(DoorOptions options, Subscriber subscriber, Credentials upgrade) {
        this.options = options;
        this.hub = options.hub();
        this.tokens = options.tokens();
        this.replies = options.replies();
        this.subscriber = subscriber;
        this.session = subscriber.session();
        this.wire = (SocketWire) session.wire();
        this.upgrade = upgrade;
    }

    /** Whether what the client sends still counts. */
    boolean isLive() {
        return session.isLive();
    }

    /** Whether a message of so many bytes is over the limit. */
    boolean isTooBig(int bytes) {
        return bytes > options.messageSize();
    }

    /** The client sent what is no frame, or is too big for one. */
    void violated(Disconnect cause) {
        session.end(Ending.of(cause));
    }

    /** A text message came. */
    void text(byte[] frame) {
        if (!session.isLive()) {
            return;
        }
        if (isTooBig(frame.length)) {
            session.end(Ending.of(Disconnect.MESSAGE_TOO_BIG));
            return;
        }
        try {
            for (Command command : Command.read(frame)) {
                if (session.isLive()) {
                    take(command);
                }
            }
        } catch (RefusedException e) {
            session.end(Ending.of(Disconnect.BAD_REQUEST));
        } catch (RuntimeException e) {
            options.faults().accept("a command failed", e);
            session.end(Ending.of(Disconnect.SERVER_ERROR));
        }
    }

    /** A binary message came. */
    void binary() {
        session.end(Ending.of(Disconnect.BAD_REQUEST));
    }

    /** The connection is gone. */
    void closed(Disconnect cause) {
        session.connectionClosed(cause);
    }

    private void take(Command command) {
        if (command.verb() == Command.Verb.PONG) {
            if (!session.pong()) {
                session.end(Ending.of(Disconnect.BAD_REQUEST));
            }
        } else if (session.admitsCommand()) {
            switch (stage) {
                case EXPECTING -> connectFirst(command);
                case CONNECTING -> waitFor(command);
                case REFUSED -> {
                    if (command.verb() == Command.Verb.CONNECT) {
                        connectFirst(command);
                    }
                }
                case CONNECTED -> obey(command);
            }
        }
    }

    private void connectFirst(Command command) {
        if (command.verb() == Command.Verb.CONNECT) {
            stage = Stage.CONNECTING;
            guarded(command, () -> connect(command));
        } else {
            session.end(Ending.of(Disconnect.BAD_REQUEST));
        }
    }

    private void waitFor(Command command) {
        if (waiting.size() == MAX_WAITING) {
            session.end(Ending.of(Disconnect.TOO_MANY_REQUESTS));
        } else {
            waiting.add(command);
        }
    }

    private void obey(Command command) {
        guarded(command, () -> {
            switch (command.verb()) {
                case CONNECT -> session.end(Ending.of(Disconnect.BAD_REQUEST));
                case SUBSCRIBE -> subscribe(command);
                case UNSUBSCRIBE -> unsubscribe(command);
                case PUBLISH -> publish(command);
                case HISTORY -> history(command);
                case PRESENCE -> presence(command);
                case PRESENCE_STATS -> presenceStats(command);
                case REFRESH -> refresh(command);
                case SUB_REFRESH -> refreshSubscription(command);
                case RPC -> throw new RefusedException(Refusal.NOT_AVAILABLE);
                case PING -> session.send(replies.done(command.id(), "ping"));
                case SEND -> hub.discarded();
                case PONG -> throw new IllegalStateException("a pong is no command");
            }
        });
    }

    private void guarded(Command command, Runnable action) {
        try {
            action.run();
        } catch (RefusedException e) {
            refuse(command, e);
        }
    }

    // -- connect -------------------------------------------------------------------------------------------------------------------------------

    private void connect(Command command) {
        RequestReader request = command.request();
        if (request.lists("ext", ProtocolWriter.EXTENSION)) {
            wire.extend();
        }
        Credentials shown;
        try {
            shown = upgrade.withMessage(request.string("token"));
        } catch (RefusedException e) {
            session.end(Ending.of(Disconnect.BAD_REQUEST));
            return;
        }
        List<SubscribeRequest> claims = new ArrayList<>();
        Map<Channel, RequestReader> subs = request.subs(hub::channel, hub.limits().channels());
        subs.forEach((channel, sub) -> claims.add(sub.subscribe(channel, Optional.empty())));
        String prevClient = wire.extended() ? request.string("prev_client") : "";
        answer(command, identify(shown.token().orElse("")).thenCompose(identity -> onLane(() ->
                hub.connect(subscriber, new ConnectRequest(identity, prevClient, true, claims, true, false)))), connected -> connected(command, connected));
    }

    private CompletionStage<Identity> identify(String token) {
        if (!token.isEmpty()) {
            return tokens.connection(token);
        }
        return tokens.withoutToken().<CompletionStage<Identity>>map(CompletableFuture::completedStage)
                .orElseGet(() -> CompletableFuture.failedStage(new RefusedException(Refusal.UNAUTHORIZED)));
    }

    private <T> CompletionStage<T> onLane(Supplier<CompletionStage<T>> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        subscriber.lane().execute(() -> {
            if (!session.isLive()) {
                result.completeExceptionally(new RefusedException(Refusal.EXPIRED));
                return;
            }
            action.get().whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(failure);
                }
            });
        });
        return result;
    }

    private void connected(Command command, Connected connected) {
        stage = Stage.CONNECTED;
        session.send(replies.connected(command.id(), session, connected, options.now(), wire.extended()));
        connected.goLive();
        while (!waiting.isEmpty() && session.isLive()) {
            obey(waiting.poll());
        }
    }

    // -- the other commands --------------------------------------------------------------------------------------------------------------------

    private void subscribe(Command command) {
        Channel channel = channel(command);
        String token = command.request().string("token");
        if (token.isEmpty()) {
            subscribe(command, channel, Optional.empty());
        } else {
            answer(command, tokens.subscription(token), granted -> {
                if (mismatches(granted, channel)) {
                    session.end(Ending.of(Disconnect.INVALID_TOKEN));
                } else {
                    guarded(command, () -> subscribe(command, channel, Optional.of(granted)));
                }
            });
        }
    }

    private boolean mismatches(SubscriptionToken token, Channel channel) {
        boolean otherClient = !token.client().isEmpty() && !token.client().equals(session.client());
        return otherClient || !token.channel().equals(channel) || !token.user().equals(session.identity().user());
    }

    private void subscribe(Command command, Channel channel, Optional<SubscriptionToken> token) {
        SubscribeRequest request = command.request().subscribe(channel, token);
        answer(command, hub.subscribe(subscriber, request), subscribed -> {
            session.send(replies.subscribed(command.id(), subscribed, options.now(), wire.extended()));
            subscribed.goLive().run();
        });
    }

    private void unsubscribe(Command command) {
        hub.unsubscribe(subscriber, channel(command));
        session.send(replies.done(command.id(), "unsubscribe"));
    }

    private void publish(Command command) {
        Channel channel = channel(command);
        PublishRequest request = wire.extended() ? extendedPublish(command.request(), channel) : plainPublish(command.request(), channel);
        answer(command, hub.publish(Caller.session(subscriber), request),
                published -> session.send(replies.published(command.id(), published, wire.extended())));
    }

    private static PublishRequest plainPublish(RequestReader request, Channel channel) {
        return new RequestReader(Map.of("data", request.required("data"))).publish(channel, "");
    }

    private PublishRequest extendedPublish(RequestReader request, Channel channel) {
        PublishRequest publish = request.publish(channel, "");
        Set<String> exclude = new LinkedHashSet<>(publish.exclude());
        if (request.bool("exclude_self")) {
            exclude.add(session.client());
        }
        return publish.passing(request.bool("ephemeral")).excluding(exclude);
    }

    private void history(Command command) {
        RequestReader request = command.request();
        int limit = request.limit(hub.limits().historyPage());
        answer(command, hub.reader().history(Caller.session(subscriber), channel(command), request.position("since"), limit, request.bool("reverse")),
                history -> session.send(replies.history(command.id(), history.within(hub.limits().session().outboxBytes() / 2), wire.extended())));
    }

    private void presence(Command command) {
        answer(command, hub.reader().presence(Caller.session(subscriber), channel(command)), members -> session.send(replies.presence(command.id(), members)));
    }

    private void presenceStats(Command command) {
        answer(command, hub.reader().presenceStats(Caller.session(subscriber), channel(command)), stats -> session.send(replies.stats(command.id(), stats)));
    }

    private void refresh(Command command) {
        answer(command, tokens.connection(command.request().required("token").string("token")), identity -> {
            if (!identity.user().equals(session.identity().user())) {
                session.end(Ending.of(Disconnect.INVALID_TOKEN));
                return;
            }
            session.refresh(identity);
            session.send(replies.refreshed(command.id(), session, options.now()));
        });
    }

    private void refreshSubscription(Command command) {
        Channel channel = channel(command);
        answer(command, tokens.subscription(command.request().required("token").string("token")), granted -> {
            if (mismatches(granted, channel)) {
                session.end(Ending.of(Disconnect.INVALID_TOKEN));
                return;
            }
            guarded(command, () -> {
                hub.refresh(subscriber, channel, granted.subscription());
                session.send(replies.subRefreshed(command.id(), granted.subscription(), options.now()));
            });
        });
    }

    private Channel channel(Command command) {
        return hub.channel(command.request().required("channel").string("channel"));
    }

    // -- answers -------------------------------------------------------------------------------------------------------------------------------

    private <T> void answer(Command command, CompletionStage<T> stage, Consumer<T> reply) {
        stage.whenComplete((result, failure) -> subscriber.lane().execute(() -> {
            if (!session.isLive()) {
                return;
            }
            try {
                if (failure == null) {
                    reply.accept(result);
                } else {
                    refuse(command, asRefusal(failure));
                }
            } catch (RuntimeException e) { // nobody looks at this stage: without this line a fault of ours would be silence
                options.faults().accept("an answer failed", e);
                session.end(Ending.of(Disconnect.SERVER_ERROR));
            }
        }));
    }

    private RefusedException asRefusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        options.faults().accept("a command failed", cause);
        return new RefusedException(Refusal.INTERNAL);
    }

    private void refuse(Command command, RefusedException refused) {
        if (command.verb() == Command.Verb.CONNECT) {
            refuseConnect(command, refused);
            return;
        }
        boolean subscriptionToken = refused instanceof InvalidTokenException && command.verb() == Command.Verb.SUBSCRIBE;
        if (refused instanceof InvalidTokenException && !subscriptionToken) {
            session.end(Ending.of(Disconnect.INVALID_TOKEN));
            return;
        }
        // As upstream: who shows a worthless subscription token has no permission, and stays connected.
        session.send(replies.refused(command.id(), subscriptionToken ? new RefusedException(Refusal.PERMISSION_DENIED) : refused, wire.extended()));
        session.commandFailed();
    }

    private void refuseConnect(Command command, RefusedException refused) {
        stage = Stage.REFUSED;
        waiting.clear();
        switch (refused) {
            case InvalidTokenException _ -> session.end(Ending.of(Disconnect.INVALID_TOKEN));
            case ConnectionLimitException _ -> session.end(Ending.of(Disconnect.CONNECTION_LIMIT));
            default -> {
                session.send(replies.refused(command.id(), refused, wire.extended()));
                if (session.isIntroduced()) {
                    session.end(Ending.of(Disconnect.SERVER_ERROR)); // a server-side subscription could not be made: the client tries again from the start
                } else if (refused.refusal() == Refusal.UNAUTHORIZED) {
                    session.lingerUntil(options.now() + UNAUTHORIZED_LINGER_MILLIS, Disconnect.INVALID_TOKEN);
                }
                session.commandFailed();
            }
        }
    }
}
