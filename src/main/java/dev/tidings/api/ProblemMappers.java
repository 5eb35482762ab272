package dev.tidings.api;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Gives every failure of every HTTP door the form of {@link Problems}. */
final class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response framework(WebApplicationException failure) {
        Response answer = failure.getResponse();
        Response.ResponseBuilder problem = Problems.framework(answer.getStatus(), answer.getStatusInfo().getReasonPhrase().toLowerCase());
        if (answer.getHeaderString(HttpHeaders.ALLOW) != null) {
            problem.header(HttpHeaders.ALLOW, answer.getHeaderString(HttpHeaders.ALLOW));
        }
        return problem.build();
    }

    @ServerExceptionMapper
    Response any(Throwable failure) {
        return Problems.refused(failure).orElseGet(() -> {
            LOG.error("a request failed", failure);
            return Problems.fault();
        });
    }
}
