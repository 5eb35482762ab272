package dev.tidings.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One HTTP exchange on a socket of its own, read byte by byte: the lines of an event stream as they are on the wire, and whether the stream ended cleanly
 * or broke off. For one thread; reads wait {@link HubClient#PATIENCE_SECONDS} s at most.
 */
public final class EventStreamReader implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final boolean chunked;
    private long left;
    private boolean ended;

    /** An event: fields that are absent are "". */
    public record Event(String event, String id, String data) {
        /** The data, which must be JSON. */
        public JsonObject json() {
            return new JsonObject(data);
        }
    }

    /** How a stream ended. */
    public enum End { CLEAN, ABRUPT }

    /** Opens {@code path} of the hub with these headers, {@code "Name: value"}. */
    public static EventStreamReader get(URI hub, String path, String... headers) {
        return new EventStreamReader(hub, "GET " + path, "", headers);
    }

    /** Posts JSON. */
    public static EventStreamReader post(URI hub, String path, JsonObject body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Type: application/json");
        return new EventStreamReader(hub, "POST " + path, body.encode(), all.toArray(String[]::new));
    }

    private EventStreamReader(URI hub, String line, String body, String... headerLines) {
        try {
            socket = new Socket(hub.getHost(), hub.getPort());
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(HubClient.PATIENCE_SECONDS));
            in = new BufferedInputStream(socket.getInputStream());
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head = new StringBuilder(line).append(" HTTP/1.1\r\nHost: ").append(hub.getAuthority()).append("\r\n");
            for (String header : headerLines) {
                head.append(header).append("\r\n");
            }
            if (bytes.length > 0) {
                head.append("Content-Length: ").append(bytes.length).append("\r\n");
            }
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(bytes);
            status = Integer.parseInt(rawLine().split(" ")[1]);
            for (String header = rawLine(); !header.isEmpty(); header = rawLine()) {
                int colon = header.indexOf(':');
                headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
            }
            chunked = "chunked".equals(headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT));
            left = chunked ? 0 : Long.parseLong(headers.getOrDefault("Content-Length", "0"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String rawLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended in the middle of a line");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    public int status() {
        return status;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** The next byte of the body; -1 at its clean end. */
    private int read() throws IOException {
        if (left == 0 && chunked && !ended) {
            left = Long.parseLong(rawLine(), 16);
            if (left == 0) {
                rawLine();
                ended = true;
            }
        }
        if (left == 0) {
            return -1;
        }
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the body broke off");
        }
        if (--left == 0 && chunked) {
            rawLine();
        }
        return b;
    }

    /** The next line of the body, without its end; none when the body is over. */
    public Optional<String> line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int b = read(); b != '\n'; b = read()) {
                if (b < 0) {
                    return Optional.empty();
                }
                line.write(b);
            }
            return Optional.of(line.toString(StandardCharsets.UTF_8));
        } catch (EOFException | SocketException e) {
            broken = true;
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean broken;

    /** The next event; comments and reconnection times before it are skipped. */
    public Event event() {
        String event = "";
        String id = "";
        String data = "";
        for (String line = next(); !line.isEmpty() || data.isEmpty(); line = next()) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else {
                assertTrue(line.isEmpty() || line.startsWith(":") || line.startsWith("retry: "), line);
            }
        }
        return new Event(event, id, data);
    }

    private String next() {
        return line().orElseThrow(() -> new AssertionError("the stream is over"));
    }

    /** The first event, which must be the hub's {@code connect}; what it says. */
    public JsonObject connected() {
        assertEquals(200, status, this::body);
        Event first = event();
        assertEquals("tidings", first.event);
        return first.json().getJsonObject("connect");
    }

    /** The lines up to the end of the stream. */
    public List<String> rest() {
        List<String> rest = new ArrayList<>();
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            rest.add(line.get());
        }
        return rest;
    }

    /** How the stream ended; call it after {@link #rest}. */
    public End end() {
        return broken ? End.ABRUPT : End.CLEAN;
    }

    /** The rest of a body that is no stream. */
    public String body() {
        try {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int b = read(); b >= 0; b = read()) {
                body.write(b);
            }
            return body.toString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body, which must be a problem document of this status; its code. */
    public int problem(int expected) {
        assertEquals(expected, status);
        assertEquals("application/problem+json", header("Content-Type").orElse(""));
        return new JsonObject(body()).getInteger("code");
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
