package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The packaged service as three processes that share a Redis, and what happens to them in their lives, with live clients: {@code bench/scenarios} in its short
 * form, and without holding anything against the machine that is slow. Those that take long, or differ little from one of these, are left to whoever calls
 * {@code bench/scenarios}.
 */
class ScenariosIT {
    private static final List<String> SCENARIOS = List.of("rolling", "kill", "storm", "redis-outage", "redis-empty", "sentinel-behind",
            "cluster-failover", "partition");
    private static final Path OUTPUT = Path.of("target", "scenarios");
    private static final Duration PATIENCE = Duration.ofMinutes(12);

    /** Runs a command of the project; what it printed, when it ended with 0. */
    private static void run(String name, String... command) throws IOException, InterruptedException {
        Path log = Files.createDirectories(OUTPUT).resolve(name + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try {
            assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> name + " does not end, see " + log);
            assertEquals(0, process.exitValue(), () -> read(log));
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "no " + log + ": " + e;
        }
    }

    @Test
    void clientsLoseNothingOrAreTold() throws IOException, InterruptedException {
        assumeTrue(RedisProcess.onPath("redis-server").isPresent() && RedisProcess.onPath("redis-cli").isPresent(), "skipped: no redis-server and redis-cli on the PATH");
        run("load-client", "./mvnw", "-q", "-f", "bench/pom.xml", "verify");
        run("scenarios", "bench/scenarios", "--short", "--untimed", "--scenario", String.join(",", SCENARIOS), "--results", OUTPUT.toString());
    }
}
