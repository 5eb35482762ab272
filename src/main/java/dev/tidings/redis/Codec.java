package dev.tidings.redis;

import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Publication;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * How publications and members are written into Redis. The first byte is the version of the form: nodes of two versions share a Redis during a rolling
 * update, so a node must read what the version before it wrote, and refuses what it does not know. Epoch, offset and time are not in it: they are the
 * script's to give.
 */
final class Codec {
    private static final int VERSION = 1;
    private static final int HAS_INFO = 1;
    private static final int HAS_TAGS = 2;
    private static final int HAS_EXCLUDE = 4;
    private static final int HAS_NAMES = 8;
    private static final int HAS_VERSION = 16;

    private Codec() {
    }

    /** Bytes that can't be read: of a newer version, or not ours. */
    static final class UnreadableException extends RuntimeException {
        UnreadableException(String what, Throwable cause) {
            super(what, cause);
        }
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static byte[] write(int expected, Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(expected);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, int from, Reading<T> reading) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, from, bytes.length - from))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new UnreadableException("written in form " + version + ", this node reads " + VERSION, null);
            }
            return reading.from(in);
        } catch (IOException | NegativeArraySizeException e) {
            throw new UnreadableException("cut off or not ours", e);
        }
    }

    /** A publication without its place. */
    static byte[] encode(Publication publication) {
        boolean hasNames = !publication.event().isEmpty() || !publication.id().isEmpty();
        int what = (publication.info().isPresent() ? HAS_INFO : 0) | (publication.tags().isEmpty() ? 0 : HAS_TAGS)
                | (publication.exclude().isEmpty() ? 0 : HAS_EXCLUDE) | (hasNames ? HAS_NAMES : 0) | (publication.version() > 0 ? HAS_VERSION : 0);
        return write(publication.data().length + 64, out -> {
            out.writeByte(what);
            if (publication.info().isPresent()) {
                write(out, publication.info());
            }
            if (!publication.tags().isEmpty()) {
                out.writeShort(publication.tags().size());
                for (Map.Entry<String, String> tag : publication.tags().entrySet()) {
                    write(out, tag.getKey());
                    write(out, tag.getValue());
                }
            }
            if (!publication.exclude().isEmpty()) {
                out.writeShort(publication.exclude().size());
                for (String client : publication.exclude()) {
                    write(out, client);
                }
            }
            if (hasNames) {
                write(out, publication.event());
                write(out, publication.id());
            }
            if (publication.version() > 0) {
                out.writeLong(publication.version());
            }
            write(out, publication.data());
        });
    }

    /** Reads a publication that begins at {@code from}, and gives it its place. */
    static Publication publication(byte[] bytes, int from, String epoch, long offset, long time) {
        return read(bytes, from, in -> {
            int what = in.readUnsignedByte();
            ClientInfo info = (what & HAS_INFO) != 0 ? info(in) : ClientInfo.NONE;
            Map<String, String> tags = Map.of();
            if ((what & HAS_TAGS) != 0) {
                tags = new LinkedHashMap<>();
                for (int left = in.readUnsignedShort(); left > 0; left--) {
                    tags.put(string(in), string(in));
                }
            }
            Set<String> exclude = Set.of();
            if ((what & HAS_EXCLUDE) != 0) {
                exclude = new LinkedHashSet<>();
                for (int left = in.readUnsignedShort(); left > 0; left--) {
                    exclude.add(string(in));
                }
            }
            String event = (what & HAS_NAMES) != 0 ? string(in) : "";
            String id = (what & HAS_NAMES) != 0 ? string(in) : "";
            long version = (what & HAS_VERSION) != 0 ? in.readLong() : 0;
            return new Publication(epoch, offset, time, bytes(in), info, tags, event, id, version, exclude);
        });
    }

    /** A member. */
    static byte[] encode(ClientInfo info) {
        return write(64 + info.connInfo().length + info.chanInfo().length, out -> write(out, info));
    }

    /** Reads a member that begins at {@code from}. */
    static ClientInfo info(byte[] bytes, int from) {
        return read(bytes, from, Codec::info);
    }

    private static void write(DataOutputStream out, ClientInfo info) throws IOException {
        write(out, info.user());
        write(out, info.client());
        write(out, info.connInfo());
        write(out, info.chanInfo());
    }

    private static ClientInfo info(DataInputStream in) throws IOException {
        return new ClientInfo(string(in), string(in), bytes(in), bytes(in));
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        write(out, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String string(DataInputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " where " + in.available() + " bytes are left");
        }
        return in.readNBytes(length);
    }
}
