package dev.tidings.app;

import dev.tidings.auth.Origins;
import dev.tidings.auth.RequestCredentials;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** What holds for every request before a door sees it: which pages may call (CORS), and where an insecure hub may be reached from. */
@Singleton
final class Network implements HttpServerOptionsCustomizer {
    private static final Logger LOG = Logger.getLogger("dev.tidings");
    private static final int BEFORE_ROUTES = 300;
    private static final String ALLOWED_HEADERS = "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, Cache-Control, X-Requested-With";
    private static final String EXPOSED_HEADERS = "Tidings-Cursor, Tidings-Retry, Tidings-Refused, Retry-After, Mercure-Last-Event-ID, Link";
    private static final String REFUSED = "{\"type\":\"about:blank\",\"title\":\"permission denied\",\"status\":403,\"code\":103,\"temporary\":false,"
            + "\"retry_after_ms\":0,\"detail\":\"the page's origin is not in tidings.origins\"}";

    private final HubConfig config;
    private final RequestCredentials credentials;
    private final MicrometerMetrics metrics;

    Network(HubConfig config, RequestCredentials credentials, MicrometerMetrics metrics) {
        this.config = config;
        this.credentials = credentials;
        this.metrics = metrics;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        if (config.insecure()) {
            LOG.warnf("INSECURE: there is no authentication, anyone who can reach port %d may do anything; listening on the loopback address only", options.getPort());
            options.setHost("127.0.0.1");
        }
    }

    void filter(@Observes Filters filters) {
        filters.register(this::filter, BEFORE_ROUTES);
    }

    private void filter(RoutingContext context) {
        HttpServerRequest request = context.request();
        Origins.Answer answer = credentials.origin(request);
        HttpServerResponse response = context.response();
        if (answer == Origins.Answer.ABSENT) {
            context.next();
            return;
        }
        response.putHeader("Vary", "Origin");
        if (!answer.isAllowed()) {
            metrics.rejected("origin");
            response.setStatusCode(403).putHeader("Content-Type", "application/problem+json").end(REFUSED);
            return;
        }
        response.putHeader("Access-Control-Allow-Origin", answer.allowsCredentials() ? request.getHeader("Origin") : "*");
        if (answer.allowsCredentials()) {
            response.putHeader("Access-Control-Allow-Credentials", "true");
        }
        if (request.method() == HttpMethod.OPTIONS && request.getHeader("Access-Control-Request-Method") != null) {
            response.setStatusCode(204).putHeader("Access-Control-Allow-Methods", "GET, HEAD, POST").putHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS)
                    .putHeader("Access-Control-Max-Age", "7200").end();
            return;
        }
        response.putHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        context.next();
    }
}
