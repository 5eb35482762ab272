package dev.tidings.api;

import dev.tidings.auth.ApiKey.Scope;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Caller;
import dev.tidings.hub.Hub;
import dev.tidings.hub.PublishRequest;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.protocol.RequestReader;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Publishes: to one channel, the same to many, or many requests at once. */
@Path("/v1")
@Consumes(MediaType.APPLICATION_JSON)
public final class PublishResource {
    /** Stands for all channels of a broadcast while what is the same for them is read. */
    private static final Channel ANY = new Channel("any");
    /** Commands in a batch. */
    static final int MAX_COMMANDS = 100;
    /** Channels in a broadcast. */
    static final int MAX_CHANNELS = 1_000;

    private final Hub hub;
    private final Callers callers;
    private final PublishTrace trace;

    PublishResource(Hub hub, Callers callers, PublishTrace trace) {
        this.hub = hub;
        this.callers = callers;
        this.trace = trace;
    }

    /** Writes one command's result or its error, as members of the object under way. */
    private interface Outcome {
        void write(JsonWriter json);
    }

    @POST
    @Path("/publish")
    public CompletionStage<Response> publish(byte[] body, @Context HttpServerRequest http) {
        return Answers.object(callers.identify(http, Scope.PUBLISH).thenCompose(caller -> publish(caller, read(body), key(http))),
                ProtocolWriter::published);
    }

    private CompletionStage<Published> publish(Caller caller, RequestReader request, String key) {
        Channel channel = hub.channel(request.required("channel").string("channel"));
        return trace.around(() -> hub.publish(caller, request.publish(channel, key)), () -> hub.subscriptionCount(channel));
    }

    @POST
    @Path("/broadcast")
    public CompletionStage<Response> broadcast(byte[] body, @Context HttpServerRequest http) {
        return callers.identify(http, Scope.PUBLISH).thenCompose(caller -> Answers.object(broadcast(caller, read(body), key(http)), (json, outcome) -> outcome.write(json)));
    }

    private CompletionStage<Outcome> broadcast(Caller caller, RequestReader request, String key) {
        List<Json> names = request.required("channels").items("channels", MAX_CHANNELS);
        names.forEach(name -> name.string("channels"));
        PublishRequest publish = request.publish(ANY, key); // what is wrong for all of them is told once
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        for (Json name : names) {
            outcomes.add(outcome("result", () -> hub.publish(caller, publish.to(hub.channel(name.string("channels")))), ProtocolWriter::published));
        }
        return all(outcomes).thenApply(done -> json -> list(json, "responses", done));
    }

    @POST
    @Path("/batch")
    public CompletionStage<Response> batch(byte[] body, @Context HttpServerRequest http) {
        return callers.identify(http, Scope.PUBLISH).thenCompose(caller -> {
            RequestReader request = read(body);
            List<Json> commands = request.required("commands").items("commands", MAX_COMMANDS);
            CompletionStage<List<Outcome>> done = request.bool("parallel") ? atOnce(caller, commands) : inOrder(caller, commands);
            return Answers.object(done, (json, outcomes) -> list(json, "replies", outcomes));
        });
    }

    private CompletionStage<List<Outcome>> atOnce(Caller caller, List<Json> commands) {
        return all(commands.stream().map(command -> command(caller, command)).toList());
    }

    /** What concerns the same channel, one after the other; the rest at once, because between channels there is no order to keep. */
    private CompletionStage<List<Outcome>> inOrder(Caller caller, List<Json> commands) {
        List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
        Map<String, CompletableFuture<?>> last = new HashMap<>();
        for (Json command : commands) {
            List<String> channels = channels(command);
            CompletableFuture<?>[] before = channels.stream().map(last::get).filter(Objects::nonNull).toArray(CompletableFuture[]::new);
            CompletableFuture<Outcome> outcome = before.length == 0 ? command(caller, command)
                    : CompletableFuture.allOf(before).thenCompose(_ -> command(caller, command));
            channels.forEach(channel -> last.put(channel, outcome));
            outcomes.add(outcome);
        }
        return all(outcomes);
    }

    /** The channels that a command names; none where it is malformed, which it is told when it is carried out. */
    private static List<String> channels(Json command) {
        try {
            RequestReader verbs = RequestReader.of(command, "commands");
            if (verbs.member("publish").isPresent()) {
                return List.of(RequestReader.of(verbs.required("publish"), "publish").string("channel"));
            }
            RequestReader broadcast = RequestReader.of(verbs.required("broadcast"), "broadcast");
            return broadcast.required("channels").items("channels", MAX_CHANNELS).stream().map(name -> name.string("channels")).toList();
        } catch (RefusedException e) {
            return List.of();
        }
    }

    private CompletableFuture<Outcome> command(Caller caller, Json command) {
        try {
            RequestReader verbs = RequestReader.of(command, "commands");
            if (verbs.member("publish").isPresent()) {
                RequestReader request = RequestReader.of(verbs.required("publish"), "publish");
                return outcome("publish", () -> publish(caller, request, ""), ProtocolWriter::published);
            }
            if (verbs.member("broadcast").isPresent()) {
                RequestReader request = RequestReader.of(verbs.required("broadcast"), "broadcast");
                return outcome("broadcast", () -> broadcast(caller, request, ""), (json, outcome) -> outcome.write(json));
            }
            throw RefusedException.badRequest("a command must be \"publish\" or \"broadcast\"");
        } catch (RefusedException e) {
            return CompletableFuture.completedFuture(error(e));
        }
    }

    private interface Attempt<T> {
        CompletionStage<T> make();
    }

    private static <T> CompletableFuture<Outcome> outcome(String name, Attempt<T> attempt, BiConsumer<JsonWriter, T> members) {
        CompletionStage<T> stage;
        try {
            stage = attempt.make();
        } catch (RefusedException e) {
            return CompletableFuture.completedFuture(error(e));
        }
        return stage.<Outcome>handle((result, failure) -> {
            if (failure != null) {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                return error(cause instanceof RefusedException refused ? refused : new RefusedException(Refusal.INTERNAL));
            }
            return json -> {
                json.object(name);
                members.accept(json, result);
                json.end();
            };
        }).toCompletableFuture();
    }

    private static Outcome error(RefusedException refused) {
        return json -> ProtocolWriter.error(json, refused, true);
    }

    private static CompletionStage<List<Outcome>> all(List<CompletableFuture<Outcome>> outcomes) {
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new)).thenApply(_ -> outcomes.stream().map(CompletableFuture::join).toList());
    }

    private static void list(JsonWriter json, String name, List<Outcome> outcomes) {
        json.array(name);
        for (Outcome outcome : outcomes) {
            json.object();
            outcome.write(json);
            json.end();
        }
        json.endArray();
    }

    private static RequestReader read(byte[] body) {
        return RequestReader.of(Json.parse(body), "the body");
    }

    private static String key(HttpServerRequest http) {
        String key = http.getHeader("Idempotency-Key");
        return key == null ? "" : key;
    }
}
