package dev.tidings.api;

import dev.tidings.broker.ConditionFailedException;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.BusyException;
import dev.tidings.hub.UnrecoverablePositionException;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.session.RetryWindow;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Refusals as problem documents (RFC 9457). The one table from a refusal to a status. */
final class Problems {
    /** When to come back where nothing more precise is known. */
    private static final RetryWindow SOON = new RetryWindow(500, 3_000);

    private Problems() {
    }

    /** The status of a refusal. */
    static int status(Refusal refusal) {
        return switch (refusal) {
            case INTERNAL -> 503;
            case UNAUTHORIZED, TOKEN_EXPIRED, EXPIRED -> 401;
            case PERMISSION_DENIED -> 403;
            case UNKNOWN_CHANNEL, METHOD_NOT_FOUND -> 404;
            case BAD_REQUEST, LIMIT_EXCEEDED, ALREADY_SUBSCRIBED, NOT_AVAILABLE -> 400;
            case TOO_MANY_REQUESTS -> 429;
            case UNRECOVERABLE_POSITION -> 416;
            case CONDITION_FAILED -> 412;
            case TOO_LARGE -> 413;
            case IDEMPOTENCY_MISMATCH -> 422;
        };
    }

    /** The answer to a request that failed; nothing when the failure is a fault of ours. */
    static Optional<Response> refused(Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RefusedException refused ? Optional.of(refused(refused)) : Optional.empty();
    }

    private static Response refused(RefusedException refused) {
        Refusal refusal = refused.refusal();
        int status = status(refusal);
        Optional<RetryWindow> window = !refusal.temporary() ? Optional.empty() : Optional.of(refused instanceof BusyException busy ? busy.window() : SOON);
        JsonWriter json = begin(status, refusal.message(), refusal.code(), window);
        if (!refusal.message().equals(refused.getMessage())) {
            json.member("detail", refused.getMessage());
        }
        if (refused instanceof ConditionFailedException failed) {
            json.member("epoch", failed.top().epoch()).member("offset", failed.top().offset());
        }
        if (refused instanceof UnrecoverablePositionException lost) {
            json.member("epoch", lost.history().top().epoch()).member("offset", lost.history().top().offset()).member("oldest", lost.history().oldest());
        }
        Response.ResponseBuilder response = response(status, json);
        window.ifPresent(it -> response.header("Retry-After", it.retryAfter()).header("Tidings-Retry", it.header()));
        if (status == 401) {
            response.header("WWW-Authenticate", "Bearer");
        }
        return response.build();
    }

    /** The answer to a fault of ours. */
    static Response fault() {
        Response.ResponseBuilder response = response(500, begin(500, Refusal.INTERNAL.message(), Refusal.INTERNAL.code(), Optional.of(SOON)));
        return response.header("Retry-After", SOON.retryAfter()).header("Tidings-Retry", SOON.header()).build();
    }

    /** An answer of the framework, such as 404, 405 or 415, as a problem document. */
    static Response.ResponseBuilder framework(int status, String title) {
        Refusal refusal = switch (status) {
            case 404, 405 -> Refusal.METHOD_NOT_FOUND;
            case 401 -> Refusal.UNAUTHORIZED;
            case 403 -> Refusal.PERMISSION_DENIED;
            case 413 -> Refusal.TOO_LARGE;
            default -> status >= 500 ? Refusal.INTERNAL : Refusal.BAD_REQUEST;
        };
        return response(status, begin(status, title, refusal.code(), Optional.empty()));
    }

    private static JsonWriter begin(int status, String title, int code, Optional<RetryWindow> window) {
        return new JsonWriter().object().member("type", "about:blank").member("title", title).member("status", status).member("code", code)
                .member("temporary", window.isPresent()).member("retry_after_ms", window.map(RetryWindow::minMillis).orElse(0L));
    }

    private static Response.ResponseBuilder response(int status, JsonWriter json) {
        return Response.status(status).type("application/problem+json").entity(json.end().toBytes());
    }
}
