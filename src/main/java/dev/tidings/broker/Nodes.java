package dev.tidings.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The nodes that share a broker: each reports what it holds, and each can be asked to act. A node that does not report for {@link #REPORT_TTL_MILLIS} is
 * no longer seen. Any thread may call; nothing blocks; stages complete on any thread.
 */
public interface Nodes {
    /** How often a node reports. */
    long REPORT_MILLIS = 5_000;
    /** How long a report counts: three of them, so that one that is lost or late makes nobody disappear. */
    long REPORT_TTL_MILLIS = 15_000;

    /** The nodes of a broker that serves one node alone: nobody else is seen, and nobody else is asked. */
    Nodes ALONE = new Nodes() {
        @Override
        public CompletionStage<List<Report>> report(Report own) {
            return CompletableFuture.completedStage(List.of(own));
        }

        @Override
        public CompletionStage<Void> leave(String node) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<List<byte[]>> ask(byte[] question) {
            return CompletableFuture.completedStage(List.of());
        }

        @Override
        public void answer(Function<byte[], CompletionStage<byte[]>> respondent) {
            // nobody asks
        }
    };

    /**
     * What a node says of itself.
     *
     * @param node        its name, which no other node has
     * @param state       what it does
     * @param connections connections now
     * @param limit       connections it may have
     * @param version     what it runs
     * @param time        milliseconds since 1970 by the store's clock at which it was reported; 0 in a report that was not made yet
     */
    record Report(String node, State state, long connections, long limit, String version, long time) {
    }

    /** What a node does. The order is that of the metric {@code tidings_state}. */
    enum State {
        /** It takes connections and everything works. */
        READY,
        /** It takes connections, and the broker is away. */
        DEGRADED,
        /** It is being emptied. */
        DRAINING;

        /** The word in reports and on pages. */
        public String label() {
            return name().toLowerCase();
        }
    }

    /** Tells the others of this node; completes with the reports of all nodes that are seen now, this one included, in order of their names. */
    CompletionStage<List<Report>> report(Report own);

    /** The node ends: it is no longer seen. */
    CompletionStage<Void> leave(String node);

    /**
     * Asks all other nodes; completes with the answers that came before every node that is seen had answered or a bounded time was over. Fails when
     * nobody could be asked.
     */
    CompletionStage<List<byte[]>> ask(byte[] question);

    /** Names who answers what other nodes ask; once, before anything else. What the respondent fails to answer is not answered. */
    void answer(Function<byte[], CompletionStage<byte[]>> respondent);
}
