package dev.tidings.presence;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import java.util.List;
import java.util.Map;
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

    /** The size of a channel. */
    record Stats(int clients, int users) {
    }

    /** A member that was not refreshed. */
    record Departed(Channel channel, ClientInfo info) {
    }
}
