package dev.tidings.websocket;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** Answers requests for this door that are no upgrades. */
@Path("/v1/ws")
@NonBlocking
public final class UpgradeResource {
    @GET
    public Response get() {
        throw upgradeRequired();
    }

    static ClientErrorException upgradeRequired() {
        return new ClientErrorException(Response.status(426).header("Upgrade", "websocket").header("Connection", "Upgrade").build());
    }
}
