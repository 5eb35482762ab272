package dev.tidings.hub;

import java.lang.reflect.Field;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** What a test sees of a hub's inside: lanes with small bounds, the sweep, and how much of anything is held. */
public final class HubProbe {
    private HubProbe() {
    }

    /** A lane whose bounds a few publications reach. */
    public static Lane lane(int index, Executor loop, BooleanSupplier inside, InstantSource clock, HubMetrics metrics, int queueCapacity, int slice) {
        return new Lane(index, loop, inside, clock, () -> clock.millis() * 1_000_000, metrics, queueCapacity, slice);
    }

    /** Looks at what is due on a lane. */
    public static void sweep(Lane lane) {
        lane.sweep();
    }

    /** Events parked by the subscription that parks most on this lane. */
    public static int mostParked(Lane lane) {
        int most = 0;
        for (Subscriber subscriber : lane.subscribers()) {
            for (Subscription subscription : subscriber.subscriptions()) {
                most = Math.max(most, subscription.parkedCount());
            }
        }
        return most;
    }

    /** The bound of {@link #mostParked}. */
    public static int parkedBound() {
        return Parked.MAX;
    }

    /** Timers that wait on a lane. */
    public static int timers(Lane lane) {
        return ((Collection<?>) read(lane, "timers")).size();
    }

    /** Events that wait on a lane, not yet taken and taken. */
    public static int waiting(Lane lane) {
        return ((Collection<?>) read(lane, "queue")).size() + (int) read(lane, "backlog");
    }

    /** What is still held for sessions when there should be none: one word for each kind; empty = nothing. */
    public static String leftovers(Hub hub) {
        StringBuilder left = new StringBuilder();
        count(left, "indexed channels", hub.channelCount());
        count(left, "subscriptions", hub.subscriptionCount());
        Object sessions = read(hub, "sessions");
        count(left, "sessions by user", ((Map<?, ?>) read(sessions, "byUser")).size());
        count(left, "sessions by client", ((Map<?, ?>) read(sessions, "byClient")).size());
        count(left, "admitted connections", ((Admission) read(hub, "admission")).connections());
        ((Map<?, ?>) read(hub, "connections")).forEach((kind, number) -> count(left, "connections of " + kind, ((Number) number).longValue()));
        for (Lane lane : hub.lanes()) {
            String of = " of lane " + lane.index();
            count(left, "sessions" + of, lane.subscribers().size());
            count(left, "channels" + of, lane.channels().size());
            count(left, "timers" + of, timers(lane));
            count(left, "events" + of, waiting(lane));
            count(left, "runnable channels" + of, ((Collection<?>) read(lane, "runnable")).size());
            count(left, "touched sessions" + of, ((Collection<?>) read(lane, "touched")).size());
        }
        return left.toString();
    }

    private static void count(StringBuilder left, String what, long number) {
        if (number != 0) {
            left.append(number).append(' ').append(what).append("; ");
        }
    }

    /** A private field: the core has no accessors for tests alone. */
    private static Object read(Object from, String field) {
        try {
            Field found = from.getClass().getDeclaredField(field);
            found.setAccessible(true);
            return found.get(from);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the field " + field + " of " + from.getClass().getSimpleName() + " is gone", e);
        }
    }
}
