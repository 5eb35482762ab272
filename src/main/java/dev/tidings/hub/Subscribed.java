package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to a subscription. Whoever gets it tells the client, then calls {@code goLive}, in the same turn of the lane: from then on the
 * subscription sends.
 *
 * @param channel       the channel
 * @param recoverable   whether a position can be recovered later
 * @param positioned    whether publications have offsets
 * @param from          where the client is after the answer and before its {@code publications}; none without history
 * @param wasRecovering whether the client came with a position
 * @param recovered     whether nothing is missing
 * @param publications  what it missed, where that belongs into the answer
 * @param replay        how many publications follow the answer, where what was missed is streamed
 * @param gap           what it may have missed
 * @param oldest        the smallest retained offset
 * @param members       who is in the channel, if asked
 * @param data          JSON of the back end for this subscription; empty = none
 * @param expiresAt     milliseconds since 1970 at which the subscription ends unless refreshed; 0 = never
 * @param goLive        lets the subscription send
 */
public record Subscribed(Channel channel, boolean recoverable, boolean positioned, Optional<Position> from, boolean wasRecovering, boolean recovered,
        List<Visible> publications, long replay, Optional<Gap> gap, long oldest, Optional<Map<String, ClientInfo>> members, byte[] data, long expiresAt,
        Runnable goLive) {
    /**
     * A publication that a subscription's filter lets through.
     *
     * @param prev the offset its receiver is at before it; -1 where that is one less than its own
     */
    public record Visible(Publication publication, long prev) {
    }
}
