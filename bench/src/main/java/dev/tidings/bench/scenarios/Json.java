package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tidings.bench.BenchException;

/** Reads what the hub sends. */
final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {
    }

    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BenchException("not JSON: " + text);
        }
    }

    /** The members {@code epoch} and {@code offset}. */
    static Place place(JsonNode position) {
        return new Place(position.get("epoch").asText(), position.get("offset").asLong());
    }
}
