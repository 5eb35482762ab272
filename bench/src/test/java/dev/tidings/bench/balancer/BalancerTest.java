package dev.tidings.bench.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With two real backends, which answer every line with their name and the line. */
class BalancerTest {
    /** In which nothing arrives, where nothing may. */
    private static final int SILENCE_MILLIS = 200;
    private static final int ANSWER_MILLIS_MAX = 10_000;

    private final Balancer balancer = new Balancer();
    private ServerSocket one;
    private ServerSocket two;

    @BeforeEach
    void startBackends() {
        one = backend("one");
        two = backend("two");
        balancer.add("one", (InetSocketAddress) one.getLocalSocketAddress());
        balancer.add("two", (InetSocketAddress) two.getLocalSocketAddress());
    }

    @AfterEach
    void end() throws IOException {
        balancer.close();
        one.close();
        two.close();
    }

    private static ServerSocket backend(String name) {
        try {
            var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        Socket connection = server.accept();
                        Thread.ofVirtual().start(() -> answer(name, connection));
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(String name, Socket connection) {
        try (connection) {
            for (String line = readLine(connection); !line.isEmpty(); line = readLine(connection)) {
                connection.getOutputStream().write((name + " " + line + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The connection was cut.
        }
    }

    private static String readLine(Socket socket) throws IOException {
        var line = new StringBuilder();
        for (int next = socket.getInputStream().read(); next != '\n' && next >= 0; next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), balancer.port());
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
        return socket;
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static String ask(Socket socket, String line) throws IOException {
        say(socket, line);
        return readLine(socket);
    }

    private static void assertSilence(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThrows(SocketTimeoutException.class, () -> readLine(socket));
        socket.setSoTimeout(ANSWER_MILLIS_MAX);
    }

    @Test
    void connectionsGoToBackendsInTurn() throws IOException {
        try (Socket first = connect(); Socket second = connect(); Socket third = connect()) {
            assertEquals("one a", ask(first, "a"));
            assertEquals("two b", ask(second, "b"));
            assertEquals("one c", ask(third, "c"));
            assertEquals(2, balancer.connections("one"));
        }
    }

    @Test
    void aBackendThatTakesNoMoreKeepsWhatItHas() throws IOException {
        try (Socket before = connect()) {
            assertEquals("one a", ask(before, "a"));
            balancer.take("one", false);
            try (Socket after = connect(); Socket another = connect()) {
                assertEquals("two b", ask(after, "b"));
                assertEquals("two c", ask(another, "c"));
                assertEquals("one d", ask(before, "d"));
            }
        }
    }

    @Test
    void aBackendThatDoesNotListenIsPassedOver() throws IOException {
        one.close();
        try (Socket socket = connect()) {
            assertEquals("two a", ask(socket, "a"));
        }
    }

    @Test
    void refusedConnectionsEndAtOnce() throws IOException {
        balancer.refuse("one", true);
        try (Socket socket = connect()) {
            assertThrows(IOException.class, () -> {
                if (readLine(socket).isEmpty()) {
                    throw new IOException("closed");
                }
            });
        }
    }

    @Test
    void stalledConnectionsStayOpenAndGoOnLater() throws IOException {
        try (Socket socket = connect()) {
            assertEquals("one a", ask(socket, "a"));
            balancer.stall("one", true);
            say(socket, "b");
            assertSilence(socket);
            balancer.stall("one", false);
            assertEquals("one b", readLine(socket));
        }
    }

    @Test
    void newConnectionsOfAStalledBackendAreStalledToo() throws IOException {
        balancer.stall("one", true);
        try (Socket socket = connect()) {
            say(socket, "a");
            assertSilence(socket);
            balancer.stall("one", false);
            assertEquals("one a", readLine(socket));
        }
    }

    @Test
    void aDeafConnectionIsChosenByWhatItSaidAndIsStillHeard() throws IOException {
        balancer.take("two", false);
        try (Socket subscriber = connect(); Socket other = connect()) {
            assertEquals("one SUBSCRIBE news", ask(subscriber, "SUBSCRIBE news"));
            assertEquals("one GET", ask(other, "GET"));

            assertEquals(1, balancer.deafen("one", "subscribe", true));

            say(subscriber, "more");
            assertSilence(subscriber);
            assertEquals("one GET", ask(other, "GET"));
            balancer.deafen("one", "subscribe", false);
            assertEquals("one more", readLine(subscriber));
        }
    }

    @Test
    void droppedConnectionsEnd() throws IOException {
        try (Socket socket = connect()) {
            assertEquals("one a", ask(socket, "a"));
            assertEquals(1, balancer.drop("one", 1));
            assertThrows(IOException.class, () -> {
                if (readLine(socket).isEmpty()) {
                    throw new IOException("closed");
                }
            });
            assertEquals(0, balancer.connections("one"));
        }
    }
}
