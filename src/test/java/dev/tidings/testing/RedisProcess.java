package dev.tidings.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.embedded.core.ExecutableProvider;

/** A real Redis as a process of its own, on a free port and with a folder of its own, which a test may kill, stop, and start again with its data. */
public final class RedisProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static File embedded;

    private final String executable;
    private final List<String> arguments;
    private final Path folder;
    private final int port;
    private Process process;

    private RedisProcess(String executable, List<String> arguments) {
        try {
            this.executable = executable;
            this.arguments = arguments;
            this.folder = Files.createTempDirectory(Files.createDirectories(Path.of("target", "redis")), "redis-");
            this.port = freePort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    private static int freePort() throws IOException {
        int port;
        do {
            try (ServerSocket probe = new ServerSocket(0)) {
                port = probe.getLocalPort();
            }
        } while (port > 55_000); // a node of a cluster needs another one, 10,000 above
        return port;
    }

    /** The Redis 6.2 that comes with the build, with these options. */
    public static RedisProcess embedded(String... arguments) {
        synchronized (RedisProcess.class) {
            if (embedded == null) {
                try {
                    embedded = ExecutableProvider.newJarResourceProvider().get();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return new RedisProcess(embedded.getAbsolutePath(), List.of(arguments)).start();
    }

    /** The program of that name on the PATH; none when it is not there. */
    public static Optional<Path> onPath(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            Path found = Path.of(folder, program);
            if (Files.isExecutable(found)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** A Redis or Valkey of that program. */
    public static RedisProcess of(Path program, String... arguments) {
        return new RedisProcess(program.toString(), List.of(arguments)).start();
    }

    /** Starts it, with the data it has, and waits until it answers. */
    public RedisProcess start() {
        List<String> command = new ArrayList<>(List.of(executable));
        boolean hasFile = !arguments.isEmpty() && !arguments.getFirst().startsWith("--");
        if (hasFile) {
            command.add(arguments.getFirst());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", folder.toAbsolutePath().toString(), "--daemonize", "no"));
        command.addAll(hasFile ? arguments.subList(1, arguments.size()) : arguments);
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        await().atMost(START).pollInterval(Duration.ofMillis(20)).failFast("it ended, see " + folder.resolve("log"), () -> !process.isAlive()).until(this::answers);
        return this;
    }

    private boolean answers() {
        try (Jedis jedis = new Jedis("127.0.0.1", port, 1_000)) {
            return jedis.ping().equals("PONG");
        } catch (JedisConnectionException e) {
            return false;
        } catch (redis.clients.jedis.exceptions.JedisDataException e) {
            return !String.valueOf(e.getMessage()).startsWith("LOADING"); // it wants a password, and so it is there
        }
    }

    /** Where it listens. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** Its folder, where it keeps its data. */
    public Path folder() {
        return folder;
    }

    /** Asks it. */
    public <T> T ask(Function<Jedis, T> question) {
        try (Jedis jedis = new Jedis("127.0.0.1", port, 5_000)) {
            return question.apply(jedis);
        }
    }

    /** It is gone, without a word. */
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It hangs: its connections stay and nothing is answered. */
    public void freeze() {
        signal("STOP");
    }

    /** It goes on. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
