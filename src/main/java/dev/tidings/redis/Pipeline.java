package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A connection for requests, which many callers share: requests go out one after the other and are not waited for in between. Opens itself anew, for ever,
 * at random times that grow to {@link #LONGEST_BACKOFF}. A connection on which requests wait and nothing is answered is given up: a process that hangs, or a
 * network that swallows, would otherwise hold them for minutes.
 *
 * <p>Threads: any may send. {@code current} and {@code closed} change under the monitor.
 */
final class Pipeline {
    /** So short that everything is back within a second of Redis' return. */
    static final Duration LONGEST_BACKOFF = Duration.ofMillis(250);
    private static final long SHORTEST_BACKOFF_MILLIS = 20;
    private static final long PROBE_MILLIS = 500;

    private final Vertx vertx;
    private final Supplier<Future<Dial.Line>> dial;
    private final Duration timeout;
    private final Listener listener;
    private volatile Use current;
    private volatile long probedAt = System.nanoTime();
    private long backoffMillis = SHORTEST_BACKOFF_MILLIS;
    private boolean closed;
    private long probe = -1;

    /** Is told of the edges; both calls are short and come on any thread. */
    interface Listener {
        /** The connection can be used. */
        void opened();

        /** It can't be opened, or is lost. Called for each attempt that fails. */
        void lost(Throwable why);
    }

    /** One connection in use: requests without an answer, and when the last one was answered, or the first one sent. */
    private record Use(Dial.Line line, AtomicInteger outstanding, AtomicLong progressAt) {
        long silentMillis() {
            return outstanding.get() == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - progressAt.get());
        }
    }

    Pipeline(Vertx vertx, Supplier<Future<Dial.Line>> dial, Duration timeout, Listener listener) {
        this.vertx = vertx;
        this.dial = dial;
        this.timeout = timeout;
        this.listener = listener;
    }

    /** Begins to open itself. */
    Pipeline open() {
        probe = vertx.setPeriodic(PROBE_MILLIS, _ -> probe());
        connect();
        return this;
    }

    /** Ends for good; whoever waits for an answer is told that there is none. */
    void close() {
        Use last;
        synchronized (this) {
            closed = true;
            last = current;
            current = null;
        }
        vertx.cancelTimer(probe);
        if (last != null) {
            last.line.close();
        }
    }

    boolean isOpen() {
        return current != null;
    }

    /** Tells one connection from the next; null when there is none. */
    Object connection() {
        return current;
    }

    /** Gives the connection up if it leads to another Redis than that. Whether it did. */
    boolean dropIfElsewhere(Dial.Line line, Throwable why) {
        Use use = current;
        boolean isElsewhere = use != null && use.line.leadsElsewhereThan(line);
        if (isElsewhere) {
            drop(use, why);
        }
        return isElsewhere;
    }

    private void connect() {
        dial.get().onSuccess(this::use).onFailure(why -> {
            listener.lost(why);
            retry();
        });
    }

    private void use(Dial.Line opened) {
        Use use = new Use(opened, new AtomicInteger(), new AtomicLong(System.nanoTime()));
        synchronized (this) {
            if (closed) {
                opened.close();
                return;
            }
            current = use;
            backoffMillis = SHORTEST_BACKOFF_MILLIS;
        }
        opened.connection().endHandler(_ -> drop(use, new IllegalStateException("the connection was closed")));
        opened.connection().exceptionHandler(why -> drop(use, why));
        listener.opened();
    }

    private void drop(Use dropped, Throwable why) {
        synchronized (this) {
            if (current != dropped) {
                return;
            }
            current = null;
        }
        dropped.line.close();
        listener.lost(why);
        retry();
    }

    /** Gives the connection up: what stands behind it is not what it was taken for. */
    void drop(Throwable why) {
        Use use = current;
        if (use != null) {
            drop(use, why);
        }
    }

    private void retry() {
        long delay;
        synchronized (this) {
            if (closed) {
                return;
            }
            delay = ThreadLocalRandom.current().nextLong(backoffMillis / 2, backoffMillis) + 1; // not all nodes at once
            backoffMillis = Math.min(2 * backoffMillis, LONGEST_BACKOFF.toMillis());
        }
        vertx.setTimer(delay, _ -> {
            boolean over;
            synchronized (this) {
                over = closed;
            }
            if (!over) {
                connect();
            }
        });
    }

    private void probe() {
        Use use = current;
        if (use == null) {
            return;
        }
        long now = System.nanoTime();
        boolean isLate = now - probedAt > TimeUnit.MILLISECONDS.toNanos(4 * PROBE_MILLIS);
        probedAt = now;
        long silent = use.silentMillis();
        if (silent > timeout.toMillis() && !isLate) { // where this process itself had no CPU, answers may be here and unread
            drop(use, new IllegalStateException("no answer for " + silent + " ms"));
        } else if (use.outstanding.get() == 0) {
            send(Request.cmd(Command.PING));
        }
    }

    /** Sends a request to a master that is just being given its slot: the word that lets it in holds for the next request alone, so nothing may come between. */
    Future<Response> sendAsking(Request request) {
        return track(use -> use.line.connection().batch(List.of(Request.cmd(Command.ASKING), request)).map(List::getLast)
                .recover(failure -> Future.failedFuture(ErrorType.create(String.valueOf(failure.getMessage()).replaceFirst("^ERR \\[1] ", "")))));
    }

    /** Sends a request behind those that are under way; fails at once when there is no connection or too many are. */
    Future<Response> send(Request request) {
        return track(use -> use.line.connection().send(request));
    }

    private Future<Response> track(Function<Use, Future<Response>> sending) {
        Use use = current;
        if (use == null) {
            return Future.failedFuture(AwayException.notConnected());
        }
        if (use.outstanding.get() == 0) {
            use.progressAt.set(System.nanoTime()); // before it counts: the probe may look in between
        }
        use.outstanding.incrementAndGet();
        return sending.apply(use).onComplete(_ -> {
            use.outstanding.decrementAndGet();
            use.progressAt.set(System.nanoTime());
        });
    }
}
