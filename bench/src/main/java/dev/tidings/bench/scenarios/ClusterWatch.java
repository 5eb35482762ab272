package dev.tidings.bench.scenarios;

import dev.tidings.bench.Pause;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What the pods of the hub went through, looked at twice a second by a thread of its own: who ended and how, how many at once, who was not ready though
 * nobody had told it to end. Its methods are the main thread's.
 */
final class ClusterWatch implements AutoCloseable {
    private static final int POLL_MILLIS = 500;
    /** As shipped: so long a pod goes on as before after it was told to end. */
    private static final long PROPAGATION_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Cluster cluster;
    private final Map<String, Integer> exits = new HashMap<>();
    private final Map<String, Long> ended = new HashMap<>();
    private final Set<String> drained = new HashSet<>();
    private final Set<String> everReady = new HashSet<>();
    private final Set<String> notReady = new HashSet<>();
    private int drainingAtOnce;
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
        long now = System.nanoTime();
        pods.stream().filter(Cluster.Pod::terminating).forEach(pod -> ended.putIfAbsent(pod.name(), now));
        List<Cluster.Pod> ending = pods.stream().filter(pod -> pod.terminating() && pod.exitCode() < 0)
                .filter(pod -> now - ended.get(pod.name()) > PROPAGATION_NANOS).toList();
        if (ending.size() > drainingAtOnce) {
            // One that has drained waits for its last scrape, and does not answer when it ends after that.
            ending.stream().filter(cluster::hasNoSessions).map(Cluster.Pod::name).forEach(drained::add);
            drainingAtOnce = Math.max(drainingAtOnce, (int) ending.stream().filter(pod -> !drained.contains(pod.name())).count());
        }
        restarts = Math.max(restarts, pods.stream().mapToInt(Cluster.Pod::restarts).sum());
        for (Cluster.Pod pod : pods) {
            if (pod.ready() && !pod.terminating()) {
                everReady.add(pod.name());
            } else if (!pod.terminating() && everReady.contains(pod.name())) {
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

    /** The most pods that drained at one time. */
    synchronized int drainingAtOnce() {
        return drainingAtOnce;
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
