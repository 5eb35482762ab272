package dev.tidings.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A bare connection to a hub, for clients that no library would be. Whatever is waited for is waited for a few seconds. */
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int LITTLE = 4096;
    private static final byte[] MASK = {1, 2, 3, 4};

    /** What frames are: the opcode and whether they are the last, as the first byte of a frame has them. */
    public static final int TEXT = 0x81, TEXT_UNFINISHED = 0x01, CONTINUATION = 0x80, CONTINUATION_UNFINISHED = 0x00, BINARY = 0x82, CLOSE = 0x88, PING = 0x89, PONG = 0x8a;

    private final Socket socket = new Socket();
    private final InputStream in;

    private RawConnection(URI hub, boolean reads) {
        try {
            if (!reads) {
                socket.setReceiveBufferSize(LITTLE);
            }
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(hub.getHost(), hub.getPort()), PATIENCE_MILLIS);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RawConnection to(URI hub) {
        return new RawConnection(hub, true);
    }

    /** One that will hardly read: its buffer is small. */
    public static RawConnection lazilyTo(URI hub) {
        return new RawConnection(hub, false);
    }

    /** Sends bytes as they are; characters above 255 can't be sent. */
    public RawConnection send(String latin1) {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawConnection send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether bytes can still be sent: false after a reset. */
    public boolean takes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A request with a body and its length. */
    public RawConnection post(String path, String type, byte[] body) {
        return send("POST " + path + " HTTP/1.1\r\nHost: hub\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n\r\n").send(body);
    }

    public RawConnection post(String path, String json) {
        return post(path, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    // -- answers ---------------------------------------------------------------------------------------------------------------------------------

    /** An answer whose length is told. */
    public record Answer(int status, String head, String body) {
    }

    public Answer answer() {
        String head = head();
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\ncontent-length: ");
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 18, head.indexOf('\r', at + 2)));
        return new Answer(Integer.parseInt(head.split(" ")[1]), head, new String(bytes(length), StandardCharsets.UTF_8));
    }

    /** Everything up to the blank line. */
    public String head() {
        return until("\r\n\r\n");
    }

    /** Everything up to a text, which has to come. */
    public String until(String end) {
        byte[] last = end.getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (!endsWith(read, end)) {
            read.writeBytes(bytes(1));
            if (read.size() > 10_000_000) {
                throw new AssertionError("no " + new String(last, StandardCharsets.ISO_8859_1) + " in ten million bytes");
            }
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    private static boolean endsWith(ByteArrayOutputStream read, String end) {
        return read.size() >= end.length() && read.toString(StandardCharsets.ISO_8859_1).endsWith(end);
    }

    private byte[] bytes(int count) {
        try {
            byte[] bytes = in.readNBytes(count);
            if (bytes.length < count) {
                throw new EOFException("the hub closed the connection");
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the hub closes the connection, whatever it sends before. */
    public boolean isClosedByHub() {
        byte[] some = new byte[LITTLE];
        try {
            while (in.read(some) >= 0) {
                continue;
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    // -- WebSocket -------------------------------------------------------------------------------------------------------------------------------

    /** The request for an upgrade to the extended dialect. */
    public static String upgrade() {
        return "GET /v1/ws HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: tidings.v1.json\r\n\r\n";
    }

    /** Upgrades and sends {@code connect}; the hub has accepted both. */
    public RawConnection connected() {
        send(upgrade()).head();
        send(frame(TEXT, "{\"id\":1,\"connect\":{}}"));
        Frame reply = frame();
        if (!reply.text().contains("\"connect\"")) {
            throw new AssertionError(reply);
        }
        return this;
    }

    /** What the hub sent; {@code code} is that of a close frame. */
    public record Frame(int first, int code, String text) {
    }

    /** The next frame of the hub that is no keepalive. */
    public Frame frame() {
        int first = bytes(1)[0] & 0xff;
        int length = bytes(1)[0] & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(bytes(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = (int) ByteBuffer.wrap(bytes(8)).getLong();
        }
        byte[] payload = bytes(length);
        if (first == CLOSE && length >= 2) {
            return new Frame(first, ByteBuffer.wrap(payload).getShort() & 0xffff, new String(payload, 2, length - 2, StandardCharsets.UTF_8));
        }
        Frame frame = new Frame(first, 0, new String(payload, StandardCharsets.UTF_8));
        return frame.text.equals("{}") ? frame() : frame;
    }

    /** Everything up to the close frame, and it. */
    public Frame closeFrame() {
        Frame frame = frame();
        while (frame.first != CLOSE) {
            frame = frame();
        }
        return frame;
    }

    /** A masked frame. */
    public static byte[] frame(int first, String text) {
        return frame(first, text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] frame(int first, byte[] payload) {
        int size = payload.length > 65_535 ? 8 : payload.length > 125 ? 2 : 0;
        return frame(first, payload, payload.length, size, true);
    }

    /** A frame as no client should send it: the length that is announced, the bytes that it takes (0, 2, 8), whether it is masked. */
    public static byte[] frame(int first, byte[] payload, long announced, int size, boolean masked) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        int mask = masked ? 0x80 : 0;
        switch (size) {
            case 8 -> frame.put((byte) (mask | 127)).putLong(announced);
            case 2 -> frame.put((byte) (mask | 126)).putShort((short) announced);
            default -> frame.put((byte) (mask | announced));
        }
        if (masked) {
            frame.put(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (masked ? payload[i] ^ MASK[i % MASK.length] : payload[i]));
        }
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    /** Closes with a reset, and at once. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
