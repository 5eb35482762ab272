package dev.tidings.api;

import dev.tidings.protocol.JsonWriter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Results as answers. */
final class Answers {
    private Answers() {
    }

    /** 200 with an object whose members are written from the result. */
    static <T> CompletionStage<Response> object(CompletionStage<T> stage, BiConsumer<JsonWriter, T> members) {
        return stage.thenApply(result -> {
            JsonWriter json = new JsonWriter().object();
            members.accept(json, result);
            return Response.ok(json.end().toBytes(), MediaType.APPLICATION_JSON_TYPE).build();
        });
    }
}
