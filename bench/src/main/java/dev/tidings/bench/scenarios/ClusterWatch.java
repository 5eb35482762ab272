package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the pods of the hub went through, looked at twice a second by a thread of its own: who ended and how, how many at once, who was not ready though
 * nobody had told it to end. Its methods are the main thread's.
 */
final class ClusterWatch implements AutoCloseable {
    private static final int POLL_MILLIS = 500;

    private final Cluster cluster;
    private final Map<String, Integer> exits = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> everReady = new HashSet<>();
    private final Set<String> notReady = new HashSet<>();
    private int terminatingAtOnce;
    private int restarts;
    private final Thread thread = Thread.ofVirtual().unstarted(this::watch);
    private volatile boolean closed;

    ClusterWatch(Cluster cluster) {
        this.cluster = cluster;
        thread.start();
    }

    private void watch() {
        while (!closed) {
            look(cluster.pods());
            Pause.millis(POLL_MILLIS);
        }
    }

    private synchronized void look(List<Cluster.Pod> pods) {
        terminatingAtOnce = Math.max(terminatingAtOnce, (int) pods.stream().filter(pod -> pod.terminating() && pod.exitCode() < 0).count());
        restarts = Math.max(restarts, pods.stream().mapToInt(Cluster.Pod::restarts).sum());
        for (Cluster.Pod pod : pods) {
            if (pod.terminating()) {
                ended.add(pod.name());
            } else if (pod.ready()) {
                everReady.add(pod.name());
            } else if (everReady.contains(pod.name())) {
                notReady.add(pod.name());
            }
            if (pod.exitCode() >= 0) {
                exits.put(pod.name(), pod.exitCode());
            }
        }
    }

    /** How many pods were told to end. */
    synchronized int ended() {
        return ended.size();
    }

    /** The most pods that were told to end and had not yet, at one time. */
    synchronized int terminatingAtOnce() {
        return terminatingAtOnce;
    }

    /** Pods that had been ready and were not, without having been told to end. */
    synchronized int notReady() {
        return notReady.size();
    }

    /** Restarts of containers. */
    synchronized int restarts() {
        return restarts;
    }

    /** Exit codes other than 0, of those that were seen: a pod may be gone before anybody looks. */
    synchronized Collection<Integer> failures() {
        return exits.values().stream().filter(code -> code != 0).toList();
    }

    synchronized String exitsShown() {
        return exits.isEmpty() ? "none was seen" : exits.values().stream().collect(Collectors.groupingBy(code -> code, Collectors.counting())).entrySet().stream()
                .map(entry -> entry.getValue() + " x " + entry.getKey()).collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        closed = true;
    }
}
