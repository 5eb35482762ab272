package dev.tidings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.Yaml;

/**
 * The schemas of one of the documents that describe the hub to machines. For a client they are open; here every object is closed, so that a member nobody
 * described is found.
 */
final class Described {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012,
            builder -> builder.metaSchema(JsonMetaSchema.builder(JsonMetaSchema.getV202012()).keyword(new NonValidationKeyword("components")).build()));

    private final ObjectNode document;
    private final Map<String, JsonSchema> schemas = new HashMap<>();

    private Described(ObjectNode document) {
        this.document = document;
    }

    static Described in(String file) throws IOException {
        try (var reader = Files.newBufferedReader(Path.of(file))) {
            Map<String, Object> read = new Yaml().load(reader);
            return new Described(JSON.valueToTree(read));
        }
    }

    static JsonNode parse(String text) throws IOException {
        return JSON.readTree(text);
    }

    JsonNode schemas() {
        return document.at("/components/schemas");
    }

    JsonNode paths() {
        return document.at("/paths");
    }

    /** Holds a value against a schema; the failure lists what does not fit. */
    void check(String schema, JsonNode value) {
        Set<ValidationMessage> faults = schemas.computeIfAbsent(schema, this::compiled).validate(value);
        assertEquals(Set.of(), faults, () -> schema + " does not describe " + value);
    }

    private JsonSchema compiled(String name) {
        ObjectNode root = JSON.createObjectNode().put("$ref", "#/components/schemas/" + name);
        root.putObject("components").set("schemas", schemas().deepCopy());
        close(root);
        return FACTORY.getSchema(root);
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("type").asText().equals("object") && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(Described::close);
    }
}
