package dev.tidings.hub;

import dev.tidings.session.Transport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A serial executor that owns sessions: one per event loop. Delivery path: nothing here blocks.
 *
 * <p>Threads: any thread may {@link #offer} and {@link #execute}; all else is called on the lane. Publishers put events into a bounded queue and make
 * sure that one turn is scheduled. A turn takes everything pending, serves at most {@link #SLICE} subscriptions, flushes each touched session once, and
 * schedules the next turn if work is left, so that one publication to 20,000 subscribers does not hold the loop.
 *
 * <p>When the queue is full the event is dropped and remembered as an overflow: after the backlog is served, every subscription with a position
 * compares it with its stream and reads what it missed.
 */
public final class Lane {
    /** Subscriptions served in one turn. */
    static final int SLICE = 512;
    /** Events that may wait for one lane: about a second of the fastest publishing measured. */
    static final int QUEUE_CAPACITY = 16_384;
    /** Sweeps that are so far apart, in milliseconds, say that the lane had no time to read what clients sent. */
    static final long LATE_MILLIS = 1_000;

    private final int index;
    private final Executor loop;
    private final BooleanSupplier inside;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final HubMetrics metrics;
    private final int queueCapacity;
    private final int slice;
    private final ArrayBlockingQueue<Addressed> queue;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean overflowed;

    private final ArrayDeque<LaneSubscribers> runnable = new ArrayDeque<>();
    private final List<Subscriber> touched = new ArrayList<>();
    private final List<ChannelEvent> finished = new ArrayList<>();
    private final Set<Subscriber> subscribers = new LinkedHashSet<>();
    private final Set<LaneSubscribers> channels = new LinkedHashSet<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final int[] delivered = new int[Transport.Kind.values().length];
    private int backlog;
    private volatile long outboxBytes;
    private volatile int sessionCount;
    private long timerNumber;
    private long sweptAt;

    private record Addressed(LaneSubscribers to, ChannelEvent event) {
    }

    private record Timer(long at, long number, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /**
     * A lane on an event loop.
     *
     * @param index  its number on this node, from 0
     * @param loop   runs tasks one after the other, in order
     * @param inside whether the calling thread is the loop's
     * @param ticker nanoseconds from any origin, for measuring
     */
    public Lane(int index, Executor loop, BooleanSupplier inside, InstantSource clock, LongSupplier ticker, HubMetrics metrics) {
        this(index, loop, inside, clock, ticker, metrics, QUEUE_CAPACITY, SLICE);
    }

    /** The same with other bounds, so that a test reaches them with a few subscriptions and publications. */
    Lane(int index, Executor loop, BooleanSupplier inside, InstantSource clock, LongSupplier ticker, HubMetrics metrics, int queueCapacity, int slice) {
        this.queueCapacity = queueCapacity;
        this.slice = slice;
        this.queue = new ArrayBlockingQueue<>(queueCapacity);
        this.index = index;
        this.loop = loop;
        this.inside = inside;
        this.clock = clock;
        this.sweptAt = clock.millis();
        this.ticker = ticker;
        this.metrics = metrics;
    }

    /** Its number on this node. */
    int index() {
        return index;
    }

    /** Whether the calling thread is on the lane. */
    boolean isInside() {
        return inside.getAsBoolean();
    }

    /** Runs a task on the lane: at once when the caller is on it, else later, in order. */
    public void execute(Runnable task) {
        if (inside.getAsBoolean()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** Runs a task on the lane in a later turn, also when the caller is on it. */
    void later(Runnable task) {
        loop.execute(task);
    }

    /** Runs a task at the first sweep after the delay. */
    void after(Duration delay, Runnable task) {
        timers.add(new Timer(clock.millis() + delay.toMillis(), timerNumber++, task));
    }

    /** Hands an event to the subscriptions of a channel on this lane. Any thread, in order per thread. */
    void offer(LaneSubscribers to, ChannelEvent event) {
        if (!queue.offer(new Addressed(to, event))) {
            overflowed = true;
            if (event instanceof ChannelEvent.Published published && !published.delivery().publication().hasOffset()) {
                metrics.dropped(HubMetrics.Drop.LANE_FULL, to.size());
            }
        }
        schedule();
    }

    /** The session is to be flushed at the end of this turn. */
    void touch(Subscriber subscriber) {
        touched.add(subscriber);
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::turn);
        }
    }

    private void turn() {
        scheduled.set(false); // before looking: whoever offers from here on schedules the next turn
        takePending();
        int budget = slice;
        for (int channelsLeft = runnable.size(); channelsLeft > 0 && budget > 0; channelsLeft--) {
            LaneSubscribers subscribers = runnable.pollFirst();
            budget -= subscribers.run(budget);
            if (subscribers.hasWork()) {
                runnable.addLast(subscribers);
            } else {
                subscribers.isRunnable = false;
            }
        }
        flush();
        if (!runnable.isEmpty() || !queue.isEmpty()) {
            schedule();
        } else if (overflowed) {
            overflowed = false;
            channels.forEach(LaneSubscribers::checkSoon);
        }
    }

    private void takePending() {
        while (backlog < queueCapacity) {
            Addressed next = queue.poll();
            if (next == null) {
                return;
            }
            backlog++;
            next.to.enqueue(next.event);
            if (!next.to.isRunnable) {
                next.to.isRunnable = true;
                runnable.addLast(next.to);
            }
        }
    }

    private void flush() {
        for (int i = 0; i < touched.size(); i++) { // by index: a flush may end a session, which touches others
            touched.get(i).flush();
        }
        touched.clear();
        for (Transport.Kind kind : Transport.Kind.values()) {
            if (delivered[kind.ordinal()] > 0) {
                metrics.delivered(kind, delivered[kind.ordinal()]);
                delivered[kind.ordinal()] = 0;
            }
        }
        if (!finished.isEmpty()) {
            long now = ticker.getAsLong();
            for (ChannelEvent event : finished) {
                if (event instanceof ChannelEvent.Published published) {
                    metrics.deliveryLatency(now - published.arrivedNanos());
                }
            }
            finished.clear();
        }
    }

    /** A publication was put into an outbox. */
    void delivered(Transport.Kind kind) {
        delivered[kind.ordinal()]++;
    }

    /** A fan-out reached its last subscription. */
    void finished(List<ChannelEvent> batch) {
        backlog -= batch.size();
        finished.addAll(batch);
    }

    void add(Subscriber subscriber) {
        subscribers.add(subscriber);
        sessionCount = subscribers.size();
    }

    void remove(Subscriber subscriber) {
        subscribers.remove(subscriber);
        sessionCount = subscribers.size();
    }

    /** Sessions of this lane now; any thread. */
    int sessionCount() {
        return sessionCount;
    }

    void add(LaneSubscribers channel) {
        channels.add(channel);
    }

    void remove(LaneSubscribers channel) {
        channels.remove(channel);
    }

    /** The sessions of this lane now. */
    List<Subscriber> subscribers() {
        return List.copyOf(subscribers);
    }

    /** The channels with subscriptions on this lane now. */
    List<LaneSubscribers> channels() {
        return List.copyOf(channels);
    }

    /** Looks at what is due on this lane. Called several times a second by the one timer that a lane has. */
    public void sweep() {
        long now = clock.millis();
        boolean late = now - sweptAt > LATE_MILLIS;
        sweptAt = now;
        for (Timer timer = timers.peek(); timer != null && timer.at <= now; timer = timers.peek()) {
            timers.poll();
            timer.task.run();
        }
        long waiting = 0;
        for (Subscriber subscriber : List.copyOf(subscribers)) {
            subscriber.tick(now, late);
            waiting += subscriber.session().outboxBytes();
        }
        outboxBytes = waiting;
    }

    /** Bytes that waited in outboxes at the last sweep; any thread. */
    public long outboxBytes() {
        return outboxBytes;
    }
}
