package dev.tidings.redis;

import dev.tidings.channel.Channel;
import java.nio.charset.StandardCharsets;

/**
 * The names of keys and of Redis' own channels: {@code prefix:{tag}:what}. The tag is the channel's name, so that all keys of a stream are in one slot of a
 * cluster and one script may touch them; a tag ends at the first brace, so braces in names are written otherwise.
 */
final class Keys {
    /** Slots of a Redis Cluster. */
    static final int SLOTS = 16_384;
    private static final int POLYNOMIAL = 0x1021;

    private final String prefix;

    Keys(String prefix) {
        this.prefix = prefix;
    }

    /** The tag of a channel. */
    static String tag(Channel channel) {
        String name = channel.name();
        return name.indexOf('}') < 0 && name.indexOf('%') < 0 ? name : name.replace("%", "%25").replace("}", "%7D");
    }

    /** A key, or a channel of Redis. */
    String name(String tag, String what) {
        return prefix + ":{" + tag + "}:" + what;
    }

    /** The slot of a tag: CRC16 of XMODEM (Redis Cluster specification, "Key distribution model"). */
    static int slot(String tag) {
        int crc = 0;
        for (byte b : tag.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (b & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
            }
        }
        return (crc & 0xffff) % SLOTS;
    }
}
