package dev.tidings.hub;

import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Recovery;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.session.Wire;
import java.util.List;
import java.util.Optional;

/**
 * Where a subscription starts in its stream: what its client claims, held against what history holds. Pure.
 *
 * @param offset    where the client is before {@code replay}
 * @param replay    the publications that follow, as far as they were read
 * @param recovered whether the client came back and nothing is missing
 * @param gap       what the client may have missed
 */
record Start(long offset, List<Publication> replay, boolean recovered, Optional<Gap> gap) {
    /** What to read from history to answer a request. */
    static HistoryQuery query(SubscribeRequest request, Namespace namespace, boolean extended, int page) {
        boolean cached = namespace.recovery() == RecoveryMode.CACHE;
        return switch (request.claim()) {
            case Recovery.Claim.None _ when extended && request.rewind() > 0 -> HistoryQuery.newest(Math.min(request.rewind(), page));
            case Recovery.Claim.None _ -> cached && extended ? HistoryQuery.newest(1) : HistoryQuery.TOP;
            case Recovery.Claim claim when !namespace.recovers() -> HistoryQuery.TOP;
            case Recovery.Claim claim when cached -> HistoryQuery.newest(1);
            case Recovery.Claim.At at -> HistoryQuery.after(at.position().offset(), page);
            case Recovery.Claim.Hashed hashed -> HistoryQuery.after(hashed.entry().offset(), page);
            case Recovery.Claim.Unreadable _ -> HistoryQuery.TOP;
        };
    }

    /** The start that follows from what {@link #query} read; {@code limit} = publications that one recovery may hold where they are not streamed. */
    static Start of(SubscribeRequest request, Namespace namespace, History history, Wire wire, int limit) {
        if (!request.recovers() || !namespace.recovers()) {
            return newest(history, false);
        }
        if (namespace.recovery() == RecoveryMode.CACHE) {
            return isAt(request.claim(), history.top()) ? new Start(history.top().offset(), List.of(), true, Optional.empty()) : newest(history, true);
        }
        return switch (Recovery.judge(request.claim(), history, wire.streamsReplay() ? Long.MAX_VALUE : limit)) {
            case Recovery.Recovered it -> new Start(it.from().offset(), history.publications(), true, Optional.empty());
            case Recovery.Missed it -> {
                Position to = wire.extended() ? it.to() : history.top(); // a plain client can't be told what it may have missed: it starts at the top
                List<Publication> rest = history.publications().stream().filter(p -> p.offset() > to.offset()).toList();
                yield new Start(to.offset(), rest, false, Optional.of(new Gap(it.reason(), claimed(it.claim(), history.top()), to)));
            }
        };
    }

    /** Before what was read newest first; at the top when nothing was. */
    private static Start newest(History history, boolean recovered) {
        List<Publication> forward = history.publications().reversed();
        long offset = forward.isEmpty() ? history.top().offset() : forward.getFirst().offset() - 1;
        return new Start(offset, forward, recovered, Optional.empty());
    }

    private static boolean isAt(Recovery.Claim claim, Position top) {
        return claim instanceof Recovery.Claim.At at && at.position().equals(top)
                || claim instanceof Recovery.Claim.Hashed hashed && hashed.entry().offset() == top.offset()
                        && hashed.entry().epochHash() == Cursor.epochHash(top.epoch());
    }

    private static Optional<Position> claimed(Recovery.Claim claim, Position top) {
        return switch (claim) {
            case Recovery.Claim.At at -> Optional.of(at.position());
            case Recovery.Claim.Hashed hashed -> {
                boolean same = hashed.entry().epochHash() == Cursor.epochHash(top.epoch());
                yield Optional.of(new Position(same ? top.epoch() : "", hashed.entry().offset()));
            }
            case Recovery.Claim.None _, Recovery.Claim.Unreadable _ -> Optional.empty();
        };
    }
}
