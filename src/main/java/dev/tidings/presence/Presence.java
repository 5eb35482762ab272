package dev.tidings.presence;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The members of channels. A member is kept under its client id and belongs to the session that claimed it last: while a client moves between two
 * connections, the end of the old one removes nothing. Members that are not refreshed within their time to live are gone. Any thread may call;
 * nothing blocks.
 */
public interface Presence {
    /** Claims the entry of {@code info.client()} for a session. True when the client was no member before: it joins. */
    CompletionStage<Boolean> enter(Channel channel, ClientInfo info, String claim);

    /** Removes the entry if {@code claim} is still its owner. True when it was removed: the client leaves. */
    CompletionStage<Boolean> leave(Channel channel, String client, String claim);

    /** Keeps an entry that {@code claim} owns from expiring, or makes it again after it was lost. */
    CompletionStage<Void> refresh(Channel channel, ClientInfo info, String claim);

    /** The members by client id. */
    CompletionStage<Map<String, ClientInfo>> members(Channel channel);

    /** How many clients and distinct users; anonymous clients are one user. */
    CompletionStage<Stats> stats(Channel channel);

    /** Removes members that were not refreshed in time; who they were, so that their leave can be told. */
    CompletionStage<List<Departed>> expire();

    /**
     * Claims a client id for a session of the user, for {@code ttl} or until it is released. Any node may ask whose it is, so that a client that comes
     * back elsewhere keeps its id, and with it its entries.
     */
    CompletionStage<Void> claim(String client, String user, String claim, Duration ttl);

    /** The session that claimed the client id ended: unless another has claimed it since, it is the user's for {@code ttl} more, and then nobody's. */
    CompletionStage<Void> release(String client, String claim, Duration ttl);

    /** The user whose client id it is; none when it is nobody's. */
    CompletionStage<Optional<String>> owner(String client);

    /** The size of a channel. */
    record Stats(int clients, int users) {
    }

    /** A member that was not refreshed. */
    record Departed(Channel channel, ClientInfo info) {
    }
}
