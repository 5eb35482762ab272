package dev.tidings.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client of the WebSocket door: commands with their answers, pushes in order, and the close. Answers keepalives unless told not to. Whoever asks for
 * something waits for it, {@value #PATIENCE_SECONDS} s at most. For one thread.
 */
public final class HubClient implements AutoCloseable {
    /** How long a test waits for what must come. */
    public static final int PATIENCE_SECONDS = 10;
    /** The subprotocol of the extended dialect. */
    public static final String EXTENDED = "tidings.v1.json";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> replies = new ConcurrentHashMap<>();
    private final BlockingQueue<JsonObject> pushes = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonObject> lines = new LinkedBlockingQueue<>();
    private final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final CompletableFuture<Long> firstKeepalive = new CompletableFuture<>();
    private final boolean answersKeepalives;
    private final WebSocket socket;

    /** How a connection ended: 1006 = without a word. */
    public record Close(int code, String reason) {
    }

    /** What a connection is made with. */
    public static final class Builder {
        private final URI uri;
        private final WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        private boolean answersKeepalives = true;

        private Builder(URI uri) {
            this.uri = uri;
        }

        /** Offers the subprotocol of the extended dialect. */
        public Builder extended() {
            return subprotocols(EXTENDED);
        }

        public Builder subprotocols(String first, String... more) {
            builder.subprotocols(first, more);
            return this;
        }

        public Builder header(String name, String value) {
            builder.header(name, value);
            return this;
        }

        /** Leaves keepalives unanswered. */
        public Builder mute() {
            answersKeepalives = false;
            return this;
        }

        /** Upgrades. */
        public HubClient open() {
            return new HubClient(this);
        }

        /** Upgrades and sends {@code connect} with this token; "" = without. */
        public HubClient connect(String token) {
            HubClient client = open();
            client.call("connect", token.isEmpty() ? new JsonObject() : new JsonObject().put("token", token));
            return client;
        }

        /** The status that the upgrade is refused with. */
        public int refusal() {
            try (HubClient client = open()) {
                throw new AssertionError("the upgrade was accepted, with subprotocol \"" + client.subprotocol() + "\"");
            } catch (CompletionException e) {
                if (e.getCause() instanceof WebSocketHandshakeException refused) {
                    return refused.getResponse().statusCode();
                }
                throw e;
            }
        }
    }

    /** A client of the hub whose root is at this address. */
    public static Builder to(URI hub) {
        return at(hub, "/v1/ws");
    }

    /** The same through another path. */
    public static Builder at(URI hub, String path) {
        return new Builder(URI.create("ws://" + hub.getAuthority() + path));
    }

    private HubClient(Builder builder) {
        this.answersKeepalives = builder.answersKeepalives;
        this.socket = builder.builder.buildAsync(builder.uri, new Listener()).orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder frame = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                frame.toString().lines().forEach(line -> take(webSocket, new JsonObject(line)));
                frame.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            end(new Close(statusCode, reason));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            end(new Close(1006, ""));
        }
    }

    private void take(WebSocket webSocket, JsonObject line) {
        if (line.isEmpty()) {
            firstKeepalive.complete(System.nanoTime());
            if (answersKeepalives) {
                webSocket.sendText("{}", true);
            }
            return;
        }
        lines.add(line);
        if (line.containsKey("push")) {
            pushes.add(line.getJsonObject("push"));
        } else {
            replies.computeIfAbsent(line.getInteger("id"), _ -> new CompletableFuture<>()).complete(line);
        }
    }

    private void end(Close close) {
        closed.complete(close);
        replies.values().forEach(reply -> reply.completeExceptionally(new AssertionError("closed with " + close + " instead of an answer")));
    }

    /** What the server selected; "" = nothing. */
    public String subprotocol() {
        return socket.getSubprotocol();
    }

    /** Sends text as it is. */
    public void send(String text) {
        socket.sendText(text, true).join();
    }

    /** Sends a binary frame. */
    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    /** Sends a command and waits for its answer, result or error. */
    public JsonObject ask(String verb, JsonObject request) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> reply = replies.computeIfAbsent(id, _ -> new CompletableFuture<>());
        send(new JsonObject().put("id", id).put(verb, request).encode());
        if (closed.isDone()) {
            end(closed.join());
        }
        return reply.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Sends a command that must succeed; its result. */
    public JsonObject call(String verb, JsonObject request) {
        JsonObject reply = ask(verb, request);
        assertNotNull(reply.getJsonObject(verb), () -> verb + " was answered " + reply);
        return reply.getJsonObject(verb);
    }

    /** Sends a command that must fail; its error. */
    public JsonObject refused(String verb, JsonObject request) {
        JsonObject reply = ask(verb, request);
        assertNotNull(reply.getJsonObject("error"), () -> verb + " was answered " + reply);
        return reply.getJsonObject("error");
    }

    /** Subscribes; the result. */
    public JsonObject subscribe(String channel) {
        return call("subscribe", new JsonObject().put("channel", channel));
    }

    /** The next push that has this member; others before it are skipped. */
    public JsonObject push(String kind) {
        JsonObject push;
        do {
            push = poll(pushes, "push of " + kind);
        } while (!push.containsKey(kind));
        return push;
    }

    /** The next line that came, answers included, keepalives not. */
    public JsonObject line() {
        return poll(lines, "line");
    }

    /** Fails when something was pushed: whatever was on its way has come before the answer to a ping. */
    public void expectNoPush() {
        call("ping", new JsonObject());
        assertEquals("[]", pushes.toString());
    }

    /** When the first keepalive came, by {@link System#nanoTime}. */
    public long keepalive() {
        return firstKeepalive.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** How the server closes the connection. */
    public Close close(int withinSeconds) {
        return closed.orTimeout(withinSeconds, TimeUnit.SECONDS).join();
    }

    /** How the server closes the connection. */
    public Close awaitClose() {
        return close(PATIENCE_SECONDS);
    }

    /** Completes when the connection ends. */
    public CompletableFuture<Close> closed() {
        return closed;
    }

    private static JsonObject poll(BlockingQueue<JsonObject> queue, String what) {
        try {
            JsonObject taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(taken, () -> "no " + what + " within " + PATIENCE_SECONDS + " s");
            return taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Goes without a word. */
    public void drop() {
        socket.abort();
    }

    /** Says goodbye. */
    @Override
    public void close() {
        if (!socket.isOutputClosed()) {
            socket.sendClose(1000, "closed");
        }
    }
}
