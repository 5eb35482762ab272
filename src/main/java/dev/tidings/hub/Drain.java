package dev.tidings.hub;

import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.RetryWindow;
import dev.tidings.session.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Moves sessions to other connections without a storm (protocol section 12): extended clients are told a window and move themselves, others are closed one
 * after the other, in random order. A drain does it to all, {@link Rebalance} to a share, a session's age to one. Any thread may call.
 */
public final class Drain {
    /** Extended clients move within this share of the window, so that stragglers are few. */
    private static final double TOLD_SHARE = 0.75;
    /** The others are closed within this share, so that the end of the window meets nobody by surprise. */
    private static final double CLOSED_SHARE = 0.9;
    /** Closed clients come back within this time: the spread is in the closes. */
    private static final RetryWindow COME_BACK = new RetryWindow(0, 3_000);
    private static final RetryWindow STRAGGLERS = new RetryWindow(0, 5_000);
    private static final RetryWindow REFUSED = new RetryWindow(0, 3_000);

    private final List<Lane> lanes;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final AtomicReference<Window> window = new AtomicReference<>();

    private record Window(long endsAt) {
    }

    /**
     * When a lane closes those that can't be told, so that all of its sessions leave at one rate: at even distances, because of many random instants some
     * second always has far more than the mean; and fewer while those that were told are leaving.
     *
     * @param closed sessions to close
     * @param told   sessions that leave by themselves within {@link #TOLD_SHARE} of the window
     * @param window milliseconds
     */
    private record Pace(int closed, int told, long window) {
        /** Milliseconds from now at which the number of sessions that are closed reaches that; from 0 to {@link #closed}. */
        long at(double number) {
            double early = Math.max(0, (closed + told) * TOLD_SHARE / CLOSED_SHARE - told);
            double share = number < early ? TOLD_SHARE * number / early : TOLD_SHARE + (CLOSED_SHARE - TOLD_SHARE) * (number - early) / (closed - early);
            return (long) (share * window);
        }
    }

    Drain(List<Lane> lanes, InstantSource clock, RandomGenerator random) {
        this.lanes = lanes;
        this.clock = clock;
        this.random = random;
    }

    /** Starts moving every session within the window; later calls do nothing. Completes when every lane knows. */
    public CompletionStage<Void> start(Duration within) {
        if (!window.compareAndSet(null, new Window(clock.millis() + within.toMillis()))) {
            return CompletableFuture.completedStage(null);
        }
        return everywhere(lane -> {
            leave(lane, within.toMillis());
            endAllAfter(lane, within);
        });
    }

    private void leave(Lane lane, long millis) {
        Map<Boolean, List<Session>> all = inRandomOrder(lane).stream().collect(Collectors.partitioningBy(Session::movesItself));
        List<Session> told = all.get(true);
        List<Session> closed = all.get(false);
        told.forEach(session -> move(session, Disconnect.DRAIN, millis, millis, STRAGGLERS));
        closeInTurn(closed, new Pace(closed.size(), told.size(), millis), (session, after) -> move(session, Disconnect.DRAIN, after, millis, STRAGGLERS));
    }

    /** Less time is left than planned: whoever is still here is moved within it. Does nothing unless the node is being emptied. */
    public CompletionStage<Void> hasten(Duration within) {
        Window current = window.get();
        long endsAt = clock.millis() + within.toMillis();
        if (current == null || endsAt >= current.endsAt || !window.compareAndSet(current, new Window(endsAt))) {
            return CompletableFuture.completedStage(null);
        }
        return everywhere(lane -> {
            List<Session> all = inRandomOrder(lane);
            closeInTurn(all, new Pace(all.size(), 0, within.toMillis()), Session::hasten);
            endAllAfter(lane, within);
        });
    }

    private List<Session> inRandomOrder(Lane lane) {
        List<Session> all = lane.subscribers().stream().map(Subscriber::session).collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(all, random);
        return all;
    }

    private void closeInTurn(List<Session> sessions, Pace pace, ObjLongConsumer<Session> closeAfter) {
        for (int i = 0; i < sessions.size(); i++) {
            closeAfter.accept(sessions.get(i), pace.at(i + random.nextDouble()));
        }
    }

    private CompletionStage<Void> everywhere(Consumer<Lane> action) {
        CompletableFuture<?>[] done = lanes.stream().map(lane -> CompletableFuture.runAsync(() -> action.accept(lane), lane::execute)).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(done);
    }

    private static void endAllAfter(Lane lane, Duration within) {
        lane.after(within, () -> lane.subscribers().forEach(subscriber -> subscriber.session().end(Ending.of(Disconnect.DRAIN, STRAGGLERS))));
    }

    /** A session was introduced: if the node is being emptied meanwhile, it is moved within what is left of the window. On its lane. */
    void introduced(Session session) {
        Window current = window.get();
        if (current != null) {
            moveAtRandom(session, Disconnect.DRAIN, Math.max(0, current.endsAt - clock.millis()), STRAGGLERS);
        }
    }

    /** Whether the node is being emptied: nobody is admitted. */
    public boolean isDraining() {
        return window.get() != null;
    }

    /** What a client is told that comes while the node is being emptied: another node takes it. */
    Admission.Refused refuse() {
        return new Admission.Refused(Admission.Reason.DRAIN, REFUSED);
    }

    /** Moves one session that is old: its client within the time it has left, or else at once, because ages are spread as it is. On its lane. */
    void aged(Session session, Duration left) {
        moveOne(session, Disconnect.MAX_AGE, session.movesItself() ? left : Duration.ZERO);
    }

    /** Moves one session within the window. On its lane. */
    void moveOne(Session session, Disconnect cause, Duration within) {
        moveAtRandom(session, cause, within.toMillis(), COME_BACK);
    }

    private void moveAtRandom(Session session, Disconnect cause, long millis, RetryWindow stragglers) {
        move(session, cause, random.nextLong((long) (CLOSED_SHARE * millis) + 1), millis, stragglers);
    }

    private static void move(Session session, Disconnect cause, long closeAfter, long millis, RetryWindow stragglers) {
        session.migrate(cause, closeAfter, new RetryWindow(0, (long) (TOLD_SHARE * millis)), millis, session.movesItself() ? stragglers : COME_BACK);
    }
}
