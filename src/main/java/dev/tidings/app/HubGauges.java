package dev.tidings.app;

import dev.tidings.broker.Nodes;
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
        for (Nodes.State state : Nodes.State.values()) {
            Gauge.builder("tidings.nodes", hub, it -> it.roster().seen().stream().filter(report -> report.state() == state).count()).tag("state", state.label())
                    .description("nodes that this one sees, itself included").register(registry);
        }
        Gauge.builder("tidings.state", hub, it -> it.state().ordinal()).description("0 = ready, 1 = degraded, 2 = draining").register(registry);
    }
}
