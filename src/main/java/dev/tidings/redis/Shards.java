package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The masters, and which slots each has: sends requests to the one whose slot it is, and keeps what is wanted subscribed there, wherever slots move and
 * whoever takes over. A Redis that stands alone, or behind sentinels, is one master with all slots.
 *
 * <p>Threads: any may send, subscribe and unsubscribe. {@code bySlot} is replaced, never changed. Masters come and go, and what is wanted moves between
 * their links, under the monitor. One look at the topology is under way at a time.
 */
final class Shards {
    /** Redirections that one request follows. */
    static final int MAX_REDIRECTIONS = 5;
    private static final Logger LOG = Logger.getLogger("dev.tidings.redis");
    private static final long TICK_MILLIS = 1_000;
    /** Between two looks at the topology that something gave rise to. */
    private static final long LOOK_PAUSE_MILLIS = 100;
    /** A publication of a slot that is between two masters is tried again after so long. */
    private static final long TRY_AGAIN_MILLIS = 20;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final Dial dial;
    private final Topology topology;
    private final Keys keys;
    private final String node;
    private final Map<Endpoint, Master> masters = new HashMap<>();
    /** What is wanted in slots that no master has, as far as is known. */
    private final Map<String, Wanted> homeless = new HashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final AtomicBoolean lookAgain = new AtomicBoolean();
    private final AtomicLong reconnects = new AtomicLong();
    private volatile Master[] bySlot = new Master[Keys.SLOTS];
    private volatile List<Master> current = List.of();
    private volatile boolean isWhole;
    private volatile boolean wasWhole;
    private volatile long lostAt = System.nanoTime();
    private volatile String lostWhy = "it was never there";
    private volatile boolean closed;
    private long tick = -1;
    private volatile long lookedAt;

    Shards(Vertx vertx, RedisSettings settings, Keys keys, String node) {
        this.vertx = vertx;
        this.settings = settings;
        this.keys = keys;
        this.node = node;
        this.dial = new Dial(vertx, settings);
        this.topology = Topology.of(vertx, dial, settings);
    }

    /** Begins to connect, and goes on for ever. */
    void open() {
        tick = vertx.setPeriodic(TICK_MILLIS, _ -> tick());
        look();
    }

    /** Ends all connections. */
    void close() {
        closed = true;
        vertx.cancelTimer(tick);
        topology.close();
        synchronized (this) {
            masters.values().forEach(Master::close);
        }
    }

    // -- requests ------------------------------------------------------------------------------------------------------------------------------

    /** Sends a request to the master that has the slot; those of one slot keep their order. It is built anew for each attempt. */
    Future<Response> send(int slot, Supplier<Request> request) {
        return send(slot, 0, request, false);
    }

    /** The same, and the effect is on as many replicas as are wanted before it completes. */
    Future<Response> sendReplicated(int slot, Supplier<Request> request) {
        return send(slot, 0, request, settings.minReplicas() > 0);
    }

    private Future<Response> send(int slot, int redirections, Supplier<Request> request, boolean replicated) {
        Master master = bySlot[slot];
        if (master == null) {
            look();
            return Future.failedFuture(AwayException.notConnected());
        }
        return to(master, slot, request, replicated).recover(failure -> failure instanceof ErrorType error && redirections < MAX_REDIRECTIONS
                ? redirected(error, slot, redirections + 1, request, replicated, master) : Future.failedFuture(failure));
    }

    private static Future<Response> to(Master master, int slot, Supplier<Request> request, boolean replicated) {
        return replicated ? master.sendReplicated(request.get()) : master.send(slot, request.get());
    }

    private Future<Response> redirected(ErrorType error, int slot, int redirections, Supplier<Request> request, boolean replicated, Master asked) {
        if (error.is("MOVED")) {
            look();
            Master owner = masterAt(error.slice(' ', 2), asked);
            return to(owner, slot, request, replicated).recover(failure -> failure instanceof ErrorType again && redirections < MAX_REDIRECTIONS
                    ? redirected(again, slot, redirections + 1, request, replicated, owner) : Future.failedFuture(failure));
        }
        if (error.is("ASK")) {
            return masterAt(error.slice(' ', 2), asked).sendAsking(slot, request.get());
        }
        if (error.is("TRYAGAIN")) {
            return later(() -> send(slot, redirections, request, replicated));
        }
        if (error.is("READONLY")) {
            asked.drop(error); // it lost its office and has not said so
            look();
        }
        return Future.failedFuture(error);
    }

    private Future<Response> later(Supplier<Future<Response>> what) {
        Promise<Response> promise = Promise.promise();
        vertx.setTimer(TRY_AGAIN_MILLIS, _ -> what.get().onComplete(promise));
        return promise.future();
    }

    private synchronized Master masterAt(String address, Master asked) {
        Endpoint endpoint = address.startsWith(":") ? new Endpoint(asked.endpoint.host(), Integer.parseInt(address.substring(1))) : Endpoint.parse(address);
        return masters.computeIfAbsent(endpoint, this::newMaster);
    }

    // -- what is wanted ------------------------------------------------------------------------------------------------------------------------

    /** Subscribes wherever its slot is, now and later. */
    synchronized void subscribe(Wanted name) {
        Master master = bySlot[name.slot];
        if (master != null) {
            master.link.add(name);
        } else {
            homeless.put(name.name, name);
        }
    }

    /** Unsubscribes. */
    synchronized void unsubscribe(Wanted name) {
        homeless.remove(name.name, name);
        Master master = bySlot[name.slot];
        if (master != null) {
            master.link.remove(name);
        }
    }

    // -- the topology --------------------------------------------------------------------------------------------------------------------------

    private Master newMaster(Endpoint endpoint) {
        return new Master(vertx, dial, endpoint, settings, new Master.Listener() {
            @Override
            public void opened() {
                judge();
            }

            @Override
            public void lost(Throwable why) {
                lostWhy = endpoint + ": " + AwayException.meaning(why);
                judge();
                look();
            }

            @Override
            public void moved() {
                look();
            }
        });
    }

    /** Looks who the masters are; soon, when a look is under way or was a moment ago. */
    private void look() {
        if (topology.pollMillis() == 0 && !current.isEmpty() || closed) {
            return; // it is where it always was
        }
        if (!looking.compareAndSet(false, true)) {
            lookAgain.set(true);
            return;
        }
        long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lookedAt);
        if (lookedAt != 0 && since < LOOK_PAUSE_MILLIS) {
            vertx.setTimer(LOOK_PAUSE_MILLIS - since, _ -> find());
        } else {
            find();
        }
    }

    private void find() {
        lookedAt = System.nanoTime();
        topology.find().onSuccess(this::apply).onFailure(why -> lostWhy = AwayException.meaning(why)).onComplete(_ -> {
            looking.set(false);
            judge();
            if (lookAgain.getAndSet(false)) {
                look();
            }
        });
    }

    private synchronized void apply(List<Topology.Range> ranges) {
        if (closed) {
            return;
        }
        Master[] slots = new Master[Keys.SLOTS];
        List<Master> found = new ArrayList<>();
        for (Topology.Range range : ranges) {
            Master master = masters.computeIfAbsent(range.master(), this::newMaster);
            if (!found.contains(master)) {
                found.add(master);
            }
            for (int slot = range.from(); slot <= range.to(); slot++) {
                slots[slot] = master;
            }
        }
        bySlot = slots;
        current = List.copyOf(found);
        moveWanted(slots);
        found.forEach(master -> chooseHeartbeat(master, slots));
        masters.values().removeIf(master -> {
            boolean isGone = !found.contains(master);
            if (isGone) {
                master.close();
            }
            return isGone;
        });
    }

    private void moveWanted(Master[] slots) {
        List<Wanted> moving = new ArrayList<>(homeless.values());
        homeless.clear();
        for (Master master : masters.values()) {
            for (Wanted name : master.link.wanted()) {
                if (slots[name.slot] != master && name != master.heartbeat()) {
                    master.link.remove(name);
                    name.unconfirmed();
                    moving.add(name);
                }
            }
            master.link.retryUnconfirmed();
        }
        for (Wanted name : moving) {
            if (slots[name.slot] == null) {
                homeless.put(name.name, name);
            } else {
                slots[name.slot].link.add(name);
            }
        }
    }

    /** Heartbeats go through every link: in a cluster each master needs a channel of its own, in a slot that it has. */
    private void chooseHeartbeat(Master master, Master[] slots) {
        if (master.heartbeat() != null && slots[master.heartbeat().slot] == master) {
            return;
        }
        for (int number = 0; number < 64 * Keys.SLOTS; number++) {
            String tag = "beat-" + number;
            if (slots[Keys.slot(tag)] == master) {
                master.beatOn(keys.name(tag, node), Keys.slot(tag));
                return;
            }
        }
    }

    private void tick() {
        current.forEach(Master::beat);
        if (topology.pollMillis() > 0 && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lookedAt) >= topology.pollMillis()) {
            look();
        }
        judge();
    }

    // -- edges ---------------------------------------------------------------------------------------------------------------------------------

    /** Whether every master can be reached, and its link tells everything that is wanted. */
    boolean isWhole() {
        return isWhole;
    }

    /** How often Redis was away and came back. */
    long reconnects() {
        return reconnects.get();
    }

    private synchronized void judge() {
        boolean whole = !current.isEmpty() && current.stream().allMatch(Master::isWhole);
        if (whole == isWhole || closed) {
            return;
        }
        isWhole = whole;
        if (whole) {
            Duration away = Duration.ofNanos(System.nanoTime() - lostAt);
            LOG.infof(wasWhole ? "Redis is back after %d ms: %d masters" : "Redis was found after %d ms: %d masters", away.toMillis(), current.size());
            if (wasWhole) {
                reconnects.incrementAndGet();
            }
            wasWhole = true;
        } else {
            lostAt = System.nanoTime();
            LOG.warnf("Redis is away: %s", lostWhy);
        }
    }
}
