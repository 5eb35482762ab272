package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The connection on which one master tells what is published: it stays subscribed to what is {@link Wanted}, whatever happens to the connection. Opens
 * itself anew like a {@link Pipeline}, then subscribes to everything at once, and tells each receiver that it was away. A connection that is open and
 * deaf is found by heartbeats, which this node publishes to itself on another connection: nothing is asked on this one, where an answer and what is
 * told can't be kept apart.
 *
 * <p>Threads: everything is guarded by the monitor, but the calls to receivers, which come on the connection's event loop.
 */
final class Link {
    /** Names in one command. */
    static final int BATCH = 512;
    /** Without a heartbeat for so long it is deaf. */
    static final long DEAF_MILLIS = 3_500;
    private static final long SHORTEST_BACKOFF_MILLIS = 20;

    private final Vertx vertx;
    private final Supplier<Future<Dial.Line>> dial;
    private final boolean sharded;
    private final Listener listener;
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private final Map<String, Wanted> toSubscribe = new LinkedHashMap<>();
    private final List<Wanted> toUnsubscribe = new ArrayList<>();
    /** What was sent and is not confirmed, oldest first: confirmations come in this order. */
    private final Deque<Sent> sent = new ArrayDeque<>();
    private Dial.Line line;
    private boolean flushing;
    /** Whether everything that was wanted when the connection was opened is subscribed. */
    private boolean caughtUp;
    private boolean closed;
    private long heardAt;
    private long checkedAt = System.nanoTime();
    private long backoffMillis = SHORTEST_BACKOFF_MILLIS;

    /** Is told of the edges, on any thread. */
    interface Listener {
        /** The connection is open, and nothing is subscribed on it yet. */
        void begun(Dial.Line line);

        /** The connection is open, and everything that was wanted is subscribed. */
        void opened();

        /** The connection can't be opened, or is lost. Called for each attempt that fails. */
        void lost(Throwable why);

        /** Names were refused, or were taken away without being asked: this master may not be theirs any more. */
        void moved();
    }

    private static final class Sent {
        final boolean subscribes;
        final List<Wanted> names;
        int confirmed;

        Sent(boolean subscribes, List<Wanted> names) {
            this.subscribes = subscribes;
            this.names = names;
        }
    }

    Link(Vertx vertx, Supplier<Future<Dial.Line>> dial, boolean sharded, Listener listener) {
        this.vertx = vertx;
        this.dial = dial;
        this.sharded = sharded;
        this.listener = listener;
    }

    /** Begins to open itself. */
    Link open() {
        connect();
        return this;
    }

    /** Ends for good. What is still wanted is not told. */
    void close() {
        Dial.Line last;
        synchronized (this) {
            closed = true;
            last = line;
            line = null;
        }
        if (last != null) {
            last.close();
        }
    }

    // -- what is wanted ------------------------------------------------------------------------------------------------------------------------

    /** Subscribes; {@link Wanted#confirmed} says when. */
    synchronized void add(Wanted name) {
        wanted.put(name.name, name);
        toSubscribe.put(name.name, name);
        flushSoon();
    }

    /** Unsubscribes. */
    synchronized void remove(Wanted name) {
        if (wanted.remove(name.name, name) && toSubscribe.remove(name.name) == null) {
            toUnsubscribe.add(name);
            flushSoon();
        }
    }

    /** What it is subscribed to, or about to be. */
    synchronized List<Wanted> wanted() {
        return List.copyOf(wanted.values());
    }

    /** Subscribes once more to what was refused or taken away. */
    synchronized void retryUnconfirmed() {
        Collection<Wanted> underWay = sent.stream().filter(each -> each.subscribes).flatMap(each -> each.names.stream()).collect(Collectors.toSet());
        wanted.values().stream().filter(name -> !name.isConfirmed() && !underWay.contains(name)).forEach(name -> toSubscribe.put(name.name, name));
        flushSoon();
    }

    private void flushSoon() {
        if (!flushing && line != null && !(toSubscribe.isEmpty() && toUnsubscribe.isEmpty())) {
            flushing = true;
            vertx.runOnContext(_ -> flush()); // so that what is wanted in one moment goes out in one command
        }
    }

    private synchronized void flush() {
        flushing = false;
        if (line == null) {
            return;
        }
        batches(toUnsubscribe).forEach(names -> send(false, names));
        toUnsubscribe.clear();
        batches(toSubscribe.values()).forEach(names -> send(true, names));
        toSubscribe.clear();
    }

    /** In a cluster the names of one command must be of one slot. */
    private List<List<Wanted>> batches(Collection<Wanted> names) {
        Map<Integer, List<Wanted>> bySlot = names.stream().collect(Collectors.groupingBy(name -> sharded ? name.slot : 0, LinkedHashMap::new, Collectors.toList()));
        List<List<Wanted>> batches = new ArrayList<>();
        for (List<Wanted> ofSlot : bySlot.values()) {
            for (int from = 0; from < ofSlot.size(); from += BATCH) {
                batches.add(List.copyOf(ofSlot.subList(from, Math.min(from + BATCH, ofSlot.size()))));
            }
        }
        return batches;
    }

    private void send(boolean subscribes, List<Wanted> names) {
        Command command = subscribes ? (sharded ? Command.SSUBSCRIBE : Command.SUBSCRIBE) : (sharded ? Command.SUNSUBSCRIBE : Command.UNSUBSCRIBE);
        Request request = Request.cmd(command);
        names.forEach(name -> request.arg(name.name));
        sent.add(new Sent(subscribes, names));
        Dial.Line used = line;
        used.connection().send(request).onFailure(why -> drop(used, why));
    }

    // -- the connection ------------------------------------------------------------------------------------------------------------------------

    private void connect() {
        dial.get().onSuccess(this::use).onFailure(why -> {
            listener.lost(why);
            retry();
        });
    }

    private void use(Dial.Line opened) {
        listener.begun(opened);
        synchronized (this) {
            if (closed) {
                opened.close();
                return;
            }
            line = opened;
            backoffMillis = SHORTEST_BACKOFF_MILLIS;
            heardAt = System.nanoTime();
            sent.clear();
            toUnsubscribe.clear();
            flushing = false;
            wanted.values().forEach(name -> {
                name.unconfirmed();
                toSubscribe.put(name.name, name);
            });
            opened.connection().handler(told -> told(opened, told));
            opened.connection().endHandler(_ -> drop(opened, new IllegalStateException("the link was closed")));
            opened.connection().exceptionHandler(why -> drop(opened, why));
            caughtUp = wanted.isEmpty();
            flush();
        }
        if (isWhole()) {
            listener.opened();
        }
    }

    private void drop(Dial.Line dropped, Throwable why) {
        synchronized (this) {
            if (line != dropped) {
                return;
            }
            line = null;
        }
        dropped.close();
        listener.lost(why);
        retry();
    }

    /** Gives the connection up: what stands behind it is not what it was taken for. */
    void drop(Throwable why) {
        Dial.Line now;
        synchronized (this) {
            now = line;
        }
        if (now != null) {
            drop(now, why);
        }
    }

    private void retry() {
        long delay;
        synchronized (this) {
            if (closed) {
                return;
            }
            delay = ThreadLocalRandom.current().nextLong(backoffMillis / 2, backoffMillis) + 1;
            backoffMillis = Math.min(2 * backoffMillis, Pipeline.LONGEST_BACKOFF.toMillis());
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

    /** A heartbeat came. */
    synchronized void heard() {
        heardAt = System.nanoTime();
    }

    /** Gives up a connection that no heartbeat comes through. Called about once a second. */
    void checkHearing() {
        Dial.Line deaf = null;
        synchronized (this) {
            long now = System.nanoTime();
            if (now - checkedAt > TimeUnit.MILLISECONDS.toNanos(DEAF_MILLIS) / 2) {
                heardAt = now; // this process itself had no CPU: what is to be heard may be here and unread
            }
            checkedAt = now;
            if (line != null && now - heardAt > TimeUnit.MILLISECONDS.toNanos(DEAF_MILLIS)) {
                deaf = line;
            }
        }
        if (deaf != null) {
            drop(deaf, new IllegalStateException("the link is deaf: no heartbeat for " + DEAF_MILLIS + " ms"));
        }
    }

    /** Whether it is open, and tells of everything that was wanted when it was opened. */
    synchronized boolean isWhole() {
        return line != null && caughtUp;
    }

    // -- what is told --------------------------------------------------------------------------------------------------------------------------

    private void told(Dial.Line from, Response told) {
        if (told.type() == ResponseType.ERROR) {
            refused(from, told);
            return;
        }
        if (told.type() != ResponseType.MULTI || told.size() != 3) {
            return;
        }
        String name = told.get(1).toString();
        switch (told.get(0).toString()) {
            case "message", "smessage" -> {
                Wanted receiver;
                synchronized (this) {
                    receiver = line == from ? wanted.get(name) : null;
                }
                if (receiver != null) {
                    receiver.receiver.received(told.get(2).toBytes());
                }
            }
            case "subscribe", "ssubscribe" -> confirmed(from, true, name);
            case "unsubscribe", "sunsubscribe" -> confirmed(from, false, name);
            default -> {
                // nothing that was asked for
            }
        }
    }

    private void confirmed(Dial.Line from, boolean subscribes, String name) {
        Wanted confirmed = null;
        boolean takenAway = false;
        boolean nowWhole = false;
        synchronized (this) {
            if (line != from) {
                return;
            }
            Sent oldest = sent.peek();
            if (oldest != null && oldest.subscribes == subscribes && oldest.names.get(oldest.confirmed).name.equals(name)) {
                Wanted asked = oldest.names.get(oldest.confirmed++);
                if (oldest.confirmed == oldest.names.size()) {
                    sent.poll();
                    nowWhole = !caughtUp && sent.isEmpty();
                    caughtUp |= nowWhole;
                }
                confirmed = subscribes && wanted.get(name) == asked ? asked : null;
            } else if (!subscribes && wanted.containsKey(name)) {
                wanted.get(name).unconfirmed(); // its slot moves to another master
                takenAway = true;
            }
        }
        if (confirmed != null) {
            confirmed.confirmed();
        }
        if (nowWhole) {
            listener.opened();
        }
        if (takenAway) {
            listener.moved();
        }
    }

    private void refused(Dial.Line from, Response error) {
        Sent refused;
        synchronized (this) {
            refused = line == from ? sent.poll() : null;
            caughtUp |= sent.isEmpty(); // what was refused is tried again elsewhere, or the connection is given up
        }
        if (refused == null) {
            return;
        }
        String text = error.toString();
        if (text.startsWith("MOVED") || text.startsWith("ASK") || text.startsWith("TRYAGAIN") || text.startsWith("CLUSTERDOWN")) {
            listener.moved();
        } else {
            drop(from, new IllegalStateException("subscribing was refused: " + AwayException.meaning(new IllegalStateException(text))));
        }
    }
}
