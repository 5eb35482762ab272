package dev.tidings.bench.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One plain connection to Redis (RESP2), for asking and telling it things beside the hub. Blocks; one thread at a time. An answer is a {@link String},
 * a {@link Long}, a {@link List} of answers or null; an error is an {@link IOException} with its text.
 */
public final class RedisClient implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 1_000;
    private static final int ANSWER_MILLIS_MAX = 10_000;

    private final Socket socket;
    private final InputStream in;

    /** Connects to a port of the loopback address. */
    public RedisClient(int port) throws IOException {
        socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS_MAX);
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The answer to one command on a connection of its own. */
    public static Object ask(int port, String... words) throws IOException {
        try (var client = new RedisClient(port)) {
            return client.ask(words);
        }
    }

    /** The answer to a command. */
    public Object ask(String... words) throws IOException {
        send(words);
        return answer();
    }

    /** Sends a command without waiting for its answer. */
    public void send(String... words) throws IOException {
        var command = new ByteArrayOutputStream();
        command.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.ISO_8859_1);
            command.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            command.writeBytes(bytes);
            command.writeBytes(new byte[] {'\r', '\n'});
        }
        socket.getOutputStream().write(command.toByteArray());
    }

    /** The next answer, or the next message of a subscription. */
    public Object answer() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.parseLong(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> array(Integer.parseInt(rest));
            case '-' -> throw new IOException(rest);
            default -> throw new IOException("no answer of Redis: " + line);
        };
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) next);
        }
        in.read();
        return line.toString();
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        in.skipNBytes(2);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private List<Object> array(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        var array = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            array.add(answer());
        }
        return array;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
