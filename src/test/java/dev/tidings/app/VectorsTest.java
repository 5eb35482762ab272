package dev.tidings.app;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import dev.tidings.testing.Transcript;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The golden transcripts of {@code docs/protocol/vectors}, replayed. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class VectorsTest {
    private static final Path VECTORS = Path.of("docs", "protocol", "vectors");

    @TestHTTPResource
    URI hub;

    @TestFactory
    List<DynamicTest> everyTranscriptHolds() throws IOException {
        try (Stream<Path> files = Files.list(VECTORS)) {
            List<DynamicTest> tests = files.filter(file -> file.toString().endsWith(".ndjson")).sorted()
                    .map(file -> dynamicTest(file.getFileName().toString(), () -> replay(Files.readAllLines(file)))).toList();
            assertTrue(tests.size() > 10, "the transcripts are missing");
            return tests;
        }
    }

    private void replay(List<String> lines) {
        JsonObject head = new JsonObject(lines.getFirst());
        Transcript transcript = new Transcript();
        head.getJsonObject("tokens", new JsonObject()).forEach(token ->
                transcript.keep("token." + token.getKey(), Jwt.with((JsonObject) token.getValue()).sign()));
        try (Door door = head.getString("door").equals("sse") ? new EventStream(transcript) : new Socket(head, transcript)) {
            for (int i = 1; i < lines.size(); i++) {
                JsonObject line = new JsonObject(lines.get(i));
                if (line.containsKey("post")) {
                    post("line " + (i + 1), line, transcript);
                } else {
                    door.play("line " + (i + 1), line);
                }
            }
        }
    }

    private void post(String where, JsonObject line, Transcript transcript) {
        Response response = given().header("X-API-Key", HubSettings.KEY).contentType("application/json").body(transcript.filled(line.getJsonObject("body")).toString())
                .post(line.getString("post"));
        assertEquals(line.getInteger("status"), response.statusCode(), where);
        transcript.match(where, line.getJsonObject("answer"), new JsonObject(response.asString()));
    }

    /** A client that plays its part. */
    private interface Door extends AutoCloseable {
        void play(String where, JsonObject line);

        @Override
        void close();
    }

    private final class Socket implements Door {
        private final Transcript transcript;
        private final HubClient client;

        Socket(JsonObject head, Transcript transcript) {
            this.transcript = transcript;
            HubClient.Builder builder = HubClient.to(hub);
            this.client = head.containsKey("subprotocol") ? builder.subprotocols(head.getString("subprotocol")).open() : builder.open();
        }

        @Override
        public void play(String where, JsonObject line) {
            switch (line.fieldNames().iterator().next()) {
                case "send" -> {
                    Object sent = transcript.filled(line.getValue("send"));
                    client.send(sent instanceof JsonArray frame ? frame.stream().map(Object::toString).collect(Collectors.joining("\n")) : sent.toString());
                }
                case "receive" -> transcript.match(where, line.getJsonObject("receive"), client.line());
                case "close" -> {
                    JsonObject close = line.getJsonObject("close");
                    assertEquals(new Close(close.getInteger("code"), close.getString("reason")), client.awaitClose(), where);
                }
                default -> throw new IllegalArgumentException(where + ": " + line);
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private final class EventStream implements Door {
        private final Transcript transcript;
        private EventStreamReader stream;

        EventStream(Transcript transcript) {
            this.transcript = transcript;
        }

        @Override
        public void play(String where, JsonObject line) {
            switch (line.fieldNames().iterator().next()) {
                case "get" -> {
                    close();
                    JsonObject headers = (JsonObject) transcript.filled(line.getJsonObject("headers"));
                    stream = EventStreamReader.get(hub, line.getString("get"), headers.stream().map(it -> it.getKey() + ": " + it.getValue()).toArray(String[]::new));
                }
                case "status" -> {
                    assertEquals(line.getInteger("status"), stream.status(), where);
                    line.getJsonObject("head").forEach(header -> transcript.match(where, header.getValue(), stream.header(header.getKey()).orElse(null)));
                }
                case "line" -> transcript.match(where, line.getString("line"), stream.line().orElse(null));
                case "data" -> {
                    String text = stream.line().orElse("");
                    assertTrue(text.startsWith("data: "), () -> where + " is " + text);
                    transcript.match(where, line.getJsonObject("data"), new JsonObject(text.substring(6)));
                }
                default -> throw new IllegalArgumentException(where + ": " + line);
            }
        }

        @Override
        public void close() {
            if (stream != null) {
                stream.close();
            }
        }
    }
}
