package dev.tidings.app;

import dev.tidings.protocol.JsonWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A client that gives a hub every kind of work for as long as it is told: streams and WebSockets that read, that come and go, and that stop reading; publications
 * alone, in batches and large; what back ends and probes ask. A JVM that records such a run ({@code -XX:AOTCacheOutput}) knows at its next start which methods are
 * hot and which branches are taken (JEP 515), and need not find out, and compile again, while clients wait. Starts no hub. It takes the arguments of
 * {@link CheckOptions}: the first address is the hub's, a second one that of its management interface.
 */
final class Exercise {
    private static final String USAGE = "usage: exercise [--publish=URL] [--channel=NAME] [--timeout=SECONDS] URL [MANAGEMENT-URL]";
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int MISUSED = 2;
    /** Of each of the three kinds of clients; what a hub does for a hundred is what it does for ten thousand. */
    private static final int READERS = 24;
    private static final int SLOW_READERS = 8;
    /** What a socket of this client holds unread; small, so that the hub soon has to keep it. */
    private static final int RECEIVE_BYTES = 8 * 1024;
    /** Of a few of them a socket's buffers, which may be megabytes on the hub's side, are full within seconds. */
    private static final int LARGE_BYTES = 56 * 1024;
    private static final int BATCH = 20;
    private static final int PASSING_MAX = 12;
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Pattern PLACE = Pattern.compile("\"subscribe\":\\{.*\"epoch\":\"([^\"]+)\".*\"offset\":(\\d+)");
    private static final Pattern CLOSED_AS_SLOW = Pattern.compile("(?m)^tidings_connections_closed_total\\{.*reason=\"(?:slow|no_pong)\".*\\} (\\S+)$");

    private final CheckOptions options;
    private final String slowChannel;
    private final HttpClient http;
    private final LongAdder received = new LongAdder();
    private final CountDownLatch slowMayRead = new CountDownLatch(1);
    /** Clients that come and go, the oldest first. */
    private final Deque<Runnable> passing = new ArrayDeque<>();
    private volatile String lastEventId = "";
    private volatile String recovery = "";

    private Exercise(CheckOptions options, HttpClient http) {
        this.options = options;
        this.slowChannel = options.channel() + "-slow";
        this.http = http;
    }

    /** Runs it for the time of {@code --timeout}, and says in a line how it went. Returns the exit code. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out) {
        return CheckOptions.read(arguments, environment, USAGE, out).map(options -> run(options, out)).orElse(MISUSED);
    }

    private static int run(CheckOptions options, PrintStream out) {
        System.setProperty("jdk.httpclient.receiveBufferSize", Integer.toString(RECEIVE_BYTES));
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            try {
                var exercise = new Exercise(options, http);
                int rounds = exercise.play();
                out.println(rounds + " rounds, " + exercise.received + " events and frames received" + exercise.slowReadersClosed());
                return exercise.received.sum() > rounds ? DONE : FAILED;
            } catch (IOException | CompletionException e) {
                out.println("the hub does not take the exercise: " + e);
                return FAILED;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return FAILED;
            } finally {
                http.shutdownNow(); // else close() would wait for streams, which have no end
            }
        }
    }

    private int play() throws IOException, InterruptedException {
        for (int i = 0; i < READERS; i++) {
            openOneOfEach(options.channel(), false);
        }
        for (int i = 0; i < SLOW_READERS; i++) {
            openOneOfEach(slowChannel, true);
        }
        long start = System.nanoTime();
        long nanos = options.timeout().toNanos();
        int round = 0;
        for (long past = 0; past < nanos; past = System.nanoTime() - start) {
            round(round++);
            if (past > nanos * 2 / 3) {
                slowMayRead.countDown();
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return round;
    }

    private void round(int number) throws IOException, InterruptedException {
        String one = publication(options.channel(), "a value of some length, as they are", number);
        post("/v1/publish", one);
        if (number % 2 == 0) {
            post("/v1/publish", publication(slowChannel, "x".repeat(LARGE_BYTES), number));
        }
        if (number % 10 == 0) {
            post("/v1/batch", "{\"commands\":[" + String.join(",", Collections.nCopies(BATCH, "{\"publish\":" + one + "}")) + "]}");
            get(options.addresses().getFirst() + "/v1/history?limit=20&channel=" + options.channel());
            get(options.addresses().getFirst() + "/v1/presence?channel=" + options.channel());
        }
        if (number % 4 == 0) {
            passing.add(openStream(options.channel(), lastEventId, false));
            passing.add(openSocket(number % 8 == 0, options.channel(), recovery, false));
            while (passing.size() > PASSING_MAX) {
                passing.remove().run();
            }
        }
        if (number % 50 == 0) {
            openOneOfEach(slowChannel, true); // those before may have been closed as too slow
        }
        if (number % 100 == 0 && hasManagement()) {
            for (String path : List.of("/q/health/live", "/q/health/ready", "/q/metrics")) {
                get(options.addresses().get(1) + path);
            }
        }
    }

    private boolean hasManagement() {
        return options.addresses().size() > 1;
    }

    /** What the hub did with those that stopped reading, as far as it tells. */
    private String slowReadersClosed() throws IOException, InterruptedException {
        if (!hasManagement()) {
            return "";
        }
        double closed = CLOSED_AS_SLOW.matcher(get(options.addresses().get(1) + "/q/metrics")).results().mapToDouble(found -> Double.parseDouble(found.group(1))).sum();
        return ", %.0f slow readers closed".formatted(closed);
    }

    private static String publication(String channel, String text, int number) {
        JsonWriter json = new JsonWriter().object().member("channel", channel).object("data").member("n", number).member("text", text).end();
        return text(json.object("tags").member("kind", "exercise").end().end());
    }

    private static String text(JsonWriter json) {
        return new String(json.toBytes(), StandardCharsets.UTF_8);
    }

    private void post(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(options.publish() + path)).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        options.apiKey().ifPresent(key -> request.header("X-API-Key", key));
        expect(http.send(request.build(), BodyHandlers.ofString()).statusCode(), path);
    }

    private String get(String address) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        options.apiKey().ifPresent(key -> request.header("X-API-Key", key));
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        expect(response.statusCode(), address);
        return response.body();
    }

    private static void expect(int status, String what) throws IOException {
        if (status != 200) {
            throw new IOException(what + " was answered with " + status);
        }
    }

    private void openOneOfEach(String channel, boolean slow) {
        openStream(channel, "", slow);
        openSocket(true, channel, "", slow);
        openSocket(false, channel, "", slow);
    }

    /** Returns what ends it. */
    private Runnable openStream(String channel, String after, boolean slow) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(options.addresses().getFirst() + "/v1/sse?channel=" + channel))
                .header("Accept", "text/event-stream");
        options.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        if (!after.isEmpty()) {
            request.header("Last-Event-ID", after);
        }
        Thread reader = Thread.ofVirtual().start(() -> {
            try (var lines = new BufferedReader(new InputStreamReader(http.send(request.build(), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
                if (slow) {
                    slowMayRead.await();
                }
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    received.increment();
                    if (line.startsWith("id:") && !slow) {
                        lastEventId = line.substring(3).strip();
                    }
                }
            } catch (IOException | InterruptedException e) {
                // It was ended, by this side or as too slow.
            }
        });
        return reader::interrupt;
    }

    /** Returns what ends it. */
    private Runnable openSocket(boolean extended, String channel, String recover, boolean slow) {
        String path = extended ? "/v1/ws" : "/connection/websocket";
        WebSocket.Builder builder = http.newWebSocketBuilder();
        if (extended) {
            builder.subprotocols("tidings.v1.json");
        }
        URI uri = URI.create("ws" + options.addresses().getFirst().toString().substring("http".length()) + path);
        WebSocket socket = builder.buildAsync(uri, new Frames(slow)).join();
        JsonWriter connect = new JsonWriter().object().member("id", 1).object("connect").member("name", "exercise");
        options.token().ifPresent(token -> connect.member("token", token));
        if (extended) {
            connect.array("ext").value("tidings.v1").endArray();
        }
        String subscribe = "{\"id\":2,\"subscribe\":{\"channel\":\"" + channel + "\",\"positioned\":true,\"recoverable\":true" + recover + "}}";
        socket.sendText(text(connect.end().end()) + "\n" + subscribe, true).join();
        return socket::abort;
    }

    /** Frames of one WebSocket; called by one thread at a time. */
    private final class Frames implements WebSocket.Listener {
        private final boolean slow;
        private boolean greeted;

        Frames(boolean slow) {
            this.slow = slow;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.increment();
            String frame = data.toString();
            if (frame.equals("{}")) {
                socket.sendText("{}", true);
            }
            Matcher place = PLACE.matcher(frame);
            if (!slow && !greeted && place.find()) {
                recovery = ",\"recover\":true,\"epoch\":\"" + place.group(1) + "\",\"offset\":" + place.group(2);
            }
            greeted = true;
            if (slow && slowMayRead.getCount() > 0) {
                Thread.ofVirtual().start(() -> {
                    try {
                        slowMayRead.await();
                        socket.request(1);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            // It was ended, by this side or as too slow.
        }
    }
}
