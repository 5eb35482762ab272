package dev.tidings.channel;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The positions of all streams of a session as one opaque text, the {@code id} of a server-sent event (protocol section 4):
 * {@code "c" base64url( 0x10, 4 bytes fingerprint of the stream names, an entry per stream )}, an entry being 0x00 for "no position" or
 * {@code varint(offset + 1)} followed by the first two bytes of SHA-256 of the epoch. This is the codec for one set of streams; immutable.
 */
public final class Cursor {
    /** The longest text that is decoded: 255 streams with the largest offsets need 3,400 characters. */
    public static final int MAX_LENGTH = 4096;
    private static final int VERSION_AND_MODE = 0x10;
    private static final int FINGERPRINT_LENGTH = 4;
    private static final int MAX_VARINT_LENGTH = 8;

    private final List<Channel> streams;
    private final byte[] fingerprint;

    /**
     * One stream's entry in a decoded cursor.
     *
     * @param offset    the offset; -1 = no position in this stream
     * @param epochHash the first two bytes of the epoch's SHA-256
     */
    public record Entry(long offset, int epochHash) {
        /** No position in this stream: start live, no gap reported. */
        public static final Entry NONE = new Entry(-1, 0);

        /** Whether there is a position. */
        public boolean isPresent() {
            return offset >= 0;
        }
    }

    /** The codec for these streams, in any order. */
    public Cursor(Collection<Channel> streams) {
        this.streams = streams.stream().sorted().toList();
        MessageDigest digest = sha256();
        for (int i = 0; i < this.streams.size(); i++) {
            if (i > 0) {
                digest.update((byte) '\n');
            }
            digest.update(this.streams.get(i).name().getBytes(StandardCharsets.UTF_8));
        }
        this.fingerprint = Arrays.copyOf(digest.digest(), FINGERPRINT_LENGTH);
    }

    /** The first two bytes of SHA-256(epoch). One reset in 65,536 is missed, and only if the new stream is longer already; accepted. */
    public static int epochHash(String epoch) {
        byte[] hash = sha256().digest(epoch.getBytes(StandardCharsets.UTF_8));
        return (hash[0] & 0xff) << 8 | hash[1] & 0xff;
    }

    /** The streams in the order of the entries. */
    public List<Channel> streams() {
        return streams;
    }

    /** The text of these positions: one offset (-1 = none) and epoch hash per stream, in the order of {@link #streams}. */
    public String encode(long[] offsets, int[] epochHashes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(5 + 5 * offsets.length);
        bytes.write(VERSION_AND_MODE);
        bytes.writeBytes(fingerprint);
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] < 0) {
                bytes.write(0);
                continue;
            }
            long rest = offsets[i] + 1;
            for (; rest > 0x7f; rest >>>= 7) {
                bytes.write((int) (rest & 0x7f | 0x80));
            }
            bytes.write((int) rest);
            bytes.write(epochHashes[i] >> 8);
            bytes.write(epochHashes[i]);
        }
        return "c" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** The entries of a cursor of exactly these streams, or nothing: malformed, of another version, or of another set. Never throws. */
    public Optional<List<Entry>> decode(String text) {
        if (text.length() < 2 || text.length() > MAX_LENGTH || text.charAt(0) != 'c' || text.indexOf('=') >= 0) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(1));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64url: as good as no cursor
        }
        int at = 1 + FINGERPRINT_LENGTH;
        if (bytes.length < at || bytes[0] != VERSION_AND_MODE || !Arrays.equals(bytes, 1, at, fingerprint, 0, FINGERPRINT_LENGTH)) {
            return Optional.empty();
        }
        Entry[] entries = new Entry[streams.size()];
        for (int i = 0; i < entries.length; i++) {
            long value = 0;
            int length = 0;
            int b;
            do {
                if (at == bytes.length || length == MAX_VARINT_LENGTH) {
                    return Optional.empty();
                }
                b = bytes[at++];
                value |= (b & 0x7fL) << 7 * length++;
            } while (b < 0);
            if (value == 0) {
                entries[i] = Entry.NONE;
                continue;
            }
            if (value - 1 > Position.MAX_OFFSET || bytes.length - at < 2) {
                return Optional.empty();
            }
            entries[i] = new Entry(value - 1, (bytes[at++] & 0xff) << 8 | bytes[at++] & 0xff);
        }
        return at == bytes.length ? Optional.of(List.of(entries)) : Optional.empty();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must have", e);
        }
    }
}
