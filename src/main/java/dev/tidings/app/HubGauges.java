package dev.tidings.app;

import dev.tidings.hub.Hub;
import dev.tidings.hub.Lane;
import dev.tidings.session.Transport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What the hub holds now, as gauges. */
final class HubGauges {
    private HubGauges() {
    }

    static void register(MeterRegistry registry, Hub hub) {
        for (Transport.Kind kind : Transport.Kind.values()) {
            Gauge.builder("tidings.connections", hub, it -> it.connections(kind)).tag("transport", kind.label()).register(registry);
        }
        Gauge.builder("tidings.connections.limit", hub, it -> it.limits().connections()).register(registry);
        Gauge.builder("tidings.subscriptions", hub, Hub::subscriptionCount).register(registry);
        Gauge.builder("tidings.channels", hub, Hub::channelCount).register(registry);
        Gauge.builder("tidings.outbox.bytes", hub, it -> it.lanes().stream().mapToLong(Lane::outboxBytes).sum()).register(registry);
        Gauge.builder("tidings.state", hub, it -> it.drain().isDraining() ? 2 : 0).description("0 = ready, 1 = degraded, 2 = draining").register(registry);
    }
}
