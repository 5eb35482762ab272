package dev.tidings.api;

import dev.tidings.hub.BusyException;
import dev.tidings.hub.Hub;
import dev.tidings.session.RetryWindow;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** Tells whether the hub can be reached from here and takes connections. */
@Path("/v1/ping")
@NonBlocking
public final class PingResource {
    private static final RetryWindow ELSEWHERE = new RetryWindow(0, 3_000);

    private final Hub hub;

    PingResource(Hub hub) {
        this.hub = hub;
    }

    @GET
    public Response get() {
        return ping();
    }

    @HEAD
    public Response head() {
        return ping();
    }

    private Response ping() {
        if (hub.drain().isDraining()) {
            throw new BusyException("the node is draining", ELSEWHERE);
        }
        return Response.noContent().header("Cache-Control", "no-store").build();
    }
}
