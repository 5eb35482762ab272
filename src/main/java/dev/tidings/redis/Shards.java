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
import java.util.concurrent.ConcurrentHashMap;
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
    /** A master without slots is kept for so long after a request was sent to it: it is about to be given some. */
    private static final long KEEP_MILLIS = 10_000;
    /** While Redis stays away, another reason for it is told this seldom. */
    private static final long SAY_AGAIN_MILLIS = 30_000;
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
    /** Masters that requests were redirected to, and when the last one was. */
    private final Map<Master, Long> redirectedAt = new ConcurrentHashMap<>();
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
    private volatile String hostWhy = "";
    private String saidWhy = "";
    private long saidAt;
    private volatile boolean closed;
    private long tick = -1;
    private volatile long lookedAt;

    Shards(Vertx vertx, RedisSettings settings, Keys keys, String node) {
        this.vertx = vertx;
        this.settings = settings;
        this.keys = keys;
        this.node = node;
        this.dial = new Dial(vertx, settings);
        this.topology = Topology.of(vertx, dial, settings, this::host);
    }

    /** Begins to connect, and goes on for ever. */
    void open() {
        topology.open();
        tick = vertx.setPeriodic(TICK_MILLIS, _ -> tick());
        if (topology.pollMillis() == 0) {
            look(); // else when a host that can be asked is there
        }
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

    /** A request on its way. It is built anew for each attempt, and tried again until its time is over where it can have had no effect. */
    private record Call(Master.Way way, int slot, Supplier<Request> request, long until) {
        boolean hasTime() {
            return System.nanoTime() < until;
        }
    }

    /** Sends a request to the master that has the slot; those of one slot keep their order. It is built anew for each attempt. */
    Future<Response> send(int slot, Supplier<Request> request) {
        return send(Master.Way.REQUEST, slot, request);
    }

    /** The same for a page of history, which nothing else waits behind. */
    Future<Response> sendReading(int slot, Supplier<Request> request) {
        return send(Master.Way.READING, slot, request);
    }

    /** The same, and the effect is on as many replicas as are wanted before it completes. */
    Future<Response> sendReplicated(int slot, Supplier<Request> request) {
        return send(settings.minReplicas() > 0 ? Master.Way.REPLICATED : Master.Way.REQUEST, slot, request);
    }

    private Future<Response> send(Master.Way way, int slot, Supplier<Request> request) {
        return send(new Call(way, slot, request, System.nanoTime() + settings.timeout().toNanos()), 0);
    }

    private Future<Response> send(Call call, int redirections) {
        Master master = bySlot[call.slot];
        if (master == null) {
            look();
            return Future.failedFuture(AwayException.notConnected());
        }
        return sendTo(master, false, call, redirections);
    }

    private Future<Response> sendTo(Master master, boolean asking, Call call, int redirections) {
        if (redirections > 0 && !master.canSend(call.way, call.slot) && call.hasTime()) {
            return later(() -> sendTo(master, asking, call, redirections)); // it was just heard of
        }
        return master.send(call.way, call.slot, call.request.get(), asking).recover(failure -> failure instanceof ErrorType error ? refused(error, master, call, redirections) : Future.failedFuture(failure));
    }

    private Future<Response> refused(ErrorType error, Master asked, Call call, int redirections) {
        if (error.is("TRYAGAIN") && call.hasTime()) {
            return later(() -> send(call, redirections)); // its slot is between two masters, and its keys are on both
        }
        if (AwayException.isReadOnly(error)) {
            asked.drop(error); // it lost its office and has not said so
            look();
        }
        if (settings.mode() != RedisSettings.Mode.CLUSTER || redirections == MAX_REDIRECTIONS || !error.is("MOVED") && !error.is("ASK")) {
            return Future.failedFuture(error);
        }
        if (error.is("MOVED")) {
            look();
        }
        return sendTo(masterAt(error.slice(' ', 2), asked), error.is("ASK"), call, redirections + 1);
    }

    private Future<Response> later(Supplier<Future<Response>> what) {
        Promise<Response> promise = Promise.promise();
        vertx.setTimer(TRY_AGAIN_MILLIS, _ -> what.get().onComplete(promise));
        return promise.future();
    }

    private synchronized Master masterAt(String address, Master asked) {
        Endpoint endpoint = address.startsWith(":") ? new Endpoint(asked.endpoint.host(), Integer.parseInt(address.substring(1))) : Endpoint.parse(address);
        Master master = masters.computeIfAbsent(endpoint, this::newMaster);
        redirectedAt.put(master, System.nanoTime());
        return master;
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
                failed(endpoint + ": " + AwayException.meaning(why));
                look();
            }

            @Override
            public void moved() {
                look();
            }
        });
    }

    /** A host that is asked who the masters are. One that can't be reached is no edge: the others answer. */
    private Pipeline.Listener host(Endpoint endpoint) {
        return new Pipeline.Listener() {
            @Override
            public void opened() {
                look();
            }

            @Override
            public void lost(Throwable why) {
                hostWhy = "; " + endpoint + ": " + AwayException.meaning(why);
            }
        };
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
        topology.find().onSuccess(this::apply).onFailure(why -> failed(AwayException.meaning(why) + hostWhy)).onComplete(_ -> {
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
            boolean isGone = !found.contains(master) && !isExpected(master);
            if (isGone) {
                master.close();
            }
            return isGone;
        });
        redirectedAt.keySet().retainAll(masters.values());
    }

    private boolean isExpected(Master master) {
        Long at = redirectedAt.get(master);
        return at != null && System.nanoTime() - at < TimeUnit.MILLISECONDS.toNanos(KEEP_MILLIS);
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
                master.beatOn(keys.name(tag, "beat:" + node), Keys.slot(tag)); // no name of a node must be one of another thing
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

    private void failed(String why) {
        lostWhy = why;
        judge();
        sayAgain();
    }

    /** Why it is not there, should it never have been; and why it still is not, should that be for another reason than the one that was told. */
    private synchronized void sayAgain() {
        boolean isTime = saidWhy.isEmpty() || System.nanoTime() - saidAt > TimeUnit.MILLISECONDS.toNanos(SAY_AGAIN_MILLIS);
        if (!isWhole && !closed && isTime && !lostWhy.equals(saidWhy)) {
            LOG.warnf(saidWhy.isEmpty() ? "Redis is not there yet: %s" : "Redis is still away: %s", lostWhy);
            said();
        }
    }

    private void said() {
        saidWhy = lostWhy;
        saidAt = System.nanoTime();
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
            said();
        }
    }
}
