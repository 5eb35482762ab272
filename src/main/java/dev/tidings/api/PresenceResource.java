package dev.tidings.api;

import dev.tidings.auth.ApiKey.Scope;
import dev.tidings.channel.Channel;
import dev.tidings.hub.Hub;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.protocol.Query;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;

/** Tells who is in a channel, and how many. */
@Path("/v1")
public final class PresenceResource {
    private final Hub hub;
    private final Callers callers;

    PresenceResource(Hub hub, Callers callers) {
        this.hub = hub;
        this.callers = callers;
    }

    @GET
    @Path("/presence")
    public CompletionStage<Response> presence(@Context HttpServerRequest http) {
        return callers.identify(http, Scope.PRESENCE).thenCompose(caller ->
                Answers.object(hub.reader().presence(caller, channel(http)), (json, members) -> ProtocolWriter.members(json, "presence", members)));
    }

    @GET
    @Path("/presence_stats")
    public CompletionStage<Response> stats(@Context HttpServerRequest http) {
        return callers.identify(http, Scope.PRESENCE).thenCompose(caller -> Answers.object(hub.reader().presenceStats(caller, channel(http)), ProtocolWriter::stats));
    }

    private Channel channel(HttpServerRequest http) {
        return hub.channel(new Query(http.query()).required("channel"));
    }
}
