package dev.tidings.channel;

import java.util.Map;
import java.util.Set;

/**
 * What was published to a channel: data that every subscriber receives once and in order of offset.
 *
 * @param epoch   the incarnation of the stream; "" without history
 * @param offset  1 and up within the epoch; 0 without history
 * @param time    milliseconds since 1970 at which the broker accepted it
 * @param data    JSON text in UTF-8, without line breaks outside strings
 * @param info    the publishing client, or {@link ClientInfo#NONE}
 * @param tags    what filters look at
 * @param event   the application's name for this kind of publication; "" = none
 * @param id      the application's id; "" = none
 * @param version the application's version of the channel's document; 0 = none
 * @param exclude client ids that must not receive it
 */
public record Publication(String epoch, long offset, long time, byte[] data, ClientInfo info, Map<String, String> tags, String event, String id,
        long version, Set<String> exclude) {
    /** Bytes of memory that one retained publication costs beside its texts: objects and references, measured with JOL and rounded up. */
    private static final int OVERHEAD = 160;

    /** Whether it has a place in a stream. */
    public boolean hasOffset() {
        return offset > 0;
    }

    /** Its place in the stream. */
    public Position position() {
        return new Position(epoch, offset);
    }

    /** The same with the place that the broker gave it. */
    public Publication placed(String newEpoch, long newOffset, long newTime) {
        return new Publication(newEpoch, newOffset, newTime, data, info, tags, event, id, version, exclude);
    }

    /** Bytes of memory it costs to retain it, estimated on the high side. */
    public int cost() {
        int cost = OVERHEAD + data.length + 2 * (event.length() + id.length());
        for (Map.Entry<String, String> tag : tags.entrySet()) {
            cost += 64 + tag.getKey().length() + tag.getValue().length();
        }
        for (String client : exclude) {
            cost += 64 + client.length();
        }
        if (info.isPresent()) {
            cost += 96 + info.user().length() + info.client().length() + info.connInfo().length + info.chanInfo().length;
        }
        return cost;
    }
}
