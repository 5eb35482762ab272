package dev.tidings.bench.redis;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Redis server of this run, on a free port of the loopback address and with a folder of its own; it can be killed, frozen and started again. */
public final class RedisServer implements AutoCloseable {
    private static final String PROGRAM = "redis-server";
    private static final int START_SECONDS_MAX = 30;
    private static final int END_SECONDS_MAX = 10;
    private static final int POLL_MILLIS = 10;

    private final int port;
    private final Path folder;
    private final List<String> words;
    private Process process;

    private RedisServer(int port, Path folder, List<String> words) {
        this.port = port;
        this.folder = folder;
        this.words = List.copyOf(words);
    }

    /** A server that keeps everything it acknowledged on disk, not started yet. */
    public static RedisServer durable(Path folder, String... more) {
        return of(folder, Stream.concat(Stream.of("--save", "", "--appendonly", "yes", "--appendfsync", "always"), Stream.of(more)).toList());
    }

    /** A server that keeps everything in memory, not started yet. */
    public static RedisServer inMemory(Path folder, String... more) {
        return of(folder, Stream.concat(Stream.of("--save", "", "--appendonly", "no"), Stream.of(more)).toList());
    }

    private static RedisServer of(Path folder, List<String> words) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RedisServer(freePort(), folder, words);
    }

    /** A port that nobody uses, and whose port for a cluster's bus (10,000 above) exists. */
    static int freePort() {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (probe.getLocalPort() < 55_000) {
                    return probe.getLocalPort();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new BenchException("no free port below 55000");
    }

    /** What {@code redis-server --version} says, or that there is none. */
    public static String version() {
        try {
            Process process = new ProcessBuilder(PROGRAM, "--version").redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes());
            return text.replaceAll("(?s).*v=([\\d.]+).*", "Redis $1");
        } catch (IOException e) {
            throw new BenchException("there is no redis-server on the PATH: install it (Debian: apt-get install redis-server)");
        }
    }

    public int port() {
        return port;
    }

    Path folder() {
        return folder;
    }

    public long pid() {
        return process.pid();
    }

    /** Starts it and waits until it answers; what it kept is there again. */
    public RedisServer start() {
        launch();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new BenchException("redis-server does not start: see " + folder.resolve("redis.log"));
            }
            Pause.millis(POLL_MILLIS);
        }
        return this;
    }

    /** Starts it without waiting. */
    public void launch() {
        // Protected mode would refuse whoever comes from another loopback address than 127.0.0.1, as what a balancer carries does.
        var command = new ArrayList<>(List.of(PROGRAM, "--port", Integer.toString(port), "--bind", "127.0.0.1", "--protected-mode", "no", "--dir", folder.toAbsolutePath().toString(),
                "--daemonize", "no", "--tcp-backlog", "128", "--logfile", folder.resolve("redis.log").toAbsolutePath().toString()));
        command.addAll(words);
        begin(command);
    }

    /** Starts it as a sentinel with this configuration file, which it rewrites. */
    void launchSentinel(Path configuration) {
        begin(List.of(PROGRAM, configuration.toAbsolutePath().toString(), "--sentinel"));
    }

    private void begin(List<String> command) {
        try {
            Path output = folder.resolve("output.log");
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
        } catch (IOException e) {
            throw new BenchException("redis-server does not start: " + e.getMessage());
        }
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
    }

    /** Whether it answers and has loaded its data. */
    public boolean answers() {
        try {
            return "PONG".equals(RedisClient.ask(port, "PING"));
        } catch (IOException e) {
            return false;
        }
    }

    public Object ask(String... command) {
        try {
            return RedisClient.ask(port, command);
        } catch (IOException e) {
            throw new BenchException("Redis: " + String.join(" ", command) + ": " + e.getMessage());
        }
    }

    /** One line of INFO as a number. */
    public double info(String section, String name) {
        return ((String) ask("INFO", section)).lines().filter(line -> line.startsWith(name + ":")).findFirst()
                .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .orElseThrow(() -> new BenchException("Redis: INFO " + section + " has no " + name));
    }

    /** Kills it: SIGKILL. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().orTimeout(END_SECONDS_MAX, TimeUnit.SECONDS).join();
        }
    }

    /** Stops it in its tracks (SIGSTOP), or lets it go on. Connections stay open. */
    public void freeze(boolean frozen) {
        try {
            new ProcessBuilder("kill", frozen ? "-STOP" : "-CONT", Long.toString(process.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    /** Forgets everything it kept on disk; it must not run. */
    public void loseData() {
        deleteContent(folder);
    }

    private static void deleteContent(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(folder) && !path.toString().endsWith(".log"))
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        deleteContent(folder);
    }
}
