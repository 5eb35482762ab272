package dev.tidings.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP connection's way through a network that a test spoils: bytes that are swallowed, connections that are cut, and attempts that are refused. */
public final class SteeredProxy implements AutoCloseable {
    private volatile int target;
    private final ServerSocket listener;
    private final List<Passage> passages = new CopyOnWriteArrayList<>();
    private volatile boolean refuses;
    private volatile boolean losesAnswers;

    private final class Passage {
        final Socket client;
        final Socket server;
        volatile boolean subscribes;
        volatile boolean deaf;

        Passage(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void run() {
            Thread.ofVirtual().start(() -> pump(client, server, true));
            Thread.ofVirtual().start(() -> pump(server, client, false));
        }

        private void pump(Socket from, Socket to, boolean asks) {
            byte[] buffer = new byte[65_536];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (asks && new String(buffer, 0, read, StandardCharsets.ISO_8859_1).toLowerCase().contains("subscribe\r")) {
                        subscribes = true;
                    }
                    if (asks || !deaf && !(losesAnswers && !subscribes)) {
                        out.write(buffer, 0, read);
                    }
                }
            } catch (IOException e) {
                // it was cut
            }
            cut();
        }

        void cut() {
            passages.remove(this);
            close(client);
            close(server);
        }
    }

    /** A way to that port of this machine. */
    public SteeredProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refuses) {
                    client.setSoLinger(true, 0); // a reset, as of a balancer with nobody behind it
                    close(client);
                    continue;
                }
                Passage passage = new Passage(client, new Socket(InetAddress.getLoopbackAddress(), target));
                passages.add(passage);
                passage.run();
            } catch (IOException e) {
                // the next one
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is
        }
    }

    /** Where to connect to. */
    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** The port to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Connections that subscribed to something stay open and tell nothing any more. */
    public void deafen() {
        passages.stream().filter(passage -> passage.subscribes).forEach(passage -> passage.deaf = true);
    }

    /** All connections stay open and tell nothing any more. */
    public void silence() {
        passages.forEach(passage -> passage.deaf = true);
    }

    /** Requests arrive and what is answered to them does not. */
    public void loseAnswers(boolean loses) {
        losesAnswers = loses;
    }

    /** From now on it leads to another port, and what was open is cut. */
    public void leadTo(int port) {
        target = port;
        cut();
    }

    /** From now on it leads new connections to another port, and what was open stays, but for connections that subscribed to something. */
    public void leadSubscriptionsTo(int port) {
        target = port;
        passages.stream().filter(passage -> passage.subscribes).forEach(Passage::cut);
    }

    /** The same, but for connections that never subscribed to anything. */
    public void leadRequestsTo(int port) {
        target = port;
        passages.stream().filter(passage -> !passage.subscribes).forEach(Passage::cut);
    }

    /** Cuts every connection. */
    public void cut() {
        passages.forEach(Passage::cut);
    }

    /** Whether connections are refused from now on. */
    public void refuse(boolean isRefusing) {
        refuses = isRefusing;
    }

    @Override
    public void close() {
        close(listener);
        cut();
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is
        }
    }
}
