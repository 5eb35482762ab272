package dev.tidings.bench;

import java.util.List;
import java.util.stream.Stream;

/** The namespace of all channels that the bench uses, and what the hub must be told about it. */
final class BenchNamespace {
    private static final String NAME = "bench";
    /** Longer than any run: history that expires meanwhile would look like memory saved. */
    private static final String HISTORY_TTL = "3600s";

    private BenchNamespace() {
    }

    /** A channel with history. */
    static String channel(Object name) {
        return NAME + ":" + name;
    }

    /** Settings that let anybody subscribe and publish, with so many publications of history per channel. */
    static List<String> settings(int historySize) {
        return Stream.of("history-size=" + historySize, "history-ttl=" + HISTORY_TTL, "recovery=stream", "subscribe=anyone", "publish=anyone")
                .map(option -> "-Dtidings.namespaces.\"" + NAME + "\"." + option)
                .toList();
    }
}
