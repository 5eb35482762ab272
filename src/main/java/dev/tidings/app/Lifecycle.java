package dev.tidings.app;

import dev.tidings.broker.Nodes;
import dev.tidings.hub.Hub;
import dev.tidings.hub.Lane;
import dev.tidings.hub.Rebalance;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Start and end of the service. Start: one sweep timer per lane, one for the broker, and one that reports to the other nodes. End, in this order: readiness
 * goes down and nobody is admitted, sessions are moved within the window while the listener goes on answering, the other nodes no longer see this one,
 * metrics are there to be scraped once more, then Quarkus closes the listener and the process exits with 0.
 */
@Singleton
final class Lifecycle {
    private static final Logger LOG = Logger.getLogger("dev.tidings");
    private static final long SWEEP_MILLIS = 200;
    private static final long SLOW_SWEEP_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 50;
    /** A new node is seen soon, and its broker has had a moment to connect. */
    private static final long FIRST_REPORT_MILLIS = 500;
    private static final long LEAVE_MILLIS = 1_000;
    /** The last goodbyes are on their way when the window ends. */
    private static final Duration LAST_GOODBYES = Duration.ofSeconds(2);
    /** Without a request for so long, nobody is about to send one on a connection that was kept. */
    private static final Duration QUIET = Duration.ofMillis(300);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);
    /** The window when a pod's notice is over: of the two seconds that the kubelet leaves then, the end of the process takes the rest. */
    private static final Duration LAST_WINDOW = Duration.ofMillis(600);
    private static final Duration LAST_ANSWERS_IN_HASTE = Duration.ofMillis(300);
    private static final long NEVER = Long.MIN_VALUE;

    private final Hub hub;
    private final Backing backing;
    private final Requests requests;
    private final Vertx vertx;
    private final AtomicLongArray sweptAt;
    private final Duration window;
    private final Duration shortWindow;
    private final Duration finalScrape;
    private final List<Long> timers = new ArrayList<>();
    private volatile boolean started;
    private volatile boolean wasConnected;
    private volatile long ticking;
    private volatile boolean hastened;
    private final AtomicBoolean endAnnounced = new AtomicBoolean();
    private volatile long drainedBy;
    private final AtomicLong drainedAt = new AtomicLong(NEVER);

    Lifecycle(Hub hub, Backing backing, Requests requests, HubConfig config, Vertx vertx) {
        this.hub = hub;
        this.backing = backing;
        this.requests = requests;
        this.window = Settings.positive("tidings.drain.window", config.drain().window());
        this.shortWindow = Settings.positive("tidings.drain.short-window", config.drain().shortWindow());
        this.finalScrape = Settings.notNegative("tidings.drain.final-scrape", config.drain().finalScrape());
        this.vertx = vertx;
        this.sweptAt = new AtomicLongArray(hub.lanes().size());
    }

    void start(@Observes StartupEvent event) {
        backing.open();
        List<Lane> lanes = hub.lanes();
        for (int i = 0; i < lanes.size(); i++) {
            int index = i;
            sweptAt.set(i, System.currentTimeMillis());
            every(SWEEP_MILLIS, () -> lanes.get(index).execute(() -> {
                lanes.get(index).sweep();
                sweptAt.set(index, System.currentTimeMillis());
            }));
            every(SLOW_SWEEP_MILLIS, () -> lanes.get(index).execute(() -> hub.comparePositions(lanes.get(index))));
        }
        every(SLOW_SWEEP_MILLIS, () -> vertx.executeBlocking(() -> {
            backing.sweep();
            hub.expireMembers();
            hasBeenConnected();
            return null;
        }));
        ticking = vertx.setPeriodic(FIRST_REPORT_MILLIS, Nodes.REPORT_MILLIS, _ -> hub.rebalance().tick().thenAccept(Lifecycle::tell));
        started = true;
        LOG.infof("ready on %d lanes: %d connections, %d handshakes a second", lanes.size(), hub.limits().connections(), hub.limits().handshakesPerSecond());
    }

    private void every(long millis, Runnable task) {
        timers.add(vertx.setPeriodic(millis, _ -> task.run()));
    }

    private static void tell(Rebalance.Look look) {
        switch (look.edge()) {
            case BEGUN -> LOG.infof("has %d connections, %d nodes have %.0f on average: moves sessions to the others", look.connections(), look.nodes(), look.mean());
            case ENDED -> LOG.infof("has %d connections, %d nodes have %.0f on average: moves no more, %d sessions were", look.connections(), look.nodes(), look.mean(),
                    look.moved());
            case NONE -> {
            }
        }
    }

    /** It is known that the process will be asked to end. Whether that is new. */
    boolean announceEnd() {
        return endAnnounced.compareAndSet(false, true);
    }

    /** Begins to move everybody within the window; later calls do nothing. */
    void startDrain() {
        startDrain(window);
    }

    private synchronized void startDrain(Duration within) {
        if (hub.drain().isDraining()) {
            return;
        }
        LOG.infof("draining %d connections within %.1f s", connections(), within.toMillis() / 1e3);
        drainedBy = System.nanoTime() + within.plus(LAST_GOODBYES).toNanos();
        hub.drain().start(within);
        hub.rebalance().tick(); // the others need not wait for the next report to know
    }

    /** Whether a drain has begun, and everybody has been moved or had the time to. */
    boolean isDrained() {
        return hub.drain().isDraining() && (connections() == 0 || System.nanoTime() > drainedBy);
    }

    /** Whether nothing more is to be waited for: drained, and everything that was counted meanwhile could be scraped. */
    boolean mayEnd() {
        if (!isDrained()) {
            return false;
        }
        long now = System.nanoTime();
        drainedAt.compareAndSet(NEVER, now);
        return now - drainedAt.get() >= finalScrape.toNanos();
    }

    /** Runs while the listener is still open, and holds the shutdown up until everybody has been moved and nothing is left to be scraped. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        boolean announced = endAnnounced.get();
        boolean noticeIsOver = announced && !isDrained();
        if (noticeIsOver) {
            LOG.infof("the notice was short: what is left of the drain takes %.1f s", LAST_WINDOW.toMillis() / 1e3);
        }
        startDrain(noticeIsOver ? LAST_WINDOW : window);
        if (noticeIsOver) {
            hub.drain().hasten(LAST_WINDOW);
            drainedBy = System.nanoTime() + LAST_WINDOW.plusMillis(SWEEP_MILLIS).toNanos();
        } else if (hastened) { // the second signal came before the drain began
            hub.drain().hasten(shortWindow);
        }
        await(this::isDrained);
        requests.awaitQuiet(QUIET, noticeIsOver ? LAST_ANSWERS_IN_HASTE : LAST_ANSWERS);
        leave();
        LOG.infof("drained, %d connections are left", connections());
        if (!announced) { // or else whoever announced it has waited, or can't
            await(() -> mayEnd() || hastened);
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
    }

    /** The listener is closed: nobody is left who could ask. */
    void close(@Observes ShutdownEvent event) {
        timers.forEach(vertx::cancelTimer); // the event loops end next, and take nothing more
        backing.close();
    }

    /** A second signal: there is less time than planned. */
    void hasten() {
        LOG.infof("asked again to stop: what is left of the drain takes %d s", shortWindow.toSeconds());
        hastened = true;
        hub.drain().hasten(shortWindow);
    }

    /** The others no longer see this node; a moment is enough, and without it they find out by themselves. */
    private void leave() {
        vertx.cancelTimer(ticking);
        try {
            hub.roster().leave().toCompletableFuture().get(LEAVE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("the other nodes were not told of the end: %s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long connections() {
        return hub.connections();
    }

    /**
     * Whether the broker could be reached at any time since the start. A node that never reached it can't do anything for clients; one that lost it keeps
     * them, as all others do.
     */
    boolean hasBeenConnected() {
        if (!wasConnected && backing.broker().isConnected()) {
            wasConnected = true;
        }
        return wasConnected;
    }

    /** Whether the service takes connections. */
    boolean isStarted() {
        return started;
    }

    /** Milliseconds since the lane that was swept longest ago. */
    long longestSinceSweep() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < sweptAt.length(); i++) {
            oldest = Math.min(oldest, sweptAt.get(i));
        }
        return System.currentTimeMillis() - oldest;
    }
}
