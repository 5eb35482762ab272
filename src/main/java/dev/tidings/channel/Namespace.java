package dev.tidings.channel;

import java.time.Duration;
import java.util.Objects;

/**
 * What holds for all channels whose name begins with {@code name:}; the namespace {@code default} holds for channels without a colon.
 *
 * @param name            the text before the first colon
 * @param historySize     publications retained in a channel; 0 = no history, and then publications have no offset
 * @param historyTtl      how long a publication is retained; zero = no history
 * @param metaTtl         how long epoch and top offset outlive the last publication; after it the stream starts with a new epoch
 * @param recovery        what a client that comes back is given
 * @param presence        whether members are kept
 * @param joinLeave       whether joins and leaves are pushed to subscribers that ask for them
 * @param subscribe       who may subscribe
 * @param publish         who of the clients may publish
 * @param history         who of the clients may read history
 * @param presenceRead    who of the clients may read presence
 * @param ephemeralPublish whether clients may publish past the history
 * @param userChannels    whether {@code name#42,43} is only for the users 42 and 43
 * @param maxPublishSize  bytes of data in a publication
 */
public record Namespace(String name, int historySize, Duration historyTtl, Duration metaTtl, RecoveryMode recovery, boolean presence,
        boolean joinLeave, Who subscribe, Who publish, Who history, Who presenceRead, boolean ephemeralPublish, boolean userChannels,
        int maxPublishSize) {
    /** The name of the namespace of channels without a colon. */
    public static final String DEFAULT_NAME = "default";
    /** The bound of {@link #historySize}: a history is a ring in memory. */
    public static final int MAX_HISTORY_SIZE = 1_000_000;

    /** What a client that comes back with a position is given. */
    public enum RecoveryMode {
        /** Nothing: the subscription is live. */
        NONE,
        /** Every publication after its position. */
        STREAM,
        /** The newest publication. */
        CACHE
    }

    public Namespace {
        Objects.requireNonNull(recovery, "recovery is null");
        if (historySize < 0 || historySize > MAX_HISTORY_SIZE) {
            throw new IllegalArgumentException("history-size is " + historySize + ", allowed is 0 to " + MAX_HISTORY_SIZE);
        }
        if (historyTtl.isNegative() || metaTtl.isNegative()) {
            throw new IllegalArgumentException("history-ttl is " + historyTtl + " and meta-ttl is " + metaTtl + ", neither may be negative");
        }
        if (historySize > 0 && historyTtl.isPositive() && metaTtl.compareTo(historyTtl) < 0) {
            throw new IllegalArgumentException("meta-ttl is " + metaTtl + ", less than history-ttl " + historyTtl + ": positions must outlive the history");
        }
        if (recovery != RecoveryMode.NONE && (historySize == 0 || !historyTtl.isPositive())) {
            throw new IllegalArgumentException("recovery is " + recovery.name().toLowerCase() + ", which needs history-size and history-ttl above 0");
        }
        if (subscribe == Who.SUBSCRIBER) {
            throw new IllegalArgumentException("subscribe is subscriber, allowed are nobody, token, authenticated, anyone");
        }
        if (joinLeave && !presence) {
            throw new IllegalArgumentException("join-leave is true, which needs presence");
        }
        if (maxPublishSize < 1) {
            throw new IllegalArgumentException("max-publish-size is " + maxPublishSize + ", allowed is 1 or more");
        }
    }

    /** Whether publications are retained and have offsets. */
    public boolean hasHistory() {
        return historySize > 0 && historyTtl.isPositive();
    }

    /** Whether a position can be recovered. */
    public boolean recovers() {
        return hasHistory() && recovery != RecoveryMode.NONE;
    }
}
