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

/** The packaged program with {@code check} as its first argument: what {@code helm test} runs, with the environment that the pod has. */
class StreamCheckIT {
    private static final int PATIENCE_SECONDS = 60;

    private static Process check(String key, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar",
                Path.of("target", "quarkus-app", "quarkus-run.jar").toString(), "check");
        builder.command().addAll(List.of(arguments));
        builder.environment().put("TIDINGS_AUTH_HMAC_SECRET", Jwt.SECRET);
        builder.environment().put("TIDINGS_API_KEYS", key);
        return builder.redirectErrorStream(true).start();
    }

    @Test
    void startsNoHubAndEndsWithWhatItFound() throws IOException, InterruptedException {
        try (HubProcess hub = HubProcess.start(HubSettings.secured().map())) {
            Process passing = check(HubSettings.KEY + ":publish", "--timeout=30", hub.uri().toString());
            Process failing = check("another-key", "--timeout=30", hub.uri().toString());
            String passed = new String(passing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String failed = new String(failing.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertTrue(passing.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && failing.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
            assertEquals(0, passing.exitValue(), passed);
            assertEquals(1, failing.exitValue(), failed);
            assertTrue(passed.contains("stream and WebSocket had the publication"), passed);
            assertTrue(failed.contains("the publication was refused: status 401"), failed);
        }
    }
}
