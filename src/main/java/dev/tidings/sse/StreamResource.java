package dev.tidings.sse;

import dev.tidings.auth.Credentials;
import dev.tidings.auth.RequestCredentials;
import dev.tidings.hub.Hub;
import dev.tidings.protocol.Query;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The endpoint of this door: reads the request; what is accepted is written past the framework, and its stage never completes. */
@Path("/v1/sse")
@NonBlocking
public final class StreamResource {
    private final StreamDoor door;
    private final Hub hub;
    private final RequestCredentials credentials;

    StreamResource(StreamDoor door, RequestCredentials credentials) {
        this.door = door;
        this.hub = door.hub();
        this.credentials = credentials;
    }

    @GET
    public CompletionStage<Void> get(RoutingContext context) {
        HttpServerRequest http = context.request();
        StreamRequest request = StreamRequest.get(hub, new Query(http.query()), lastEventIds(http));
        return door.open(context, request, credentials.of(http, false).token().orElse(""));
    }

    /** Refused: the framework would answer it with a stream that nobody reads. */
    @HEAD
    public void head() {
        throw new ClientErrorException(405);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public CompletionStage<Void> post(byte[] body, RoutingContext context) {
        HttpServerRequest http = context.request();
        StreamRequest request = StreamRequest.post(hub, new Query(http.query()), body, lastEventIds(http));
        Credentials shown = credentials.of(http, false).withMessage(request.token());
        return door.open(context, request, shown.token().orElse(""));
    }

    private static List<String> lastEventIds(HttpServerRequest http) {
        return http.headers().getAll("Last-Event-ID");
    }
}
