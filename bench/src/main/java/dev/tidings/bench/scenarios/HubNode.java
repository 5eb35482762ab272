package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import dev.tidings.bench.ProcessGauge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One hub process of this run, on free ports of the loopback address. */
final class HubNode implements AutoCloseable {
    private static final int ASK_MILLIS_MAX = 3_000;
    private static final int STREAM_MILLIS_MAX = 30_000;
    private static final int END_SECONDS_MAX = 10;
    private static final int POLL_MILLIS = 50;
    private static final int LOG_TAIL_LINES = 40;
    private static final int OK = 200;
    private static final Pattern TIME = Pattern.compile("\"time\":(\\d+)");

    private final String name;
    private final int port;
    private final int management;
    private final Path log;
    private final Process process;
    private final ProcessGauge gauge;

    private HubNode(String name, int port, int management, Path log, Process process) {
        this.name = name;
        this.port = port;
        this.management = management;
        this.log = log;
        this.process = process;
        this.gauge = new ProcessGauge(process.pid());
    }

    /**
     * Starts a hub without waiting for it.
     *
     * @param program     a jar or an executable
     * @param settings    {@code -Dname=value}
     * @param environment what is added to this process's own
     */
    static HubNode launch(String name, String program, List<String> jvm, List<String> settings, Map<String, String> environment, Path folder) {
        if (!Files.exists(Path.of(program))) {
            throw new BenchException("there is no " + program + ": build the hub first (./mvnw package), or name another with --hub");
        }
        int port = freePort();
        int management = freePort();
        var command = new ArrayList<String>();
        if (program.endsWith(".jar")) {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvm);
        } else {
            command.add(Path.of(program).toAbsolutePath().toString());
        }
        command.addAll(settings);
        command.addAll(List.of("-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.host=127.0.0.1", "-Dquarkus.management.port=" + management));
        if (program.endsWith(".jar")) {
            command.addAll(List.of("-jar", program));
        }
        Path log = folder.resolve(name + ".log");
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new HubNode(name, port, management, log, process);
        } catch (IOException e) {
            throw new BenchException("the hub does not start: " + e.getMessage());
        }
    }

    private static int freePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    int port() {
        return port;
    }

    /** What it says when it is asked whether it is ready. */
    enum Readiness { READY, NOT_READY, NO_ANSWER }

    Readiness readiness() {
        return switch (ask("/q/health/ready").status) {
            case OK -> Readiness.READY;
            case 0 -> Readiness.NO_ANSWER;
            default -> Readiness.NOT_READY;
        };
    }

    boolean isReady() {
        return readiness() == Readiness.READY;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void awaitReady(int seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new BenchException(name + " ended with " + process.exitValue() + "; the end of " + log + ":\n" + tail());
            }
            if (System.nanoTime() > deadline) {
                throw new BenchException(name + " is not ready after " + seconds + " s; the end of " + log + ":\n" + tail());
            }
            Pause.millis(POLL_MILLIS);
        }
    }

    private record Answer(int status, String body) {
    }

    private Answer ask(String path) {
        try {
            var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + management + path).toURL().openConnection();
            connection.setConnectTimeout(ASK_MILLIS_MAX);
            connection.setReadTimeout(ASK_MILLIS_MAX);
            int status = connection.getResponseCode();
            try (var body = status == OK ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(status, body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return new Answer(0, "");
        }
    }

    /** The sum of a metric over all labels that hold this text; 0 where there is none. */
    double metric(String metric, String label) {
        return ask("/q/metrics").body.lines()
                .filter(line -> line.startsWith(metric) && (line.startsWith(metric + "{") && line.contains(label) || label.isEmpty() && line.startsWith(metric + " ")))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    double metric(String metric) {
        return metric(metric, "");
    }

    int connections() {
        return (int) metric("tidings_connections");
    }

    /** How far its clock is ahead of this process's, by the time that it tells a stream. */
    double clockAheadSeconds() {
        try {
            var connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/v1/sse?channel=bench:clock").toURL().openConnection();
            connection.setReadTimeout(STREAM_MILLIS_MAX);
            try (var lines = new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Matcher time = TIME.matcher(line);
                    if (time.find()) {
                        return (Long.parseLong(time.group(1)) - System.currentTimeMillis()) / 1e3;
                    }
                }
            }
            throw new BenchException(name + " tells no time");
        } catch (IOException e) {
            throw new BenchException(name + " tells no time: " + e);
        }
    }

    ProcessGauge gauge() {
        return gauge;
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly().onExit().orTimeout(END_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    /** Its exit code, if it ends within this time. */
    OptionalInt awaitEnd(double seconds) {
        try {
            return process.waitFor((long) (seconds * 1_000), TimeUnit.MILLISECONDS) ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    /** Lines of its log that hold this text. */
    List<String> logged(String text) {
        try {
            return Files.readAllLines(log).stream().filter(line -> line.contains(text)).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "(not readable)";
        }
    }

    @Override
    public void close() {
        kill();
    }
}
