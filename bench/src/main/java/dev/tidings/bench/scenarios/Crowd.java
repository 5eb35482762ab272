package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import dev.tidings.bench.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * All clients of a scenario, half of them streams, a quarter plain and a quarter extended WebSockets, and what happened to them since {@link #begin}.
 * Its methods are the main thread's; what clients tell it comes on their event loops and touches only atomic and concurrent fields.
 */
final class Crowd implements AutoCloseable {
    private static final List<Transport> MIX = List.of(Transport.SSE, Transport.WEBSOCKET_PLAIN, Transport.SSE, Transport.WEBSOCKET_EXTENDED);
    private static final int THREADS = 2;
    private static final int SOURCE_ADDRESSES = 16;
    private static final int CONNECT_MILLIS_MAX = 20_000;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final int POLL_MILLIS = 100;
    private static final int SECONDS_MAX = 1_800;
    /** Different reasons that are told apart; more than any scenario has. */
    private static final int REASONS_MAX = 50;

    private final InetSocketAddress address;
    private final String authority;
    private final int receiveBufferBytes;
    private final boolean loopback;
    private final EventLoopGroup loops = new NioEventLoopGroup(THREADS, new DefaultThreadFactory("clients"));
    private final List<Client> clients = new ArrayList<>();
    private final AtomicInteger connects = new AtomicInteger();
    private volatile boolean hurried;
    private volatile Since since = new Since();

    /** What happened since a moment. */
    private static final class Since {
        private final long nanos = System.nanoTime();
        private final AtomicIntegerArray openedBySecond = new AtomicIntegerArray(SECONDS_MAX);
        private final AtomicIntegerArray endedBySecond = new AtomicIntegerArray(SECONDS_MAX);
        private final Map<End.Kind, AtomicInteger> ends = new ConcurrentHashMap<>();
        private final AtomicInteger refusals = new AtomicInteger();
        private final AtomicInteger failedAttempts = new AtomicInteger();
        private final Map<String, AtomicInteger> reasons = new ConcurrentHashMap<>();
        private final AtomicInteger troubles = new AtomicInteger();
        private final Histogram latency = new ConcurrentHistogram(3);

        private int second() {
            return (int) Math.min(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanos), SECONDS_MAX - 1);
        }

        private void reason(String why) {
            if (reasons.size() < REASONS_MAX || reasons.containsKey(why)) {
                reasons.computeIfAbsent(why, any -> new AtomicInteger()).incrementAndGet();
            }
        }
    }

    /** Of clients that connect to this port of the loopback address. */
    Crowd(int port) {
        this(port, 0);
    }

    /** Of clients whose sockets hold so many bytes unread; 0 = as many as the kernel sees fit. */
    Crowd(int port, int receiveBufferBytes) {
        this(new InetSocketAddress("127.0.0.1", port), receiveBufferBytes);
    }

    /** Of clients that connect to this address, which may be elsewhere. */
    Crowd(InetSocketAddress address, int receiveBufferBytes) {
        this.receiveBufferBytes = receiveBufferBytes;
        this.address = address;
        authority = address.getHostString() + ":" + address.getPort();
        loopback = address.getAddress().isLoopbackAddress();
    }

    /** Adds clients, each with two of the channels, and connects them, so many a second. */
    void join(int count, List<Acknowledged> channels, int perSecond) {
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(start + i * TimeUnit.SECONDS.toNanos(1) / perSecond - System.nanoTime());
            List<Ledger> ledgers = IntStream.range(i, i + Math.min(2, channels.size())).mapToObj(n -> new Ledger(channels.get(n % channels.size()))).toList();
            var client = new Client(this, MIX.get(i % MIX.size()), ledgers, loops.next());
            clients.add(client);
            client.loop().execute(client::connect);
        }
    }

    /** Takes clients that are connected away for good. */
    void leave(int count) {
        List<Client> leaving = onLoops(() -> clients.stream().filter(Client::isConnected).limit(count).toList());
        clients.removeAll(new HashSet<>(leaving));
        leaving.forEach(client -> client.loop().submit(client::stop).syncUninterruptibly());
    }

    /** Cuts every connection at the same moment, without a word to the hub. */
    void cut() {
        clients.forEach(client -> client.loop().execute(client::cut));
    }

    /** Whether clients read what they are sent. */
    void read(boolean reading) {
        clients.forEach(client -> client.loop().submit(() -> client.read(reading)).syncUninterruptibly());
    }

    /** Opens a connection for a client, on the client's event loop. */
    Wire open(Client client) {
        Wire wire = client.transport() == Transport.SSE ? new StreamWire(client, authority) : new SocketWire(client, authority);
        // Of the loopback address there are many, each with ports of its own.
        InetSocketAddress source = loopback ? new InetSocketAddress("127.0.0." + (2 + connects.getAndIncrement() % SOURCE_ADDRESSES), 0) : null;
        Bootstrap bootstrap = new Bootstrap();
        if (receiveBufferBytes > 0) {
            bootstrap.option(ChannelOption.SO_RCVBUF, receiveBufferBytes);
        }
        bootstrap
                .group(client.loop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        wire.attach(connection);
                        connection.pipeline().addLast(new HttpClientCodec());
                        if (client.transport() != Transport.SSE) {
                            connection.pipeline().addLast(new HttpObjectAggregator(ANSWER_BYTES_MAX));
                        }
                        connection.pipeline().addLast(wire);
                    }
                })
                .connect(address, source)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        wire.end(End.of(End.Kind.CUT, "connect: " + connected.cause()));
                    }
                });
        return wire;
    }

    void opened(Client client) {
        Since now = since;
        now.openedBySecond.incrementAndGet(now.second());
    }

    void ended(Client client, End end, boolean session) {
        Since now = since;
        if (end.kind() == End.Kind.REFUSED) {
            now.refusals.incrementAndGet();
        } else if (session) {
            now.ends.computeIfAbsent(end.kind(), any -> new AtomicInteger()).incrementAndGet();
            now.endedBySecond.incrementAndGet(now.second());
        } else {
            now.failedAttempts.incrementAndGet();
        }
        now.reason(client.transport() + (session ? ": " : ", connecting: ") + end.why());
    }

    void troubled(String why) {
        since.troubles.incrementAndGet();
        since.reason(why);
    }

    void delivered(long nanos) {
        since.latency.recordValue(Math.max(0, nanos));
    }

    /** Whether whoever is cut comes back at once, as clients do that know nothing better. */
    boolean isHurried() {
        return hurried;
    }

    void hurry(boolean now) {
        hurried = now;
    }

    /** From now on everything counts from zero. */
    void begin() {
        since = new Since();
    }

    /** Nanoseconds of {@link System#nanoTime} at {@link #begin}. */
    long beganAt() {
        return since.nanos;
    }

    int size() {
        return clients.size();
    }

    List<Client> clients() {
        return clients;
    }

    /** Clients that are subscribed to everything now. */
    int connected() {
        return count(Client::isConnected);
    }

    int dead() {
        return count(Client::isDead);
    }

    /** Clients that are connected and have everything. */
    int caughtUp() {
        return count(Client::isCaughtUp);
    }

    private int count(Predicate<Client> which) {
        return onLoops(() -> (int) clients.stream().filter(which).count());
    }

    /** Runs a task while no event loop does anything else, so that it may look at all clients. */
    private <T> T onLoops(Supplier<T> task) {
        var reached = new CountDownLatch(THREADS);
        var done = new CountDownLatch(1);
        loops.forEach(loop -> loop.execute(() -> {
            reached.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try {
            reached.await();
            return task.get();
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        } finally {
            done.countDown();
        }
    }

    /** Waits until so many are connected; the seconds it took, or empty. */
    boolean awaitConnected(int count, double seconds) {
        return await(seconds, () -> connected() >= count);
    }

    /** Waits until everybody is connected and has everything. */
    boolean awaitCaughtUp(double seconds) {
        return await(seconds, () -> caughtUp() == clients.size());
    }

    static boolean await(double seconds, BooleanSupplier condition) {
        long deadline = System.nanoTime() + (long) (seconds * 1e9);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Pause.millis(POLL_MILLIS);
        }
        return true;
    }

    /** Sessions that ended in one way. */
    int ends(End.Kind kind) {
        AtomicInteger count = since.ends.get(kind);
        return count == null ? 0 : count.get();
    }

    int ends() {
        return since.ends.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /** Sessions that began. */
    int opens() {
        return sum(since.openedBySecond);
    }

    int refusals() {
        return since.refusals.get();
    }

    /** Whole seconds since {@link #begin}. */
    int second() {
        return since.second();
    }

    /** The second, from one to another, in which most sessions began. */
    int busiest(int from, int to) {
        return IntStream.rangeClosed(from, to).boxed().max(Comparator.comparingInt(since.openedBySecond::get)).orElse(from);
    }

    /** Sessions that began within that second. */
    int opensIn(int second) {
        return since.openedBySecond.get(second);
    }

    /** The most sessions that began within one second, from one second to another. */
    int busiestSecond(int from, int to) {
        return opensIn(busiest(from, to));
    }

    /** The sessions that began in that second and the four before and after it: {@code 18 21 [45] 20 16}. */
    String opensAround(int busiest) {
        return IntStream.rangeClosed(Math.max(0, busiest - 4), Math.min(busiest + 4, SECONDS_MAX - 1)).mapToObj(second -> {
            int opens = since.openedBySecond.get(second);
            return second == busiest ? "[" + opens + "]" : Integer.toString(opens);
        }).collect(Collectors.joining(" "));
    }

    /** Sessions that began within the first so many seconds. */
    int opensWithin(int seconds) {
        return IntStream.range(0, seconds).map(since.openedBySecond::get).sum();
    }

    private static int sum(AtomicIntegerArray counts) {
        return IntStream.range(0, counts.length()).map(counts::get).sum();
    }

    Histogram latency() {
        return since.latency;
    }

    /** {@code 12 told to go, 3 cut}, or none. */
    String endsShown() {
        return since.ends.isEmpty() ? "none" : new TreeMap<>(since.ends).entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey().shown())
                .collect(Collectors.joining(", "));
    }

    /** Every reason with its count, for the reader who wants to know why. */
    String reasons() {
        return since.reasons.entrySet().stream().sorted((a, b) -> b.getValue().get() - a.getValue().get()).map(entry -> entry.getValue() + " x " + entry.getKey())
                .collect(Collectors.joining("\n    "));
    }

    /** What all ledgers say. Nothing may arrive any more, or it is not in. */
    Verdict judge() {
        return onLoops(() -> {
            var sum = new Verdict();
            clients.forEach(client -> client.ledgers().forEach(ledger -> sum.add(ledger.judge())));
            return sum;
        });
    }

    /** Everything that arrived, of all clients. */
    void forEachLedger(Consumer<Ledger> task) {
        onLoops(() -> {
            clients.forEach(client -> client.ledgers().forEach(task));
            return null;
        });
    }

    /** The shortest time, in seconds, between two sessions of one client that both began since {@link #begin}; infinite without any. */
    double shortestSecondsBetweenSessions() {
        return onLoops(() -> clients.stream().flatMap(client -> client.shortestNanosBetweenSessions(since.nanos).stream()).mapToLong(Long::longValue).min()
                .stream().mapToDouble(nanos -> nanos / 1e9).findFirst().orElse(Double.POSITIVE_INFINITY));
    }

    @Override
    public void close() {
        clients.forEach(client -> client.loop().submit(client::stop).syncUninterruptibly());
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
