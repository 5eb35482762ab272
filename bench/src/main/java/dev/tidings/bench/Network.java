package dev.tidings.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The load client's side of the network: its event loops with their meters, and how subscribers and back ends connect to the hub. */
final class Network implements AutoCloseable {
    /** Connections come from 127.0.0.2 and following in turn, so that ports are not used up by those of earlier runs that wait out their time. */
    private static final int SOURCE_ADDRESSES = 16;
    private static final int CONNECT_MILLIS_MAX = 20_000;
    /** What one read takes at most. Fixed, so that reads per delivery mean the same in every run. */
    private static final int READ_BYTES = 32 * 1024;
    private static final int ANSWER_BYTES_MAX = 1024 * 1024;

    private final InetSocketAddress hub;
    private final String authority;
    private final EventLoopGroup loops;
    private final EventLoopGroup backEndLoop;
    private final Map<EventExecutor, Meter> meters = new IdentityHashMap<>();
    private final AtomicInteger connects = new AtomicInteger();

    Network(URI base, int threads) {
        this.hub = new InetSocketAddress(base.getHost(), base.getPort());
        this.authority = base.getAuthority();
        this.loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("subscribers"));
        this.backEndLoop = new NioEventLoopGroup(1, new DefaultThreadFactory("back-ends"));
        loops.forEach(loop -> meters.put(loop, new Meter()));
    }

    /** Connects a subscriber, which learns the rest from its connection. */
    void connect(Subscriber subscriber) {
        var source = new InetSocketAddress("127.0.0." + (2 + connects.getAndIncrement() % SOURCE_ADDRESSES), 0);
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        Meter meter = meters.get(connection.eventLoop());
                        subscriber.attach(connection, meter);
                        connection.pipeline().addLast(new ReadMeter(meter), new HttpClientCodec());
                        if (subscriber.transport() == Transport.SSE) {
                            connection.pipeline().addLast(new SseConnection(subscriber, authority));
                        } else {
                            connection.pipeline().addLast(new HttpObjectAggregator(ANSWER_BYTES_MAX), new WebSocketConnection(subscriber, authority));
                        }
                    }
                })
                .connect(hub, source)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        subscriber.onBroken(connected.cause().toString());
                    }
                });
    }

    /** A connected back end. */
    BackEnd backEnd() {
        var backEnd = new BackEnd(authority);
        new Bootstrap()
                .group(backEndLoop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(ANSWER_BYTES_MAX), backEnd);
                    }
                })
                .connect(hub)
                .syncUninterruptibly();
        return backEnd;
    }

    /** Runs a task on an event loop after a delay. */
    void later(long millis, Runnable task) {
        loops.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Waits until every event loop has done what it was given before. */
    void settle() {
        loops.forEach(loop -> loop.submit(() -> { }).syncUninterruptibly());
    }

    Collection<Meter> meters() {
        return meters.values();
    }

    /** Sets every meter to zero, each on its own event loop. */
    void resetMeters() {
        meters.forEach((loop, meter) -> loop.submit(meter::reset).syncUninterruptibly());
    }

    /** Deliveries since then; may lag by a read. */
    long deliveries() {
        return meters.values().stream().mapToLong(Meter::deliveries).sum();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        backEndLoop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
