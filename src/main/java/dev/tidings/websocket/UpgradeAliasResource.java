package dev.tidings.websocket;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;

/** The same under the path that Centrifugo's clients know. */
@Path("/connection/websocket")
@NonBlocking
public final class UpgradeAliasResource {
    @GET
    public Response get() {
        throw UpgradeResource.upgradeRequired();
    }
}
