package dev.tidings.session;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Publication;

/**
 * One publication on its way to the sessions of this node, with its bytes encoded once per wire format and shared by all of them.
 *
 * <p>Shared by the lanes. The slots are filled without a lock: two lanes may encode the same bytes twice at the same moment, and either result is
 * right; arrays are published through a volatile-free race that is safe because a filled array is never written again and every reader tolerates
 * seeing none.
 */
public final class Delivery {
    private final Channel channel;
    private final Publication publication;
    private final Slot[] slots = new Slot[Format.values().length];

    /** The wire formats whose bytes are shared. */
    public enum Format {
        /** A push as a line of JSON: both dialects of the WebSocket door. */
        PUSH,
        /** The data line of a server-sent event with its envelope. */
        EVENT,
        /** A whole server-sent event of a session with this one stream. */
        SINGLE_STREAM_EVENT,
        /** The data line of a server-sent event without envelope. */
        RAW_EVENT
    }

    /** Encodes a publication; {@code prev} is the offset of the publication its receiver saw last, or -1 when it needs no telling. */
    public interface Encoding {
        /** The bytes, which are shared and never written again. */
        byte[] encode(Channel channel, Publication publication, long prev);
    }

    private record Slot(long prev, byte[] bytes) {
    }

    public Delivery(Channel channel, Publication publication) {
        this.channel = channel;
        this.publication = publication;
    }

    /** The channel it was published to. */
    public Channel channel() {
        return channel;
    }

    /** The publication. */
    public Publication publication() {
        return publication;
    }

    /** The bytes in this format, encoded when first asked for; those of another {@code prev} replace them. */
    public byte[] bytes(Format format, long prev, Encoding encoding) {
        Slot slot = slots[format.ordinal()];
        if (slot == null || slot.prev != prev) {
            slot = new Slot(prev, encoding.encode(channel, publication, prev)); // final fields: safe to hand over without a lock (JLS 17.5)
            slots[format.ordinal()] = slot;
        }
        return slot.bytes;
    }
}
