package dev.tidings.api;

import dev.tidings.auth.ApiKey.Scope;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Hub;
import dev.tidings.hub.SessionControl;
import dev.tidings.hub.SessionControl.Target;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.RequestReader;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Acts on a user's sessions. Bodies as in Centrifugo's server API; an unknown user is no error, since the user may have just
 * left. The answer is an empty object, as there; a header says how many sessions were reached.
 */
@Path("/v1")
@Consumes(MediaType.APPLICATION_JSON)
public final class SessionResource {
    /** How many sessions were reached, on all nodes that answered. */
    private static final String REACHED = "Tidings-Sessions";
    private static final byte[] NOTHING = {'{', '}'};
    private static final int MAX_SPARED = 100;
    /** What the characters of a reason can make of JSON (RFC 8259): a number or a literal. */
    private static final String JSON_VALUE = " *(true|false|null|-?[0-9]+(e-?[0-9]+)?) *";
    /** The year 9999. */
    private static final long MAX_SECONDS = 253_402_300_799L;

    private final Hub hub;
    private final SessionControl control;
    private final Callers callers;

    SessionResource(Hub hub, Callers callers) {
        this.hub = hub;
        this.control = hub.control();
        this.callers = callers;
    }

    @POST
    @Path("/disconnect")
    public CompletionStage<Response> disconnect(byte[] body, @Context HttpServerRequest http) {
        return act(body, http, request -> {
            Set<String> spared = new LinkedHashSet<>();
            request.member("whitelist").ifPresent(list -> list.items("whitelist", MAX_SPARED).forEach(client -> spared.add(client.string("whitelist"))));
            Ending ending = request.member("disconnect").map(json -> ending(RequestReader.of(json, "disconnect"))).orElse(Ending.of(Disconnect.FORCE_DISCONNECT));
            return control.disconnect(target(request), spared, ending);
        });
    }

    private static Ending ending(RequestReader disconnect) {
        int code = (int) disconnect.required("code").integer("code", 3000, 4999);
        String reason = disconnect.string("reason");
        if (reason.length() > Ending.MAX_REASON_BYTES || !reason.matches("[a-z0-9 _-]*(;[a-z0-9 _-]+=[0-9]+)*") || reason.matches(JSON_VALUE)) {
            throw RefusedException.badRequest("\"reason\" must be up to " + Ending.MAX_REASON_BYTES + " characters of [a-z0-9 _-] and neither a number nor true, false or null, because SDKs read these as JSON");
        }
        return Ending.application(code, reason);
    }

    @POST
    @Path("/unsubscribe")
    public CompletionStage<Response> unsubscribe(byte[] body, @Context HttpServerRequest http) {
        return act(body, http, request -> control.unsubscribe(target(request), request.member("channel").map(json -> hub.channel(json.string("channel")))));
    }

    @POST
    @Path("/subscribe")
    public CompletionStage<Response> subscribe(byte[] body, @Context HttpServerRequest http) {
        return act(body, http, request -> {
            Channel channel = hub.channel(request.required("channel").string("channel"));
            Optional<Position> since = request.position("recover_since");
            long expiresAt = Math.multiplyExact(request.integer("expire_at", MAX_SECONDS), 1000L);
            return control.subscribe(target(request), channel, request.subscription(expiresAt), since);
        });
    }

    @POST
    @Path("/refresh")
    public CompletionStage<Response> refresh(byte[] body, @Context HttpServerRequest http) {
        return act(body, http, request -> {
            long expiresAt = Math.multiplyExact(request.integer("expire_at", MAX_SECONDS), 1000L);
            return control.refresh(target(request), request.bool("expired"), expiresAt);
        });
    }

    private CompletionStage<Response> act(byte[] body, HttpServerRequest http, Function<RequestReader, CompletionStage<Integer>> act) {
        return callers.identify(http, Scope.MANAGE)
                .thenCompose(_ -> act.apply(RequestReader.of(Json.parse(body), "the body")))
                .thenApply(reached -> Response.ok(NOTHING, MediaType.APPLICATION_JSON_TYPE).header(REACHED, reached).build());
    }

    private static Target target(RequestReader request) {
        Target target = new Target(request.string("user"), request.string("client"), request.string("session"));
        if (target.user().isEmpty() && target.client().isEmpty() && target.session().isEmpty()) {
            throw RefusedException.badRequest("one of \"user\", \"client\", \"session\" must be given");
        }
        return target;
    }
}
