package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Finds what a broker lost silently: from time to time each channel's subscriptions are compared with the top of its stream. On the lane. */
final class PositionCheck {
    /** At most this long a lost publication stays unnoticed (protocol section 9). */
    static final long INTERVAL_MILLIS = 40_000;

    private final Broker broker;
    private final Namespaces namespaces;
    private final InstantSource clock;
    private final RandomGenerator random;

    PositionCheck(Broker broker, Namespaces namespaces, InstantSource clock, RandomGenerator random) {
        this.broker = broker;
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
            subscribers.nextCheckAt = now + random.nextLong(INTERVAL_MILLIS / 2, INTERVAL_MILLIS); // not all channels at once
            if (!first) {
                broker.history(subscribers.channel, namespace, HistoryQuery.TOP)
                        .thenAccept(history -> lane.execute(() -> subscribers.compare(history.top())));
            }
        }
    }
}
