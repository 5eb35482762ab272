package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * Finds what a broker lost silently: from time to time each channel's subscriptions are compared with the top of its stream. One reading does for all lanes:
 * the lane on which a channel is due first compares for the others too. On the lane.
 */
final class PositionCheck {
    /** At most this long a lost publication stays unnoticed (protocol section 9). */
    static final long INTERVAL_MILLIS = 40_000;

    private final Broker broker;
    private final Subscriptions index;
    private final Namespaces namespaces;
    private final InstantSource clock;
    private final RandomGenerator random;

    PositionCheck(Broker broker, Subscriptions index, Namespaces namespaces, InstantSource clock, RandomGenerator random) {
        this.broker = broker;
        this.index = index;
        this.namespaces = namespaces;
        this.clock = clock;
        this.random = random;
    }

    /** Looks at the channels of a lane that are due. */
    void run(Lane lane) {
        long now = clock.millis();
        for (LaneSubscribers subscribers : lane.channels()) {
            Namespace namespace = namespaces.of(subscribers.channel);
            if (!namespace.hasHistory() || now < subscribers.nextCheckAt) {
                continue;
            }
            boolean first = subscribers.nextCheckAt == LaneSubscribers.NEVER_CHECKED;
            subscribers.nextCheckAt = next(now);
            if (!first) {
                broker.history(subscribers.channel, namespace, HistoryQuery.TOP).thenAccept(history -> index.eachLane(subscribers.channel, each -> {
                    each.nextCheckAt = next(now); // before the comparison, which may want the next one sooner
                    each.compare(history.top());
                }));
            }
        }
    }

    /** Not all channels at once. */
    private long next(long now) {
        return now + random.nextLong(INTERVAL_MILLIS / 2, INTERVAL_MILLIS);
    }
}
