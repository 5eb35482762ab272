package dev.tidings.app;

import dev.tidings.channel.Gap;
import dev.tidings.hub.Admission;
import dev.tidings.hub.HubMetrics;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Transport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The hub's counts as Micrometer meters. The only place that knows their names. Labels never hold a channel, a user or an id. Every meter is there from
 * the start, at 0: of a counter that appears with its first event, Prometheus can't see that it rose.
 */
final class MicrometerMetrics implements HubMetrics {
    private static final String TRANSPORT = "transport";
    private static final String REASON = "reason";

    private final MeterRegistry registry;
    private final Map<Transport.Kind, Counter> opened = new EnumMap<>(Transport.Kind.class);
    private final Map<Transport.Kind, Counter> deliveries = new EnumMap<>(Transport.Kind.class);
    private final Map<Transport.Kind, Map<Disconnect, Counter>> closed = new EnumMap<>(Transport.Kind.class);
    private final Map<String, Counter> rejected = new ConcurrentHashMap<>();
    private final Map<String, Counter> recoveries = new ConcurrentHashMap<>();
    private final Map<Gap.Reason, Counter> gaps = new EnumMap<>(Gap.Reason.class);
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
    private final Counter publications;
    private final Counter rebalanced;
    private final Timer latency;
    private final Timer lifetime;

    MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Transport.Kind kind : Transport.Kind.values()) {
            opened.put(kind, Counter.builder("tidings.connections.opened").tag(TRANSPORT, kind.label()).register(registry));
            deliveries.put(kind, Counter.builder("tidings.deliveries").tag(TRANSPORT, kind.label()).register(registry));
            Map<Disconnect, Counter> ends = new EnumMap<>(Disconnect.class);
            for (Disconnect reason : Disconnect.values()) {
                ends.put(reason, Counter.builder("tidings.connections.closed").tag(TRANSPORT, kind.label()).tag(REASON, reason.label()).register(registry));
            }
            closed.put(kind, ends);
        }
        for (Admission.Reason reason : Admission.Reason.values()) {
            rejected(reason.label(), 0);
        }
        rejected("origin", 0);
        recovered("recovered", 0);
        for (Gap.Reason reason : Gap.Reason.values()) {
            recovered(reason.label(), 0);
            gaps.put(reason, Counter.builder("tidings.gaps").tag(REASON, reason.label()).register(registry));
        }
        for (Drop drop : Drop.values()) {
            drops.put(drop, Counter.builder("tidings.delivery.dropped").tag(REASON, drop.label()).register(registry));
        }
        publications = Counter.builder("tidings.publications").register(registry);
        rebalanced = Counter.builder("tidings.rebalanced").register(registry);
        latency = Timer.builder("tidings.delivery.latency").serviceLevelObjectives(buckets()).register(registry);
        lifetime = Timer.builder("tidings.connection.duration")
                .serviceLevelObjectives(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofHours(1))
                .register(registry);
    }

    /** From 50 microseconds to 26 seconds, each twice the one before. */
    private static Duration[] buckets() {
        Duration[] buckets = new Duration[20];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = Duration.ofNanos(50_000L << i);
        }
        return buckets;
    }

    @Override
    public void opened(Transport.Kind transport) {
        opened.get(transport).increment();
    }

    @Override
    public void closed(Transport.Kind transport, Disconnect reason, long lifetimeMillis) {
        closed.get(transport).get(reason).increment();
        lifetime.record(lifetimeMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void rejected(String reason) {
        rejected(reason, 1);
    }

    private void rejected(String reason, int count) {
        rejected.computeIfAbsent(reason, _ -> Counter.builder("tidings.connections.rejected").tag(REASON, reason).register(registry)).increment(count);
    }

    @Override
    public void published() {
        publications.increment();
    }

    @Override
    public void delivered(Transport.Kind transport, int count) {
        deliveries.get(transport).increment(count);
    }

    @Override
    public void deliveryLatency(long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void dropped(Drop reason, int count) {
        drops.get(reason).increment(count);
    }

    @Override
    public void recovered(String result) {
        recovered(result, 1);
    }

    private void recovered(String result, int count) {
        recoveries.computeIfAbsent(result, _ -> Counter.builder("tidings.recoveries").tag("result", result).register(registry)).increment(count);
    }

    @Override
    public void gap(Gap.Reason reason) {
        gaps.get(reason).increment();
    }

    @Override
    public void rebalanced(int count) {
        rebalanced.increment(count);
    }

    double publicationCount() {
        return publications.count();
    }

    double deliveryCount(Transport.Kind kind) {
        return deliveries.get(kind).count();
    }

    double gapCount() {
        return gaps.values().stream().mapToDouble(Counter::count).sum();
    }

    double recoveryCount() {
        return recoveries.values().stream().mapToDouble(Counter::count).sum();
    }

    double rejectedCount() {
        return rejected.values().stream().mapToDouble(Counter::count).sum();
    }

    Timer latency() {
        return latency;
    }
}
