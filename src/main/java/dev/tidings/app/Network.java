package dev.tidings.app;

import dev.tidings.auth.Origins;
import dev.tidings.auth.RequestCredentials;
import dev.tidings.channel.Refusal;
import dev.tidings.hub.Hub;
import dev.tidings.protocol.JsonWriter;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** What holds for every request before a door sees it: which pages may call (CORS), and where an insecure hub may be reached from. */
@Singleton
final class Network implements HttpServerOptionsCustomizer {
    private static final Logger LOG = Logger.getLogger("dev.tidings");
    private static final int BEFORE_ROUTES = 300;
    private static final int FIRST = Integer.MIN_VALUE;
    /** How long a refused body is read and dropped, in milliseconds. */
    private static final long LINGER_MILLIS = 2_000;
    private static final String PROBLEM = "application/problem+json";
    private static final String ALLOWED_HEADERS = "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, Cache-Control, X-Requested-With";
    private static final String EXPOSED_HEADERS = "Tidings-Cursor, Tidings-Retry, Tidings-Refused, Retry-After, Mercure-Last-Event-ID, Link";

    private final HubConfig config;
    private final RequestCredentials credentials;
    private final MicrometerMetrics metrics;
    private final Requests requests;
    private final Instance<Hub> hub;

    /** The hub is looked up when a request comes: the listener is configured before there is one. */
    Network(HubConfig config, RequestCredentials credentials, MicrometerMetrics metrics, Requests requests, Instance<Hub> hub) {
        this.config = config;
        this.credentials = credentials;
        this.metrics = metrics;
        this.requests = requests;
        this.hub = hub;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        int messageSize = (int) config.limits().messageSize().asLongValue();
        options.setMaxWebSocketFrameSize(messageSize).setMaxWebSocketMessageSize(2 * messageSize); // the door refuses what is over its limit, and says so
        if (config.insecure()) {
            LOG.warnf("INSECURE: there is no authentication, anyone who can reach port %d may do anything; listening on the loopback address only", options.getPort());
            options.setHost("127.0.0.1");
        }
    }

    void filter(@Observes Filters filters) {
        filters.register(this::filter, BEFORE_ROUTES);
    }

    /** Before the framework's own, which logs each malformed request as a fault. */
    void failures(@Observes Router router) {
        router.route().order(FIRST).failureHandler(Network::failed);
    }

    private static void failed(RoutingContext context) {
        if (context.response().headWritten()) {
            LOG.debugf("a request failed after it was answered: %s", context.failure());
            context.request().connection().close();
        } else if (context.statusCode() == 400) {
            problem(context, 400, Refusal.BAD_REQUEST, "the request is malformed");
        } else {
            context.next();
        }
    }

    private void filter(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        Origins.Answer answer = credentials.origin(request);
        response.putHeader("Vary", "Origin"); // also without one: a cache must not hand that answer to a page
        if (answer != Origins.Answer.ABSENT && answer.isAllowed()) {
            letRead(request, response, answer);
        }
        if (isAmbiguous(request)) {
            context.response().putHeader("Connection", "close");
            problem(context, 400, Refusal.BAD_REQUEST, "the request has more than one Host, or a Transfer-Encoding that is not chunked");
            return;
        }
        if (isTooLarge(request)) {
            refuseBody(context);
            return;
        }
        if (isAnsweredAtOnce(request)) {
            count(context, response);
        }
        if (answer == Origins.Answer.ABSENT) {
            context.next();
            return;
        }
        if (!answer.isAllowed()) {
            metrics.rejected("origin");
            problem(context, 403, Refusal.PERMISSION_DENIED, "the page's origin is not in tidings.origins");
            return;
        }
        if (request.method() == HttpMethod.OPTIONS && request.getHeader("Access-Control-Request-Method") != null) {
            response.setStatusCode(204).putHeader("Access-Control-Allow-Methods", "GET, HEAD, POST").putHeader("Access-Control-Allow-Headers", ALLOWED_HEADERS)
                    .putHeader("Access-Control-Max-Age", "7200").end();
            return;
        }
        context.next();
    }

    /** Lets a page of that origin read the answer, whatever it says. */
    private static void letRead(HttpServerRequest request, HttpServerResponse response, Origins.Answer answer) {
        response.putHeader("Access-Control-Allow-Origin", answer.allowsCredentials() ? request.getHeader("Origin") : "*");
        response.putHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        if (answer.allowsCredentials()) {
            response.putHeader("Access-Control-Allow-Credentials", "true");
        }
    }

    /** On a connection that is kept, a back end would go on with this node until it is gone: while it drains, each answer sends it to another one. */
    private void count(RoutingContext context, HttpServerResponse response) {
        requests.begun();
        context.addEndHandler(_ -> requests.ended());
        if (hub.get().drain().isDraining()) {
            response.putHeader("Connection", "close");
        }
    }

    /** Neither a stream, which says nothing of its end, nor a WebSocket. */
    private static boolean isAnsweredAtOnce(HttpServerRequest request) {
        return !request.path().equals("/v1/sse") && request.getHeader("Upgrade") == null;
    }

    /** Whether a proxy in front may see another end of the request, or another host: what follows it would be taken for a request (RFC 9112 section 11.2). */
    private static boolean isAmbiguous(HttpServerRequest request) {
        List<String> codings = request.headers().getAll("Transfer-Encoding");
        return request.headers().getAll("Host").size() > 1 || codings.size() > 1 || codings.size() == 1 && !codings.getFirst().equalsIgnoreCase("chunked");
    }

    private boolean isTooLarge(HttpServerRequest request) {
        String length = request.getHeader("Content-Length"); // the codec let digits pass only
        return length != null && (length.length() > 18 || Long.parseLong(length) > config.limits().bodySize().asLongValue());
    }

    /**
     * Answers at once, then drops what still comes, until the end of the body and for {@link #LINGER_MILLIS} at most: a connection that is closed over bytes
     * that nobody read is reset, and with it goes the answer that the client had not read yet (RFC 9112 section 9.6).
     */
    private static void refuseBody(RoutingContext context) {
        HttpServerResponse response = context.response();
        Buffer answer = problem(413, Refusal.TOO_LARGE, "the body is larger than tidings.limits.body-size");
        response.setStatusCode(413).putHeader("Content-Type", PROBLEM).putHeader("Connection", "close")
                .putHeader("Content-Length", Integer.toString(answer.length())).write(answer);
        Runnable end = () -> response.end().onComplete(_ -> context.request().connection().close());
        long timer = context.vertx().setTimer(LINGER_MILLIS, _ -> end.run());
        Runnable endEarly = () -> {
            if (context.vertx().cancelTimer(timer)) {
                end.run();
            }
        };
        context.request().exceptionHandler(_ -> endEarly.run()).handler(_ -> { }).endHandler(_ -> endEarly.run());
    }

    private static void problem(RoutingContext context, int status, Refusal refusal, String detail) {
        context.response().setStatusCode(status).putHeader("Content-Type", PROBLEM).end(problem(status, refusal, detail))
                .onComplete(_ -> {
                    if (context.response().headers().contains("Connection", "close", true)) {
                        context.request().connection().close();
                    }
                });
    }

    private static Buffer problem(int status, Refusal refusal, String detail) {
        return Buffer.buffer(new JsonWriter().object().member("type", "about:blank").member("title", refusal.message()).member("status", status)
                .member("code", refusal.code()).member("temporary", false).member("retry_after_ms", 0).member("detail", detail).end().toBytes());
    }
}
