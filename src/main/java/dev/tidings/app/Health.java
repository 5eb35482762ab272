package dev.tidings.app;

import dev.tidings.hub.Hub;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * Health: not ready = not started, broker never reached yet, draining, or an event loop is stuck. Whether what all nodes share is there now is not looked at:
 * its loss would empty the service.
 */
final class Health {
    /** An event loop that has not come to its sweep for so long serves nobody. */
    private static final long STUCK_MILLIS = TimeUnit.SECONDS.toMillis(5);
    /** So long that only a restart helps. */
    private static final long DEAD_MILLIS = TimeUnit.SECONDS.toMillis(60);

    private Health() {
    }

    @Readiness
    @Singleton
    static final class Ready implements HealthCheck {
        private final Hub hub;
        private final Lifecycle lifecycle;

        Ready(Hub hub, Lifecycle lifecycle) {
            this.hub = hub;
            this.lifecycle = lifecycle;
        }

        @Override
        public HealthCheckResponse call() {
            boolean stuck = lifecycle.longestSinceSweep() > STUCK_MILLIS;
            boolean draining = hub.drain().isDraining();
            boolean connected = lifecycle.hasBeenConnected();
            return HealthCheckResponse.named("hub").withData("draining", draining).withData("event loops answer", !stuck)
                    .withData("broker was reached", connected).status(lifecycle.isStarted() && connected && !draining && !stuck).build();
        }
    }

    @Liveness
    @Singleton
    static final class Live implements HealthCheck {
        private final Lifecycle lifecycle;

        Live(Lifecycle lifecycle) {
            this.lifecycle = lifecycle;
        }

        @Override
        public HealthCheckResponse call() {
            return HealthCheckResponse.named("event loops").status(lifecycle.longestSinceSweep() < DEAD_MILLIS).build();
        }
    }

    @Startup
    @Singleton
    static final class Started implements HealthCheck {
        private final Lifecycle lifecycle;

        Started(Lifecycle lifecycle) {
            this.lifecycle = lifecycle;
        }

        @Override
        public HealthCheckResponse call() {
            return HealthCheckResponse.named("started").status(lifecycle.isStarted()).build();
        }
    }
}
