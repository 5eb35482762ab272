package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * What was rendered.
 *
 * @param documents the objects
 * @param text      as it was rendered
 */
record Manifests(List<JsonNode> documents, String text) {
    /** Refuses a key that is there twice: one of the two would be lost without a word. */
    static final YAMLMapper YAML = new YAMLMapper(YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

    static Manifests parse(String text) {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
            List<JsonNode> objects = new ArrayList<>();
            documents.forEachRemaining(document -> {
                if (document.isObject()) {
                    objects.add(document);
                }
            });
            return new Manifests(List.copyOf(objects), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode read(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of a kind. */
    List<JsonNode> all(String kind) {
        return documents.stream().filter(document -> document.at("/kind").asText().equals(kind)).toList();
    }

    /** The only one of a kind. */
    JsonNode one(String kind) {
        List<JsonNode> all = all(kind);
        assertEquals(1, all.size(), () -> kind + " in\n" + text);
        return all.getFirst();
    }

    boolean has(String kind) {
        return !all(kind).isEmpty();
    }

    JsonNode at(String kind, String pointer) {
        return one(kind).at(pointer);
    }

    /** The Service of clients. */
    JsonNode service() {
        return all("Service").stream().filter(service -> !service.at("/metadata/name").asText().endsWith("-metrics")).findFirst().orElseThrow();
    }

    /** The template of the hub's pods. */
    JsonNode pod() {
        return at("Deployment", "/spec/template");
    }

    JsonNode container() {
        return pod().at("/spec/containers/0");
    }

    /** A variable of the container; missing = it is not there. */
    JsonNode env(String name) {
        for (JsonNode variable : container().at("/env")) {
            if (variable.at("/name").asText().equals(name)) {
                return variable;
            }
        }
        return MissingNode.getInstance();
    }

    /** The hub's settings, read as Java reads them. */
    Properties settings() {
        JsonNode map = all("ConfigMap").stream().filter(it -> it.at("/data").has("application.properties")).findFirst().orElseThrow();
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(map.at("/data").get("application.properties").asText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
