package dev.tidings.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The hub under load: one that this run starts and ends, or one that runs already. */
final class Hub implements AutoCloseable {
    private static final int START_SECONDS_MAX = 60;
    private static final int END_SECONDS_MAX = 10;
    private static final int START_POLL_MILLIS = 50;
    private static final int LOG_TAIL_LINES = 60;
    private static final Path LOGS = Path.of("bench/target");

    private final URI base;
    private final ProcessGauge gauge;
    private final Runnable end;

    private Hub(URI base, ProcessGauge gauge, Runnable end) {
        this.base = base;
        this.gauge = gauge;
        this.end = end;
    }

    /** Takes the hub that answers at {@code base} as process {@code pid}. It must be on this machine: its figures come from /proc. */
    static Hub attach(URI base, long pid) {
        if (base.getHost() == null || base.getPort() < 0 || !isLoopback(base.getHost())) {
            throw new UsageException("--base must be http://127.0.0.1:PORT: only a hub on this machine can be measured");
        }
        return new Hub(base, new ProcessGauge(pid), () -> { });
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.");
    }

    /**
     * Starts a hub on free ports of the loopback address and waits until it answers.
     *
     * @param program  a jar or an executable
     * @param jvm      options for the JVM, of no use to an executable
     * @param settings {@code -Dname=value}
     */
    static Hub start(String program, List<String> jvm, List<String> settings) {
        if (!Files.exists(Path.of(program))) {
            throw new BenchException("there is no " + program + ": build the hub first (./mvnw package), or name another with --hub");
        }
        int port = freePort();
        List<String> all = Stream.concat(settings.stream(), Stream.of(
                "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1", "-Dquarkus.management.port=" + freePort())).toList();
        Path log = LOGS.resolve("hub-" + port + ".log");
        Process process;
        try {
            process = new ProcessBuilder(command(program, jvm, all)).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        } catch (IOException e) {
            throw new BenchException("the hub does not start: " + e.getMessage());
        }
        // Killed rather than drained: it has nothing to keep, and a drain would take a minute. Also when this run is interrupted.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Runnable end = () -> process.destroyForcibly().onExit().orTimeout(END_SECONDS_MAX, TimeUnit.SECONDS).join();
        URI base = URI.create("http://127.0.0.1:" + port);
        try {
            awaitAnswer(base, process);
        } catch (BenchException e) {
            end.run();
            throw new BenchException(e.getMessage() + "; the end of " + log + ":\n" + tail(log));
        }
        return new Hub(base, new ProcessGauge(process.pid()), end);
    }

    private static List<String> command(String program, List<String> jvm, List<String> settings) {
        var command = new ArrayList<String>();
        if (program.endsWith(".jar")) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvm);
            command.addAll(settings);
            command.addAll(List.of("-jar", program));
        } else {
            command.add(Path.of(program).toAbsolutePath().toString());
            command.addAll(settings);
        }
        return command;
    }

    private static int freePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitAnswer(URI base, Process process) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!answers(base)) {
            if (!process.isAlive()) {
                throw new BenchException("the hub ended with " + process.exitValue());
            }
            if (System.nanoTime() > deadline) {
                throw new BenchException("the hub has not answered /v1/ping for " + START_SECONDS_MAX + " s");
            }
            Pause.millis(START_POLL_MILLIS);
        }
    }

    private static boolean answers(URI base) {
        try {
            var connection = (HttpURLConnection) base.resolve("/v1/ping").toURL().openConnection();
            connection.setConnectTimeout(START_SECONDS_MAX * 1_000);
            connection.setReadTimeout(START_SECONDS_MAX * 1_000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_NO_CONTENT;
        } catch (IOException e) {
            // Nobody listens yet.
            return false;
        }
    }

    private static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(not readable)";
        }
    }

    URI base() {
        return base;
    }

    ProcessGauge gauge() {
        return gauge;
    }

    @Override
    public void close() {
        end.run();
    }
}
