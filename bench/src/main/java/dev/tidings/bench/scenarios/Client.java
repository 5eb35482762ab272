package dev.tidings.bench.scenarios;

import dev.tidings.bench.RetryWindow;
import dev.tidings.bench.Transport;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A client as people have them: it keeps its positions, comes back by the rules of its kind with the delay it was told, moves before it leaves where
 * its dialect allows it, and notes everything in its ledgers. Everything happens on its event loop.
 *
 * <p>At most two connections: the one in use, and while it moves the next one. Once the next one is subscribed it is the one in use, and the other is
 * left.
 */
final class Client {
    /** As centrifuge-js waits: a random time, of a bound that doubles with each failure in a row. */
    private static final long BACKOFF_MIN_MILLIS = 500;
    private static final long BACKOFF_MAX_MILLIS = 20_000;
    private static final int DOUBLINGS_MAX = 10;
    /** As a browser waits that was never told otherwise. */
    private static final long STREAM_RETRY_MILLIS = 3_000;

    private final Crowd crowd;
    private final Transport transport;
    private final List<Ledger> ledgers;
    private final EventLoop loop;
    private Wire inUse;
    private Wire next;
    private ScheduledFuture<?> attempt;
    private int failures;
    private long streamRetryMillis = STREAM_RETRY_MILLIS;
    private String lastEventId = "";
    private long[] sessionsAt = new long[4];
    private int sessions;
    private boolean stopped;
    private boolean dead;

    Client(Crowd crowd, Transport transport, List<Ledger> ledgers, EventLoop loop) {
        this.crowd = crowd;
        this.transport = transport;
        this.ledgers = List.copyOf(ledgers);
        this.loop = loop;
    }

    Transport transport() {
        return transport;
    }

    EventLoop loop() {
        return loop;
    }

    List<Ledger> ledgers() {
        return ledgers;
    }

    /** Opens the first connection, or the next one at once. */
    void connect() {
        if (!stopped && !dead && inUse == null) {
            cancelAttempt();
            inUse = crowd.open(this);
        }
    }

    /** Whether it is subscribed to everything. */
    boolean isConnected() {
        return inUse != null && inUse.isOpen();
    }

    /** Whether it will not come back by itself. */
    boolean isDead() {
        return dead;
    }

    /** Whether it has, in every channel, all that was acknowledged. */
    boolean isCaughtUp() {
        return isConnected() && next == null && ledgers.stream().allMatch(Ledger::isCaughtUp);
    }

    /** How many sessions it had. */
    int sessions() {
        return sessions;
    }

    /** The shortest time between the beginnings of two sessions that both began after a time, or empty. */
    Optional<Long> shortestNanosBetweenSessions(long since) {
        Optional<Long> shortest = Optional.empty();
        for (int i = 1; i < sessions; i++) {
            if (sessionsAt[i - 1] > since) {
                long between = sessionsAt[i] - sessionsAt[i - 1];
                shortest = Optional.of(shortest.map(before -> Math.min(before, between)).orElse(between));
            }
        }
        return shortest;
    }

    /** Leaves for good. */
    void stop() {
        stopped = true;
        cancelAttempt();
        for (Wire wire : new Wire[] {inUse, next}) {
            if (wire != null && !wire.hasEnded()) {
                wire.leave();
            }
        }
        inUse = null;
        next = null;
    }

    /** Its network fails. */
    void cut() {
        for (Wire wire : new Wire[] {next, inUse}) {
            if (wire != null) {
                wire.end(End.of(End.Kind.CUT, "cut by the scenario"));
            }
        }
    }

    /** Whether it reads what it is sent. */
    void read(boolean reading) {
        if (inUse != null) {
            inUse.read(reading);
        }
    }

    /** The connection is subscribed to everything. */
    void opened(Wire wire) {
        failures = 0;
        if (sessions == sessionsAt.length) {
            sessionsAt = Arrays.copyOf(sessionsAt, 2 * sessions);
        }
        sessionsAt[sessions++] = System.nanoTime();
        crowd.opened(this);
        if (wire == next) {
            Wire left = inUse;
            inUse = next;
            next = null;
            if (left != null && !left.hasEnded()) {
                left.leave();
                crowd.ended(this, End.of(End.Kind.MOVED, "moved"), true);
            }
        }
    }

    /** The connection is over. */
    void ended(Wire wire, End end) {
        if (stopped) {
            return;
        }
        crowd.ended(this, end, wire.wasOpen());
        if (end.kind() == End.Kind.DEAD) {
            dead = true;
        }
        if (wire == inUse) {
            inUse = null;
            if (next != null) {
                inUse = next;
                next = null;
            } else {
                later(waitFor(end), this::connect);
            }
        } else if (wire == next) {
            next = null;
            if (inUse != null) {
                later(waitFor(end), this::move);
            } else {
                later(waitFor(end), this::connect);
            }
        }
    }

    private long waitFor(End end) {
        if (end.kind() == End.Kind.CUT && crowd.isHurried()) {
            return 0;
        }
        if (end.hint().isPresent()) {
            return end.hint().get().draw();
        }
        if (transport == Transport.SSE) {
            return streamRetryMillis;
        }
        long bound = Math.min(BACKOFF_MAX_MILLIS, BACKOFF_MIN_MILLIS << Math.min(failures++, DOUBLINGS_MAX));
        return Math.min(BACKOFF_MAX_MILLIS, BACKOFF_MIN_MILLIS + ThreadLocalRandom.current().nextLong(bound));
    }

    /** The hub asks it to move within this window, and it does so at a random time of its own. */
    void moveWithin(RetryWindow window) {
        later(window.draw(), this::move);
    }

    private void move() {
        if (!stopped && !dead && next == null) {
            if (inUse == null) {
                connect();
            } else {
                next = crowd.open(this);
            }
        }
    }

    private void later(long millis, Runnable what) {
        cancelAttempt();
        if (!dead) {
            attempt = loop.schedule(what, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void cancelAttempt() {
        if (attempt != null) {
            attempt.cancel(false);
            attempt = null;
        }
    }

    /** A temporary error, or a subscription that was taken back for now; the connection stays. */
    void troubled(String why) {
        crowd.troubled(why);
    }

    /** What a stream said about when to come back. */
    void streamRetry(long millis) {
        streamRetryMillis = millis;
    }

    long streamRetry() {
        return streamRetryMillis;
    }

    /** The id of the last event of a stream; "" before the first. */
    String lastEventId() {
        return lastEventId;
    }

    void lastEventId(String id) {
        lastEventId = id;
    }

    /** A publication arrived, over any of its connections. */
    void publication(Ledger.Link link, long offset, int number, long sentNanos) {
        long now = System.nanoTime();
        if (link.publication(offset, number, now)) {
            crowd.delivered(now - sentNanos);
        }
    }
}
