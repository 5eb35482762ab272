package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.presence.Presence;
import dev.tidings.session.Grants;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Answers questions about channels: history, positions, presence. Any thread may ask; what the caller may not know is refused. */
public final class Reader {
    private final HubLimits limits;
    private final Namespaces namespaces;
    private final Broker broker;
    private final Attendance attendance;
    private final Permission permission;

    Reader(HubLimits limits, Namespaces namespaces, Broker broker, Attendance attendance, Permission permission) {
        this.limits = limits;
        this.namespaces = namespaces;
        this.broker = broker;
        this.attendance = attendance;
        this.permission = permission;
    }

    /** A page of a channel's history. Refused with {@link Refusal#UNRECOVERABLE_POSITION} when what follows {@code since} is not all retained. */
    public CompletionStage<History> history(Caller caller, Channel channel, Optional<Position> since, int limit, boolean reverse) {
        try {
            Namespace namespace = namespaces.of(channel);
            if (limit < 0) {
                throw RefusedException.badRequest("\"limit\" is " + limit + ", allowed is 0 to " + limits.historyPage());
            }
            if (!namespace.hasHistory()) {
                throw new RefusedException(Refusal.NOT_AVAILABLE, "the channel has no history");
            }
            HistoryQuery query = new HistoryQuery(since.map(Position::offset).orElse(-1L), Math.min(limit, limits.historyPage()), reverse);
            return permission.check(caller, Grants.Action.HISTORY, channel, namespace).thenCompose(_ -> broker.history(channel, namespace, query))
                    .thenApply(history -> checkSince(history, since, reverse));
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private static History checkSince(History history, Optional<Position> since, boolean reverse) {
        if (since.isEmpty() || since.get().epoch().isEmpty()) {
            return history;
        }
        Position position = since.get();
        boolean otherStream = !position.epoch().equals(history.top().epoch());
        boolean trimmed = !reverse && history.oldest() > position.offset() + 1 && position.offset() < history.top().offset();
        if (otherStream || trimmed || !reverse && position.offset() > history.top().offset()) {
            throw new UnrecoverablePositionException(history);
        }
        return history;
    }

    /** A channel's position; none without history. Needs the right to subscribe. */
    public CompletionStage<Optional<Position>> position(Caller caller, Channel channel) {
        try {
            Namespace namespace = namespaces.of(channel);
            return permission.check(caller, Grants.Action.SUBSCRIBE, channel, namespace)
                    .thenCompose(_ -> namespace.hasHistory() ? broker.history(channel, namespace, HistoryQuery.TOP).thenApply(history -> Optional.of(history.top()))
                            : CompletableFuture.completedStage(Optional.empty()));
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /** Who is in a channel. */
    public CompletionStage<Map<String, ClientInfo>> presence(Caller caller, Channel channel) {
        return presence(caller, channel, attendance::members);
    }

    /** How many are in a channel. */
    public CompletionStage<Presence.Stats> presenceStats(Caller caller, Channel channel) {
        return presence(caller, channel, attendance::stats);
    }

    private <T> CompletionStage<T> presence(Caller caller, Channel channel, Function<Channel, CompletionStage<T>> question) {
        try {
            Namespace namespace = namespaces.of(channel);
            if (!namespace.presence()) {
                throw new RefusedException(Refusal.NOT_AVAILABLE, "the channel has no presence");
            }
            return permission.check(caller, Grants.Action.PRESENCE, channel, namespace).thenCompose(_ -> question.apply(channel));
        } catch (RefusedException e) {
            return CompletableFuture.failedStage(e);
        }
    }
}
