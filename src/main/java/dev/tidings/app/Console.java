package dev.tidings.app;

import dev.tidings.broker.Nodes;
import dev.tidings.hub.Hub;
import dev.tidings.hub.ThisNode;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.session.Transport;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Serves the console's figures, and keeps the page from being served where it is switched off. */
@Singleton
final class Console {
    private static final String POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

    private final Hub hub;
    private final Backing backing;
    private final MicrometerMetrics metrics;
    private final ThisNode node;
    private final InstantSource clock;
    private final boolean enabled;
    private CountAtBucket[] before = {};

    Console(Hub hub, Backing backing, MicrometerMetrics metrics, ThisNode node, InstantSource clock, HubConfig config) {
        this.hub = hub;
        this.backing = backing;
        this.metrics = metrics;
        this.node = node;
        this.clock = clock;
        this.enabled = config.console().enabled().orElse(config.insecure());
    }

    void routes(@Observes Router router) {
        router.get("/console/stats").order(-1).handler(this::stats);
        router.get("/console/*").order(-2).handler(this::guard);
        router.get("/").order(-2).handler(this::guard);
        router.get("/index.html").order(-2).handler(this::guard);
    }

    private void guard(RoutingContext context) {
        if (!enabled) {
            context.response().setStatusCode(404).end();
            return;
        }
        context.response().putHeader("Content-Security-Policy", POLICY).putHeader("X-Content-Type-Options", "nosniff").putHeader("Cache-Control", "no-cache");
        context.next();
    }

    private void stats(RoutingContext context) {
        context.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store").end(Buffer.buffer(stats()));
    }

    private synchronized byte[] stats() {
        JsonWriter json = new JsonWriter(512).object().member("state", hub.state().label()).member("version", node.version())
                .member("node", node.name()).member("uptime_ms", ManagementFactory.getRuntimeMXBean().getUptime()).member("time", clock.millis());
        json.object("connections");
        for (Transport.Kind kind : Transport.Kind.values()) {
            json.member(kind.label(), hub.connections(kind));
        }
        json.end().member("connections_limit", hub.limits().connections()).member("channels", hub.channelCount()).member("subscriptions", hub.subscriptionCount())
                .member("publications_total", (long) metrics.publicationCount()).object("deliveries_total");
        for (Transport.Kind kind : Transport.Kind.values()) {
            json.member(kind.label(), (long) metrics.deliveryCount(kind));
        }
        json.end().member("gaps_total", (long) metrics.gapCount()).member("recoveries_total", (long) metrics.recoveryCount())
                .member("rejected_total", (long) metrics.rejectedCount()).member("history_bytes", backing.broker().historyBytes())
                .member("heap_bytes", Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()).object("latency_ms");
        CountAtBucket[] now = metrics.latency().takeSnapshot().histogramCounts();
        percentile(json, "p50", 0.5, now);
        percentile(json, "p99", 0.99, now);
        before = now;
        nodes(json.end());
        return json.end().toBytes();
    }

    /** All nodes, as this one saw them last: up to five seconds ago, so the figures of this node differ a little from those above. */
    private void nodes(JsonWriter json) {
        json.array("nodes");
        for (Nodes.Report report : hub.roster().seen()) {
            json.object().member("node", report.node()).member("state", report.state().label()).member("connections", report.connections())
                    .member("connections_limit", report.limit()).member("version", report.version()).end();
        }
        json.endArray();
    }

    /** A percentile of what was delivered since the last look, interpolated within its bucket; null when nothing was. */
    private void percentile(JsonWriter json, String name, double share, CountAtBucket[] now) {
        double total = now.length == 0 ? 0 : since(now, now.length - 1);
        if (total <= 0) {
            json.nothing(name);
            return;
        }
        double lower = 0;
        for (int i = 0; i < now.length; i++) {
            double upper = now[i].bucket(TimeUnit.MICROSECONDS);
            double below = i == 0 ? 0 : since(now, i - 1);
            double upTo = since(now, i);
            if (upTo >= share * total) {
                double micros = lower + (upper - lower) * (upTo == below ? 1 : (share * total - below) / (upTo - below));
                json.raw(name, Double.toString(Math.round(micros) / 1000.0).getBytes(StandardCharsets.US_ASCII));
                return;
            }
            lower = upper;
        }
        json.nothing(name);
    }

    private double since(CountAtBucket[] now, int bucket) {
        return now[bucket].count() - (before.length > bucket ? before[bucket].count() : 0);
    }
}
