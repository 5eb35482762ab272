package dev.tidings.hub;

import dev.tidings.channel.Gap;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Transport;
import java.util.Map;
import java.util.TreeMap;

/** Counts by the words that the metrics have on their labels. */
final class CountedMetrics implements HubMetrics {
    final Map<String, Integer> counts = new TreeMap<>();

    int of(String what) {
        return counts.getOrDefault(what, 0);
    }

    private void count(String what, int count) {
        counts.merge(what, count, Integer::sum);
    }

    @Override
    public void opened(Transport.Kind transport) {
        count("opened", 1);
    }

    @Override
    public void closed(Transport.Kind transport, Disconnect reason, long lifetimeMillis) {
        count("closed " + reason.label(), 1);
    }

    @Override
    public void rejected(String reason) {
        count("rejected " + reason, 1);
    }

    @Override
    public void published() {
        count("published", 1);
    }

    @Override
    public void delivered(Transport.Kind transport, int count) {
        count("delivered", count);
    }

    @Override
    public void deliveryLatency(long nanos) {
        count("latency", 1);
    }

    @Override
    public void dropped(Drop reason, int count) {
        count("dropped " + reason.label(), count);
    }

    @Override
    public void recovered(String result) {
        count("recovered " + result, 1);
    }

    @Override
    public void rebalanced(int count) {
        count("rebalanced", count);
    }

    @Override
    public void gap(Gap.Reason reason) {
        count("gap " + reason.label(), 1);
    }
}
