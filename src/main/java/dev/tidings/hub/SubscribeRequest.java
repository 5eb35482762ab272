package dev.tidings.hub;

import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.TagFilter;
import dev.tidings.session.Identity;
import java.util.Optional;

/**
 * What a client asks for when it subscribes to a channel.
 *
 * @param channel           the channel
 * @param token             what its subscription token grants
 * @param claim             the position it comes back with
 * @param rewind            newest publications it wants when it has no position
 * @param filter            which publications it wants
 * @param joinLeave         whether it wants to be told of joins and leaves
 * @param members           whether it wants the members in the answer
 * @param rejectUnrecovered whether it would rather not be subscribed than not be recovered
 */
public record SubscribeRequest(Channel channel, Optional<Identity.SubscriptionToken> token, Recovery.Claim claim, int rewind, Optional<TagFilter> filter,
        boolean joinLeave, boolean members, boolean rejectUnrecovered) {
    /** The channel and nothing special. */
    public static SubscribeRequest to(Channel channel) {
        return new SubscribeRequest(channel, Optional.empty(), Recovery.NO_CLAIM, 0, Optional.empty(), false, false, false);
    }

    /** The same with another claim. */
    public SubscribeRequest claiming(Recovery.Claim other) {
        return new SubscribeRequest(channel, token, other, rewind, filter, joinLeave, members, rejectUnrecovered);
    }

    /** The same with what a token grants. */
    public SubscribeRequest with(Identity.SubscriptionToken granted) {
        return new SubscribeRequest(channel, Optional.of(granted), claim, rewind, filter, joinLeave, members, rejectUnrecovered);
    }

    /** Whether the client comes back with a position, readable or not. */
    public boolean recovers() {
        return !(claim instanceof Recovery.Claim.None);
    }
}
