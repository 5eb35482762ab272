package dev.tidings.api;

import dev.tidings.auth.ApiKey.Scope;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Caller;
import dev.tidings.hub.Hub;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.protocol.Query;
import dev.tidings.protocol.RequestReader;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads streams: pages of what they retain, and positions for pages that are rendered on a server. */
@Path("/v1")
public final class HistoryResource {
    private final Hub hub;
    private final Callers callers;

    HistoryResource(Hub hub, Callers callers) {
        this.hub = hub;
        this.callers = callers;
    }

    @GET
    @Path("/history")
    public CompletionStage<Response> history(@Context HttpServerRequest http) {
        return callers.identify(http, Scope.HISTORY).thenCompose(caller -> {
            Query query = new Query(http.query());
            Channel channel = hub.channel(query.required("channel"));
            Optional<Position> since = query.one("since").map(text -> Position.parse("since", text));
            return page(caller, channel, since, query.integer("limit", Integer.MAX_VALUE, hub.limits().historyPage()), query.flag("reverse"));
        });
    }

    @POST
    @Path("/history")
    @Consumes(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> history(byte[] body, @Context HttpServerRequest http) {
        return callers.identify(http, Scope.HISTORY).thenCompose(caller -> {
            RequestReader request = RequestReader.of(Json.parse(body), "the body");
            Channel channel = hub.channel(request.required("channel").string("channel"));
            int limit = request.member("limit").isPresent() ? request.limit(hub.limits().historyPage()) : hub.limits().historyPage();
            return page(caller, channel, request.position("since"), limit, request.bool("reverse"));
        });
    }

    private CompletionStage<Response> page(Caller caller, Channel channel, Optional<Position> since, int limit, boolean reverse) {
        return Answers.object(hub.reader().history(caller, channel, since, limit, reverse), (json, history) -> ProtocolWriter.history(json, history, true));
    }

    @GET
    @Path("/position")
    public CompletionStage<Response> position(@Context HttpServerRequest http) {
        return callers.identify(http, Scope.HISTORY).thenCompose(caller -> {
            Set<Channel> channels = new LinkedHashSet<>();
            new Query(http.query()).all("channel").forEach(name -> channels.add(hub.channel(name)));
            if (channels.isEmpty() || channels.size() > hub.limits().channels()) {
                throw new RefusedException(Refusal.LIMIT_EXCEEDED, "\"channel\" names " + channels.size() + " channels, allowed are 1 to " + hub.limits().channels());
            }
            Cursor cursor = new Cursor(channels);
            List<CompletableFuture<Optional<Position>>> positions = cursor.streams().stream()
                    .map(channel -> hub.reader().position(caller, channel).toCompletableFuture()).toList();
            return Answers.object(CompletableFuture.allOf(positions.toArray(CompletableFuture[]::new)),
                    (json, _) -> positions(json, cursor, positions.stream().map(CompletableFuture::join).toList()));
        });
    }

    private static void positions(JsonWriter json, Cursor cursor, List<Optional<Position>> positions) {
        long[] offsets = new long[positions.size()];
        int[] epochHashes = new int[positions.size()];
        json.object("positions");
        for (int i = 0; i < offsets.length; i++) {
            Optional<Position> position = positions.get(i);
            offsets[i] = position.map(Position::offset).orElse(-1L);
            epochHashes[i] = position.map(it -> Cursor.epochHash(it.epoch())).orElse(0);
            if (position.isPresent()) {
                ProtocolWriter.position(json, cursor.streams().get(i).name(), position.get());
            }
        }
        json.end().member("cursor", cursor.encode(offsets, epochHashes));
    }
}
