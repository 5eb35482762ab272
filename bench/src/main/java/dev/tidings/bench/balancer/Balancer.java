package dev.tidings.bench.balancer;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A plain TCP balancer: hands each connection to the next of its backends in turn, and can be told to misbehave. It knows nothing of what it carries,
 * but the first bytes that came from the client's side, by which a connection can be chosen. Everything happens on its one event loop; its methods may
 * be called on any other thread and return when they are obeyed.
 */
public final class Balancer implements AutoCloseable {
    private static final int BACKLOG = 8_192;
    private static final int CONNECT_MILLIS_MAX = 3_000;
    /** Connections to a backend come from 127.0.0.2 and following in turn, so that ports last. */
    private static final int SOURCE_ADDRESSES = 16;

    private final EventLoopGroup loop = new NioEventLoopGroup(1, new DefaultThreadFactory("balancer"));
    private final Map<String, Backend> backends = new LinkedHashMap<>();
    private final Channel listener;
    private int turn;

    private static final class Backend {
        private final InetSocketAddress address;
        private final List<Carried> carried = new ArrayList<>();
        private boolean taking = true;
        private boolean refusing;
        private boolean stalling;
        private int connects;

        Backend(InetSocketAddress address) {
            this.address = address;
        }
    }

    /** Listens on a free port of the loopback address. */
    public Balancer() {
        this(0);
    }

    /** Listens on this port of the loopback address. */
    public Balancer(int port) {
        listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        accepted(client);
                    }
                })
                .bind("127.0.0.1", port).syncUninterruptibly().channel();
    }

    /** Where clients connect. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Adds a backend, which gets its share of new connections. */
    public void add(String name, InetSocketAddress address) {
        obey(() -> backends.put(name, new Backend(address)));
    }

    /** Whether a backend gets new connections; those it has stay. */
    public void take(String name, boolean taking) {
        obey(() -> backends.get(name).taking = taking);
    }

    /** Forgets a backend and cuts what it has. */
    public void remove(String name) {
        obey(() -> {
            Backend backend = backends.remove(name);
            List.copyOf(backend.carried).forEach(Carried::cut);
        });
    }

    /** Whether a backend's new connections are cut at once. */
    public void refuse(String name, boolean refusing) {
        obey(() -> backends.get(name).refusing = refusing);
    }

    /** Whether nothing passes to or from a backend, neither on the connections it has nor on new ones, which stay open. */
    public void stall(String name, boolean stalling) {
        obey(() -> {
            Backend backend = backends.get(name);
            backend.stalling = stalling;
            List.copyOf(backend.carried).forEach(carried -> carried.stall(stalling, stalling));
        });
    }

    /**
     * Makes connections deaf, or lets them hear again: what the backend sends does not reach the client's side, which can still be heard.
     *
     * @param word among the first bytes from the client's side, in any case
     * @return how many
     */
    public int deafen(String name, String word, boolean deaf) {
        return chosen(name, carried -> carried.firstBytes().contains(word), carried -> carried.stall(false, deaf));
    }

    /** Stalls the connections with this word among their first bytes in both directions, or lets them go on; how many. */
    public int stallThose(String name, String word, boolean stalled) {
        return chosen(name, carried -> carried.firstBytes().contains(word), carried -> carried.stall(stalled, stalled));
    }

    /** Cuts connections of a backend: so many, beginning with the oldest; how many there were. */
    public int drop(String name, int max) {
        int[] left = {max};
        return chosen(name, carried -> left[0]-- > 0, Carried::cut);
    }

    /** Cuts all connections. */
    public void dropAll() {
        obey(() -> backends.values().forEach(backend -> List.copyOf(backend.carried).forEach(Carried::cut)));
    }

    /** Connections that a backend has now. */
    public int connections(String name) {
        int[] count = {0};
        obey(() -> count[0] = backends.get(name).carried.size());
        return count[0];
    }

    private int chosen(String name, Predicate<Carried> which, Consumer<Carried> what) {
        int[] count = {0};
        obey(() -> {
            List<Carried> some = backends.get(name).carried.stream().filter(which).toList();
            count[0] = some.size();
            some.forEach(what);
        });
        return count[0];
    }

    private void obey(Runnable order) {
        loop.submit(order).syncUninterruptibly();
    }

    private void accepted(Channel client) {
        List<Backend> candidates = new ArrayList<>();
        List<Backend> taking = backends.values().stream().filter(backend -> backend.taking).toList();
        for (int i = 0; i < taking.size(); i++) {
            candidates.add(taking.get((turn + i) % taking.size()));
        }
        turn++;
        connect(client, candidates);
    }

    /** To the first of these; if that one does not listen, to the next. */
    private void connect(Channel client, List<Backend> candidates) {
        if (candidates.isEmpty()) {
            Carried.reset(client);
            return;
        }
        Backend backend = candidates.getFirst();
        if (backend.refusing) {
            Carried.reset(client);
            return;
        }
        var carried = new Carried(client);
        new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(backend.address, new InetSocketAddress("127.0.0." + (2 + backend.connects++ % SOURCE_ADDRESSES), 0))
                .addListener((ChannelFuture connected) -> {
                    if (!connected.isSuccess()) {
                        connect(client, candidates.subList(1, candidates.size()));
                        return;
                    }
                    backend.carried.add(carried);
                    carried.begin(connected.channel(), () -> backend.carried.remove(carried));
                    carried.stall(backend.stalling, backend.stalling);
                });
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
