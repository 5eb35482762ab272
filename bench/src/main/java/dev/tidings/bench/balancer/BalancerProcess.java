package dev.tidings.bench.balancer;

import dev.tidings.bench.BenchException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The {@link Balancer} in another process, which ends with this one. Any thread; one order at a time. */
public final class BalancerProcess implements AutoCloseable {
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms64m", "-Xmx512m",
            "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "-Dio.netty.leakDetection.level=disabled");

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream orders;
    private final int port;

    private BalancerProcess(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.port = Integer.parseInt(answers.readLine());
    }

    /** Starts it with the class path of this process. */
    public static BalancerProcess start() {
        List<String> command = Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()), JVM.stream(),
                Stream.of("-cp", System.getProperty("java.class.path"), BalancerMain.class.getName())).flatMap(any -> any).toList();
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new BalancerProcess(process);
        } catch (IOException | NumberFormatException e) {
            throw new BenchException("the balancer does not start: " + e.getMessage());
        }
    }

    /** Where clients connect. */
    public int port() {
        return port;
    }

    /** Adds a backend that listens on this port of the loopback address. */
    public void add(String name, int backendPort) {
        order("add " + name + " " + backendPort);
    }

    /** Forgets a backend and cuts what it has. */
    public void remove(String name) {
        order("remove " + name);
    }

    /** Whether a backend gets new connections. */
    public void take(String name, boolean taking) {
        order("take " + name + " " + taking);
    }

    /** Whether a backend's new connections are cut at once. */
    public void refuse(String name, boolean refusing) {
        order("refuse " + name + " " + refusing);
    }

    /** Whether nothing passes to or from a backend. */
    public void stall(String name, boolean stalling) {
        order("stall " + name + " " + stalling);
    }

    /** Cuts so many connections of a backend; how many there were. */
    public int drop(String name, int max) {
        return Integer.parseInt(order("drop " + name + " " + max));
    }

    /** Cuts all connections. */
    public void dropAll() {
        order("drop-all");
    }

    /** Connections that a backend has now. */
    public int connections(String name) {
        return Integer.parseInt(order("connections " + name));
    }

    private synchronized String order(String line) {
        orders.println(line);
        try {
            String answer = answers.readLine();
            if (answer == null) {
                throw new BenchException("the balancer ended");
            }
            return answer;
        } catch (IOException e) {
            throw new BenchException("the balancer does not answer: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        orders.close();
        process.destroyForcibly();
    }
}
