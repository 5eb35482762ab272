package dev.tidings.testing;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged service as a process of its own, on free ports. Ends with the test: {@link #close} kills it, a drain has tests of its own. */
public final class HubProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;
    private final int management;

    /** An answer over HTTP. */
    public record Answer(int status, Map<String, List<String>> headers, String body) {
        /** The first value of a header; "" = it is not there. */
        public String header(String name) {
            return headers.entrySet().stream().filter(e -> e.getKey().equalsIgnoreCase(name)).map(e -> e.getValue().getFirst()).findFirst().orElse("");
        }
    }

    private HubProcess(Map<String, String> settings) {
        try {
            port = freePort();
            management = freePort();
            log = Files.createTempFile(Files.createDirectories(Path.of("target", "hubs")), "hub-", ".log");
            List<String> properties = new ArrayList<>(List.of("-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port,
                    "-Dquarkus.management.host=127.0.0.1", "-Dquarkus.management.port=" + management));
            settings.forEach((name, value) -> properties.add("-D" + name + "=" + value));
            process = new ProcessBuilder(Packaged.find().command(properties)).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    /** Starts a hub and waits until it is ready. */
    public static HubProcess start(Map<String, String> settings) {
        HubProcess hub = new HubProcess(settings);
        hub.awaitHealth("ready", 200, START);
        return hub;
    }

    /** Starts a hub that can't be ready yet, and waits until it is started. */
    public static HubProcess startUnready(Map<String, String> settings) {
        HubProcess hub = new HubProcess(settings);
        hub.awaitHealth("started", 200, START);
        return hub;
    }

    /** Waits until a health check answers with that status. */
    public void awaitHealth(String check, int status, Duration within) {
        await().atMost(within).pollInterval(Duration.ofMillis(100)).ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .failFast("the process ended", () -> !process.isAlive()).until(() -> health(check) == status);
    }

    /** Starts a hub that can't start; what it wrote. Its exit code must tell a failure. */
    public static String failing(Map<String, String> settings) {
        try (HubProcess hub = new HubProcess(settings)) {
            assertTrue(hub.exitCode(START) > 0, hub::log);
            return hub.log();
        }
    }

    /** The address of its listener. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** The address of its management port. */
    public URI management() {
        return URI.create("http://127.0.0.1:" + management);
    }

    /** The status of a health check: {@code ready}, {@code live}, {@code started}. */
    public int health(String check) {
        return send(HttpRequest.newBuilder(management().resolve("/q/health/" + check))).status;
    }

    /** What a scrape gets. */
    public String metrics() {
        return send(HttpRequest.newBuilder(management().resolve("/q/metrics"))).body;
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(uri().resolve(path)));
    }

    /** Posts JSON with an API key. */
    public Answer post(String path, String apiKey, String body) {
        return send(HttpRequest.newBuilder(uri().resolve(path)).header("X-API-Key", apiKey).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            var response = HTTP.send(request.timeout(Duration.ofSeconds(HubClient.PATIENCE_SECONDS)).build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for its end. */
    public int exitCode(Duration within) {
        try {
            assertTrue(process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS), () -> "still running after " + within + ":\n" + log());
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What it wrote. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it. */
    @Override
    public void close() {
        process.destroyForcibly();
        exitCode(Duration.ofSeconds(HubClient.PATIENCE_SECONDS));
    }
}
