package dev.tidings.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * One simulated client: one connection, one subscription, one tally. It is told what happens by its connection, on its event loop, and ends once:
 * refused, failed, lost or closed. {@link #expect} and {@link #close} may be called on any thread after it subscribed.
 */
final class Subscriber implements MarkScanner.Sink {
    /** What a scenario wants to know; called on the subscriber's event loop. */
    interface Observer {
        /** The hub confirmed the subscription. */
        void subscribed(Subscriber subscriber);

        /** The hub refused softly, and said when to come back. */
        void refused(Subscriber subscriber, RetryWindow window);

        /** It ended in any other way before it was subscribed. */
        void failed(Subscriber subscriber, String reason);

        /** It ended after it was subscribed, and not by {@link Subscriber#close}. */
        void lost(Subscriber subscriber, String reason);
    }

    private enum Phase { CONNECTING, SUBSCRIBED, ENDED }

    private static final Series NOTHING = Series.oneByOne(0, 0);

    private final Transport transport;
    private final String channel;
    private final Observer observer;
    private final MarkScanner scanner = new MarkScanner();
    private Phase phase = Phase.CONNECTING;
    private Tally tally = new Tally(NOTHING);
    private Channel connection;
    private Meter meter;
    private long readNanos;
    private volatile String hubVersion = "";

    Subscriber(Transport transport, String channel, Observer observer) {
        this.transport = transport;
        this.channel = channel;
        this.observer = observer;
    }

    Transport transport() {
        return transport;
    }

    String channel() {
        return channel;
    }

    /** What the hub says it is; "" where it doesn't (SSE). */
    String hubVersion() {
        return hubVersion;
    }

    /** Gives it its connection, before anything happens on it. */
    void attach(Channel newConnection, Meter newMeter) {
        connection = newConnection;
        meter = newMeter;
    }

    boolean connecting() {
        return phase == Phase.CONNECTING;
    }

    void onVersion(String version) {
        hubVersion = version;
    }

    void onSubscribed() {
        if (phase == Phase.CONNECTING) {
            phase = Phase.SUBSCRIBED;
            observer.subscribed(this);
        }
    }

    void onRefused(RetryWindow window) {
        if (phase == Phase.CONNECTING) {
            phase = Phase.ENDED;
            observer.refused(this, window);
            connection.close();
        } else {
            onBroken("told to come back within " + window.max() + " ms");
        }
    }

    /** The connection ended or is of no more use. */
    void onBroken(String reason) {
        Phase before = phase;
        phase = Phase.ENDED;
        if (connection != null) {
            connection.close();
        }
        switch (before) {
            case CONNECTING -> observer.failed(this, reason);
            case SUBSCRIBED -> observer.lost(this, reason);
            case ENDED -> { }
        }
    }

    /** Bytes of a body or of a frame: all publications in them count as received now. */
    void onBytes(ByteBuf bytes) {
        readNanos = Mark.now();
        scanner.scan(bytes, this);
    }

    @Override
    public void mark(long number, long sentNanos) {
        if (tally.received(number)) {
            meter.delivery(sentNanos, readNanos);
        }
    }

    /** From now on the numbers of this series are expected. */
    void expect(Series series) {
        connection.eventLoop().execute(() -> tally = new Tally(series));
    }

    /** What it received since {@link #expect}; on its event loop, or after the loop was asked to run an empty task. */
    Tally tally() {
        return tally;
    }

    /** Ends it without telling the observer. */
    void close() {
        connection.eventLoop().execute(() -> {
            phase = Phase.ENDED;
            connection.close();
        });
    }
}
