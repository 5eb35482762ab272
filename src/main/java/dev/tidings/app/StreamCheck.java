package dev.tidings.app;

import dev.tidings.protocol.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that tries a hub out from outside. At each address it opens a stream and a WebSocket, publishes once both are there, and waits until both have
 * the publication. It needs a hub's program and no hub: the process starts none. What may pass, such as a hub that drains or a proxy that has no hub yet, is
 * tried again until the time is over. One thread, apart from the readers of stream and WebSocket.
 */
final class StreamCheck {
    /** Both had the publication, at each address. */
    static final int PASSED = 0;
    /** Something did not arrive, or was refused. */
    static final int FAILED = 1;
    /** The arguments make no sense. */
    static final int MISUSED = 2;
    private static final String USAGE = "usage: check [--publish=URL] [--channel=NAME] [--timeout=SECONDS] URL...";
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final CheckOptions options;
    private final PrintStream out;
    private final HttpClient http;
    private final long deadline;

    /** What ends an attempt, with a sentence that says why; {@code passing} = another attempt may go better. */
    private static final class CheckFailedException extends Exception {
        private final boolean passing;

        CheckFailedException(boolean passing, String message) {
            super(message);
            this.passing = passing;
        }
    }

    private StreamCheck(CheckOptions options, PrintStream out, HttpClient http) {
        this.options = options;
        this.out = out;
        this.http = http;
        this.deadline = System.nanoTime() + options.timeout().toNanos();
    }

    /** Runs it and says in a line for each address how it went. Returns the exit code. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        return CheckOptions.read(arguments, environment, USAGE, out).map(options -> run(options, out)).orElse(MISUSED);
    }

    private static int run(CheckOptions options, PrintStream out) {
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build()) {
            StreamCheck check = new StreamCheck(options, out, http);
            int result = PASSED;
            for (URI address : options.addresses()) {
                result = Math.max(result, check.passes(address) ? PASSED : FAILED);
            }
            http.shutdownNow(); // else close() would wait for streams, which have no end
            return result;
        }
    }

    private boolean passes(URI address) {
        while (true) {
            try {
                out.println(address + ": stream and WebSocket had the publication " + attempt(address) + " ms after it was accepted");
                return true;
            } catch (CheckFailedException e) {
                if (!e.passing || remainingNanos() <= 0) {
                    out.println(address + ": FAILED, " + e.getMessage());
                    return false;
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Returns how many milliseconds after the publisher's answer the last of both had it. */
    private long attempt(URI address) throws CheckFailedException {
        String mark = UUID.randomUUID().toString();
        CompletableFuture<Void> onStream = new CompletableFuture<>();
        CompletableFuture<Void> onSocket = new CompletableFuture<>();
        List<Runnable> endings = new ArrayList<>();
        try {
            openStream(address, mark, onStream, endings);
            openSocket(address, mark, onSocket, endings);
            publish(mark);
            long published = System.nanoTime();
            await(onStream, "the stream did not get the publication");
            await(onSocket, "the WebSocket did not get the publication");
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - published);
        } finally {
            endings.forEach(Runnable::run);
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // The other end was faster.
        }
    }

    private void openStream(URI address, String mark, CompletableFuture<Void> arrived, List<Runnable> endings) throws CheckFailedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/v1/sse?channel=" + URLEncoder.encode(options.channel(), StandardCharsets.UTF_8)))
                .header("Accept", "text/event-stream");
        options.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        HttpResponse<InputStream> response = await(http.sendAsync(request.build(), BodyHandlers.ofInputStream()), "the stream was not answered");
        endings.add(() -> close(response.body()));
        String refused = response.headers().firstValue("Tidings-Refused").orElse("");
        if (response.statusCode() != 200 || !refused.isEmpty()) {
            throw new CheckFailedException(!refused.isEmpty() || mayPass(response.statusCode()), "the stream was refused: status " + response.statusCode() + " " + refused);
        }
        CompletableFuture<Void> connected = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("data: {\"connect\"")) {
                        connected.complete(null);
                    } else if (line.contains(mark)) {
                        arrived.complete(null);
                    }
                }
                throw new IOException("it ended");
            } catch (IOException e) {
                connected.completeExceptionally(e);
                arrived.completeExceptionally(e);
            }
        });
        await(connected, "the stream did not begin with a connect event");
    }

    private void openSocket(URI address, String mark, CompletableFuture<Void> arrived, List<Runnable> endings) throws CheckFailedException {
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        URI uri = URI.create("ws" + address.toString().substring("http".length()) + "/v1/ws");
        WebSocket socket = await(http.newWebSocketBuilder().subprotocols("tidings.v1.json").buildAsync(uri, new Conversation(mark, subscribed, arrived)),
                "the WebSocket was not opened");
        endings.add(socket::abort);
        JsonWriter connect = new JsonWriter().object().member("id", 1).object("connect").member("name", "tidings-check");
        options.token().ifPresent(token -> connect.member("token", token));
        JsonWriter subscribe = new JsonWriter().object().member("id", 2).object("subscribe").member("channel", options.channel());
        String frame = text(connect.end().end()) + "\n" + text(subscribe.end().end());
        await(socket.sendText(frame, true), "the WebSocket did not take its first frame");
        await(subscribed, "the WebSocket was not subscribed");
    }

    private void publish(String mark) throws CheckFailedException {
        String body = text(new JsonWriter().object().member("channel", options.channel()).object("data").member("check", mark).end().end());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(options.publish() + "/v1/publish")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        options.apiKey().ifPresentOrElse(key -> request.header("X-API-Key", key),
                () -> options.token().ifPresent(token -> request.header("Authorization", "Bearer " + token)));
        HttpResponse<String> response = await(http.sendAsync(request.build(), BodyHandlers.ofString()), "the publication was not answered");
        if (response.statusCode() != 200) {
            throw new CheckFailedException(mayPass(response.statusCode()), "the publication was refused: status " + response.statusCode() + " " + response.body());
        }
    }

    private static boolean mayPass(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    private static String text(JsonWriter json) {
        return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    private long remainingNanos() {
        return deadline - System.nanoTime();
    }

    private <T> T await(CompletionStage<T> stage, String otherwise) throws CheckFailedException {
        try {
            return stage.toCompletableFuture().get(Math.max(0, remainingNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new CheckFailedException(false, otherwise + " within " + options.timeout().toSeconds() + " s");
        } catch (ExecutionException e) {
            boolean passing = !(e.getCause() instanceof RefusedByHubException);
            throw new CheckFailedException(passing, otherwise + ": " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CheckFailedException(false, "interrupted");
        }
    }

    /** The hub's error to a command. */
    private static final class RefusedByHubException extends Exception {
        RefusedByHubException(String message) {
            super(message);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }

    /** Reads the WebSocket's frames: objects in lines, a frame in one or more pieces. Called by one thread at a time. */
    private static final class Conversation implements WebSocket.Listener {
        private final String mark;
        private final CompletableFuture<Void> subscribed;
        private final CompletableFuture<Void> arrived;
        private final StringBuilder pieces = new StringBuilder();

        Conversation(String mark, CompletableFuture<Void> subscribed, CompletableFuture<Void> arrived) {
            this.mark = mark;
            this.subscribed = subscribed;
            this.arrived = arrived;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            pieces.append(data);
            if (last) {
                for (String line : pieces.toString().split("\n")) {
                    read(socket, line);
                }
                pieces.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void read(WebSocket socket, String line) {
            if (line.equals("{}")) {
                socket.sendText("{}", true);
            } else if (line.contains("\"error\":{")) {
                fail(new RefusedByHubException(line));
            } else if (line.startsWith("{\"id\":2,")) {
                subscribed.complete(null);
            } else if (line.contains(mark)) {
                arrived.complete(null);
            }
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            fail(new IOException("closed with " + code + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            fail(error);
        }

        private void fail(Throwable why) {
            subscribed.completeExceptionally(why);
            arrived.completeExceptionally(why);
        }
    }
}
