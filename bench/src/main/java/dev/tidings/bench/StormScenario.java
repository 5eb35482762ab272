package dev.tidings.bench;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Many clients that connect at the same moment and come back when they are told to: how the hub spreads them, and when everybody is back. */
final class StormScenario implements Scenario {
    /** What a client waits at random that was refused in any other way than softly, as clients do that know nothing better. */
    private static final RetryWindow HARD_REFUSAL = new RetryWindow(1_000, 5_000);
    private static final int CHANNELS = 100;
    private static final double MILLION = 1e6;

    private final Options options;
    private final int clients;

    StormScenario(Options options) {
        this.options = options;
        this.clients = options.number(Option.CLIENTS);
    }

    @Override
    public List<String> settings() {
        return BenchNamespace.settings(1);
    }

    @Override
    public Figures run(Hub hub, Network network) {
        var storm = new Storm(network);
        double processorBefore = hub.gauge().processorSeconds();
        storm.run();
        double processor = hub.gauge().processorSeconds() - processorBefore;

        var figures = new Figures();
        figures.add("clients", clients, 0);
        figures.add("admitted at once", storm.admittedAtOnce.get(), 0);
        figures.add("refused softly, SSE", storm.refusedSse.get(), 0);
        figures.add("refused softly, WebSocket", storm.refusedWebSocket.get(), 0);
        figures.add("refused hard", storm.refusedHard.get(), 0);
        figures.add("attempts per client", 1 + storm.returns() / (double) clients, 2);
        figures.add("most clients coming back within a second", storm.busiestSecond(), 0);
        figures.add("told to wait p50, s", storm.waits.getValueAtPercentile(50) / 1e3, 2);
        figures.add("told to wait longest, s", storm.waits.getMaxValue() / 1e3, 2);
        figures.add("half are back after, s", storm.back.getValueAtPercentile(50) / 1e3, 2);
        figures.add("99 % are back after, s", storm.back.getValueAtPercentile(99) / 1e3, 2);
        figures.add("all are back after, s", storm.back.getMaxValue() / 1e3, 2);
        figures.add("hub CPU, s", processor, 2);
        figures.fault("not back", storm.missing.getCount());
        figures.fault("connections lost", storm.lost.get());
        return figures;
    }

    /** One storm: its clients, and what happened to them so far. Written on event loops, so all of it is atomic. */
    private final class Storm {
        private final Network network;
        private final CountDownLatch missing = new CountDownLatch(clients);
        private final AtomicIntegerArray returnsBySecond = new AtomicIntegerArray(options.number(Option.PATIENCE) + 1);
        private final AtomicInteger admittedAtOnce = new AtomicInteger();
        private final AtomicInteger refusedSse = new AtomicInteger();
        private final AtomicInteger refusedWebSocket = new AtomicInteger();
        private final AtomicInteger refusedHard = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();
        /** In milliseconds, as is the next. */
        private final Histogram waits = new ConcurrentHistogram(3);
        private final Histogram back = new ConcurrentHistogram(3);
        private final long start = System.nanoTime();

        Storm(Network network) {
            this.network = network;
        }

        void run() {
            for (int i = 0; i < clients; i++) {
                new Client(this, options.mix().of(i), BenchNamespace.channel("storm-" + i % CHANNELS)).connect();
            }
            try {
                missing.await(options.number(Option.PATIENCE), TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new BenchException("interrupted");
            }
        }

        void countReturn() {
            long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            returnsBySecond.incrementAndGet((int) Math.min(second, returnsBySecond.length() - 1));
        }

        int returns() {
            return IntStream.range(0, returnsBySecond.length()).map(returnsBySecond::get).sum();
        }

        /** How well those refused were spread. */
        int busiestSecond() {
            return IntStream.range(0, returnsBySecond.length()).map(returnsBySecond::get).max().orElse(0);
        }
    }

    /** One client of a storm, which tries until it is subscribed. One attempt at a time, each a subscriber of its own. */
    private static final class Client implements Subscriber.Observer {
        private final Storm storm;
        private final Transport transport;
        private final String channel;
        private boolean triedBefore;

        Client(Storm storm, Transport transport, String channel) {
            this.storm = storm;
            this.transport = transport;
            this.channel = channel;
        }

        void connect() {
            storm.network.connect(new Subscriber(transport, channel, this));
        }

        @Override
        public void subscribed(Subscriber subscriber) {
            storm.back.recordValue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - storm.start));
            if (!triedBefore) {
                storm.admittedAtOnce.incrementAndGet();
            }
            storm.missing.countDown();
        }

        @Override
        public void refused(Subscriber subscriber, RetryWindow window) {
            (transport == Transport.SSE ? storm.refusedSse : storm.refusedWebSocket).incrementAndGet();
            comeBack(window);
        }

        @Override
        public void failed(Subscriber subscriber, String reason) {
            if (storm.refusedHard.getAndIncrement() == 0) {
                System.err.println("the first client refused hard: " + transport + ": " + reason);
            }
            comeBack(HARD_REFUSAL);
        }

        @Override
        public void lost(Subscriber subscriber, String reason) {
            storm.lost.incrementAndGet();
        }

        private void comeBack(RetryWindow window) {
            triedBefore = true;
            long delay = window.draw();
            storm.waits.recordValue(delay);
            storm.network.later(delay, () -> {
                storm.countReturn();
                connect();
            });
        }
    }
}
