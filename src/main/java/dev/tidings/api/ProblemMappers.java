package dev.tidings.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Gives every failure of every HTTP door the form of {@link Problems}. */
final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response framework(WebApplicationException failure, UriInfo uri) {
        Response answer = failure.getResponse();
        Response.ResponseBuilder problem = Problems.framework(answer.getStatus(), answer.getStatusInfo().getReasonPhrase().toLowerCase());
        answer.getStringHeaders().forEach((name, values) -> values.forEach(value -> problem.header(name, value)));
        if (answer.getStatus() == 405) {
            problem.header(HttpHeaders.ALLOW, allowed(uri.getPath()));
        }
        return problem.build();
    }

    /** What RFC 9110 section 15.5.6 wants to be told, and the framework does not tell. */
    private static String allowed(String path) {
        return switch (path) {
            case "/v1/publish", "/v1/broadcast", "/v1/batch", "/v1/disconnect", "/v1/unsubscribe", "/v1/subscribe", "/v1/refresh" -> "POST";
            case "/v1/history", "/v1/sse" -> "GET, POST";
            case "/v1/ping" -> "GET, HEAD";
            default -> "GET";
        };
    }

    /** A body that is too large or never came: the framework has answered or the client is gone when it says so, and this is not heard. */
    @ServerExceptionMapper
    Response unreadable(IOException failure) {
        LOG.debugf("a body could not be read: %s", failure);
        return Problems.framework(413, "payload too large").build();
    }

    @ServerExceptionMapper
    Response any(Throwable failure) {
        return Problems.refused(failure).orElseGet(() -> {
            LOG.error("a request failed", failure);
            return Problems.fault();
        });
    }
}
