package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Jwt;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged service and clients that people already have, unchanged: the scripts in {@code src/test/clients}, run by Node. */
class RealClientsIT {
    private static final Path SCRIPTS = Path.of("src", "test", "clients");
    private static final Path WORK = Path.of("target", "clients");
    private static final int INSTALL_SECONDS = 300;
    private static final int SCRIPT_SECONDS = 120;
    private static HubProcess secured;
    private static HubProcess open;
    private static HubProcess full;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        need("node");
        need("npm");
        Files.createDirectories(WORK);
        try (Stream<Path> scripts = Files.list(SCRIPTS)) {
            for (Path each : scripts.filter(Files::isRegularFile).toList()) {
                Files.copy(each, WORK.resolve(each.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        install();
        secured = HubProcess.start(HubSettings.secured().with("tidings.ping", "2s").map());
        open = HubProcess.start(HubSettings.insecure().map());
        full = HubProcess.start(HubSettings.insecure().with("tidings.connections.max", "1").map());
    }

    /** Again only when the lock file has changed: a build that finds everything in place needs no registry. */
    private static void install() throws IOException, InterruptedException {
        Path installed = WORK.resolve("installed");
        String lock = Files.readString(SCRIPTS.resolve("package-lock.json"));
        if (!Files.exists(installed) || !Files.readString(installed).equals(lock)) {
            run(INSTALL_SECONDS, Map.of(), "npm", "ci", "--ignore-scripts", "--loglevel=error");
            Files.writeString(installed, lock);
        }
    }

    private static Optional<String> find(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable).map(Path::toString).findFirst();
    }

    private static String need(String program) {
        Optional<String> found = find(program);
        if (found.isEmpty()) {
            System.out.println("skipped: there is no " + program + " on the PATH");
        }
        assumeTrue(found.isPresent(), () -> "there is no " + program + " on the PATH");
        return found.get();
    }

    @AfterAll
    static void stop() {
        Stream.of(Optional.ofNullable(secured), Optional.ofNullable(open), Optional.ofNullable(full)).flatMap(Optional::stream).forEach(HubProcess::close);
    }

    private static void script(String name, Map<String, String> environment) throws IOException, InterruptedException {
        String output = run(SCRIPT_SECONDS, environment, "node", name + ".mjs");
        System.out.print(output);
        assertTrue(output.contains("ok "), output);
    }

    private static String run(int seconds, Map<String, String> environment, String... command) throws IOException, InterruptedException {
        Path output = WORK.resolve(command[1] + ".log");
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(WORK.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), () -> String.join(" ", command) + " takes longer than " + seconds + " s:\n" + read(output));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), () -> String.join(" ", command) + ":\n" + read(output));
        return read(output);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void centrifuge() throws IOException, InterruptedException {
        script("centrifuge", Map.of("HUB", secured.uri().toString(), "SECRET", Jwt.SECRET, "API_KEY", HubSettings.KEY));
    }

    @Test
    void eventSources() throws IOException, InterruptedException {
        script("event-sources", Map.of("HUB", secured.uri().toString(), "FULL_HUB", full.uri().toString(), "SECRET", Jwt.SECRET, "API_KEY", HubSettings.KEY));
    }

    @Test
    void chromium() throws IOException, InterruptedException {
        script("browser", Map.of("OPEN_HUB", open.uri().toString(), "CHROMIUM", need("chromium"), "API_KEY", HubSettings.KEY));
    }
}
