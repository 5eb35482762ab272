package dev.tidings.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * {@code GET /q/drain} on the management port, for the {@code preStop} hook of a pod: goes on as before while endpoints and proxies learn of the pod's end,
 * then drains, and answers when it has and the last metrics could be scraped. SIGTERM follows the answer. Where the notice is shorter than all that, the
 * kubelet gives the hook up when the notice is over, and sends SIGTERM two seconds before it kills: so a SIGTERM while the hook is waiting says that the
 * notice was short, which nothing else tells a pod (kubelet, {@code killContainer}: the hook's time counts as grace, of which two seconds are always left).
 *
 * <p>The management port asks for no credentials, and what a link or a redirect can call must not end a node: the hook has a header.
 * A node that has drained and is not ended ends by itself.
 */
@Singleton
final class DrainHook {
    /** The header that the request must have, with any value. */
    static final String HEADER = "Tidings-Hook";
    private static final Logger LOG = Logger.getLogger("dev.tidings");
    private static final long LOOK_MILLIS = 100;
    /** For SIGTERM, which comes within moments of the answer. */
    private static final long FOR_SIGTERM_MILLIS = 20_000;

    private final Lifecycle lifecycle;
    private final Vertx vertx;
    private final Duration propagation;

    DrainHook(Lifecycle lifecycle, HubConfig config, Vertx vertx) {
        this.lifecycle = lifecycle;
        this.vertx = vertx;
        this.propagation = Settings.notNegative("tidings.drain.propagation", config.drain().propagation());
    }

    void routes(@Observes ManagementInterface management) {
        management.router().get("/q/drain").handler(this::called);
    }

    private void called(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (context.request().getHeader(HEADER) == null) {
            response.setStatusCode(400).end("the header " + HEADER + " is missing: this ends the node\n");
            return;
        }
        if (lifecycle.announceEnd()) {
            LOG.infof("the pod is to end: goes on for %d s, and drains then", propagation.toSeconds());
            vertx.setTimer(Math.max(1, propagation.toMillis()), _ -> lifecycle.startDrain());
            whenDone(() -> vertx.setTimer(FOR_SIGTERM_MILLIS, _ -> Quarkus.asyncExit(0)));
        }
        long answering = whenDone(() -> response.end("drained\n"));
        response.closeHandler(_ -> vertx.cancelTimer(answering));
    }

    /** Looks until it is, and does it once. The timer that looks. */
    private long whenDone(Runnable task) {
        return vertx.setPeriodic(LOOK_MILLIS, timer -> {
            if (lifecycle.mayEnd()) {
                vertx.cancelTimer(timer);
                task.run();
            }
        });
    }
}
