package dev.tidings.hub;

import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.RetryWindow;
import dev.tidings.session.Session;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Moves sessions to other connections without a storm (protocol section 12): extended clients are told a window and move themselves, others are closed at
 * random instants. A drain does it to all, {@link Rebalance} to a share, a session's age to one. Any thread may call.
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
    private final AtomicReference<Window> window = new AtomicReference<>();

    private record Window(long endsAt) {
    }

    Drain(List<Lane> lanes, InstantSource clock) {
        this.lanes = lanes;
        this.clock = clock;
    }

    /** Starts moving every session within the window; later calls do nothing. Completes when every lane knows. */
    public CompletionStage<Void> start(Duration within) {
        if (!window.compareAndSet(null, new Window(clock.millis() + within.toMillis()))) {
            return CompletableFuture.completedStage(null);
        }
        return everywhere(lane -> {
            lane.subscribers().forEach(subscriber -> move(subscriber.session(), Disconnect.DRAIN, within.toMillis(), STRAGGLERS));
            endAllAfter(lane, within);
        });
    }

    /** Less time is left than planned: whoever is still here is moved within it. Does nothing unless the node is being emptied. */
    public CompletionStage<Void> hasten(Duration within) {
        Window current = window.get();
        long endsAt = clock.millis() + within.toMillis();
        if (current == null || endsAt >= current.endsAt || !window.compareAndSet(current, new Window(endsAt))) {
            return CompletableFuture.completedStage(null);
        }
        return everywhere(lane -> {
            lane.subscribers().forEach(subscriber -> subscriber.session().hasten((long) (CLOSED_SHARE * within.toMillis())));
            endAllAfter(lane, within);
        });
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
            move(session, Disconnect.DRAIN, Math.max(0, current.endsAt - clock.millis()), STRAGGLERS);
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
        move(session, cause, within.toMillis(), COME_BACK);
    }

    private static void move(Session session, Disconnect cause, long millis, RetryWindow stragglers) {
        session.migrate(cause, (long) (CLOSED_SHARE * millis), new RetryWindow(0, (long) (TOLD_SHARE * millis)), millis,
                session.movesItself() ? stragglers : COME_BACK);
    }
}
