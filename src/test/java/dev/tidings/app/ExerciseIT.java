package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Jwt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The packaged program with {@code exercise} as its first argument: what gives the hub its work when an image's AOT cache is made. */
class ExerciseIT {
    private static final int PATIENCE_SECONDS = 60;

    private record Ended(int code, String output) {
    }

    private static Ended exercise(String key, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                Path.of("target", "quarkus-app", "quarkus-run.jar").toString(), "exercise");
        builder.command().addAll(List.of(arguments));
        builder.environment().put("TIDINGS_AUTH_HMAC_SECRET", Jwt.SECRET);
        builder.environment().put("TIDINGS_API_KEYS", key);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), output);
    }

    private static boolean isCounted(String metrics, String name, String label) {
        return metrics.lines().anyMatch(line -> line.startsWith(name + "{") && line.contains(label) && !line.endsWith(" 0.0"));
    }

    @Test
    void givesAHubEveryKindOfWork() throws IOException, InterruptedException {
        HubSettings settings = HubSettings.secured().namespace("default", "presence", "true", "subscribe", "anyone").stream("default", 1000);
        try (HubProcess hub = HubProcess.start(settings.map())) {
            Ended done = exercise(HubSettings.KEY, "--timeout=3", hub.uri().toString(), hub.management().toString());
            Ended refused = exercise("another-key", "--timeout=3", hub.uri().toString());

            assertEquals(0, done.code(), done.output());
            assertTrue(done.output().matches("(?s).*\\d+ rounds, \\d+ events and frames received, \\d+ slow readers closed\\R"), done.output());
            assertEquals(1, refused.code(), refused.output());
            assertTrue(refused.output().contains("/v1/publish was answered with 401"), refused.output());
            String metrics = hub.metrics();
            for (String kind : List.of("transport=\"sse\"", "transport=\"websocket\"")) {
                assertTrue(isCounted(metrics, "tidings_connections_opened_total", kind), kind);
                assertTrue(isCounted(metrics, "tidings_deliveries_total", kind), kind);
            }
            assertTrue(isCounted(metrics, "tidings_recoveries_total", "result=\"recovered\""), "nobody came back");
        }
    }

    @Test
    void saysWhatIsWrongWithItsArguments() throws IOException, InterruptedException {
        Ended nowhere = exercise("key", "--timeout=3");
        Ended endless = exercise("key", "--timeout=never", "http://127.0.0.1:1");

        assertEquals(2, nowhere.code(), nowhere.output());
        assertTrue(nowhere.output().contains("no address is given"), nowhere.output());
        assertEquals(2, endless.code(), endless.output());
    }
}
