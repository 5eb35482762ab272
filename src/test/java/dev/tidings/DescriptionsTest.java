package dev.tidings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What the hub sends is what docs/openapi.yaml and docs/asyncapi.yaml say: frames, events and answers of a running hub are held against their schemas. */
@QuarkusTest
@TestProfile(DescriptionsTest.Settings.class)
class DescriptionsTest {
    private static final String SECRET = "a-secret-of-the-tests-0123456789abcdef";
    private static final long PATIENCE_SECONDS = 10;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Described api;
    private final Described wire;

    @TestHTTPResource
    URI base;

    DescriptionsTest() throws IOException {
        api = Described.in("docs/openapi.yaml");
        wire = Described.in("docs/asyncapi.yaml");
    }

    /** A hub with keys, and a namespace that has everything and retains little. */
    public static final class Settings implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> settings = new HashMap<>();
            settings.put("quarkus.http.test-port", "0");
            settings.put("quarkus.management.test-port", "0");
            settings.put("tidings.auth.hmac-secret", SECRET);
            settings.put("tidings.api.keys", "back-end,reader:history");
            String kept = "tidings.namespaces.\"kept\".";
            settings.put(kept + "history-size", "5");
            settings.put(kept + "history-ttl", "10m");
            settings.put(kept + "recovery", "stream");
            settings.put(kept + "presence", "true");
            settings.put(kept + "join-leave", "true");
            settings.put(kept + "subscribe", "authenticated");
            settings.put(kept + "publish", "authenticated");
            settings.put(kept + "history", "authenticated");
            settings.put(kept + "presence-read", "authenticated");
            return settings;
        }
    }

    // -- the documents ---------------------------------------------------------------------------------------------------------------------------

    @Test
    void aSchemaInBothDocumentsIsTheSame() {
        api.schemas().fieldNames().forEachRemaining(name -> {
            if (wire.schemas().has(name)) {
                assertEquals(wire.schemas().get(name), api.schemas().get(name), name);
            }
        });
    }

    @Test
    void examplesFitTheirSchemas() {
        wire.schemas().fieldNames().forEachRemaining(name -> assertTrue(wire.schemas().get(name).isObject(), name));
        api.paths().path("/v1/publish").at("/post/requestBody/content/application~1json/examples").forEach(example -> api.check("PublishRequest", example.get("value")));
    }

    // -- HTTP ------------------------------------------------------------------------------------------------------------------------------------

    @Test
    void answersAreAsDescribed() throws Exception {
        JsonNode first = answer("Published", post("/v1/publish", "PublishRequest", """
                {"channel":"kept:http","data":{"n":1},"event":"created","id":"m-1","tags":{"lang":"fr"},"version":7,"idempotency_key":"k1",
                 "info":{"user":"42","client":"c","conn_info":{"name":"Ada"},"chan_info":[1]}}"""));
        String epoch = first.get("epoch").asText();
        assertTrue(answer("Published", post("/v1/publish", "PublishRequest", """
                {"channel":"kept:http","data":{"n":1},"event":"created","id":"m-1","tags":{"lang":"fr"},"version":7,"idempotency_key":"k1"}""")).get("duplicate").asBoolean());
        assertTrue(answer("Published", post("/v1/publish", "PublishRequest", """
                {"channel":"kept:http","data":2,"version":7}""")).get("skipped").asBoolean());
        answer("Published", post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:http\",\"data\":null,\"skip_history\":true,\"exclude\":[\"c\"]}"));
        answer("Published", post("/v1/publish", "PublishRequest", "{\"channel\":\"live\",\"b64data\":\"e30=\"}"));
        answer("Broadcasted", post("/v1/broadcast", "BroadcastRequest", "{\"channels\":[\"kept:http\",\"nowhere:x\"],\"data\":[]}"));
        answer("Batched", post("/v1/batch", "BatchRequest", """
                {"commands":[{"publish":{"channel":"kept:http","data":{}}},{"broadcast":{"channels":["live"],"data":{}}},{"publish":{"channel":"nowhere:x","data":{}}}]}"""));
        answer("History", get("/v1/history?channel=kept:http"));
        answer("History", post("/v1/history", "HistoryRequest", "{\"channel\":\"kept:http\",\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":1},\"limit\":2,\"reverse\":true}"));
        answer("Positions", get("/v1/position?channel=kept:http&channel=live"));
        answer("Presence", get("/v1/presence?channel=kept:http"));
        answer("PresenceStats", get("/v1/presence_stats?channel=kept:http"));
        answer("Acted", post("/v1/disconnect", "DisconnectRequest", "{\"user\":\"nobody\",\"whitelist\":[\"c\"],\"disconnect\":{\"code\":4000,\"reason\":\"bye\"}}"));
        answer("Acted", post("/v1/unsubscribe", "UnsubscribeRequest", "{\"user\":\"nobody\",\"channel\":\"live\"}"));
        answer("Acted", post("/v1/subscribe", "SubscribeRequest", "{\"user\":\"nobody\",\"channel\":\"live\",\"info\":{},\"data\":{},\"expire_at\":0}"));
        answer("Acted", post("/v1/refresh", "RefreshRequest", "{\"user\":\"nobody\",\"expired\":true}"));
        assertEquals(204, get("/v1/ping").statusCode());
    }

    @Test
    void problemsAreAsDescribed() throws Exception {
        String epoch = answer("Published", post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:problems\",\"data\":0,\"idempotency_key\":\"k\"}")).get("epoch").asText();
        for (int i = 0; i < 8; i++) {
            post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:problems\",\"data\":" + i + "}");
        }
        problem(400, 107, send(request("/v1/publish").POST(body("{")).header("Content-Type", "application/json")));
        problem(401, 101, send(HttpRequest.newBuilder(base.resolve("/v1/history?channel=live"))));
        problem(401, 109, send(HttpRequest.newBuilder(base.resolve("/v1/history?channel=live")).header("Authorization", "Bearer " + token("\"sub\":\"42\",\"exp\":1"))));
        problem(403, 103, send(HttpRequest.newBuilder(base.resolve("/v1/presence?channel=live")).header("X-API-Key", "reader")));
        problem(403, 103, send(request("/v1/ping").header("Origin", "https://elsewhere.example")));
        problem(404, 102, get("/v1/history?channel=nowhere:x"));
        problem(404, 104, get("/v1/nothing"));
        problem(405, 104, get("/v1/publish"));
        problem(412, 412, post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:problems\",\"data\":{},\"if\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}"));
        problem(413, 413, post("/v1/publish", "PublishRequest", "{\"channel\":\"live\",\"data\":\"" + "x".repeat(70_000) + "\"}"));
        problem(415, 107, send(request("/v1/publish").POST(body("{}")).header("Content-Type", "text/plain")));
        problem(416, 112, get("/v1/history?channel=kept:problems&since=" + epoch + ":1"));
        problem(422, 422, post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:problems\",\"data\":1,\"idempotency_key\":\"k\"}"));
    }

    private JsonNode answer(String schema, HttpResponse<String> response) throws IOException {
        assertEquals(200, response.statusCode(), response.body());
        JsonNode body = Described.parse(response.body());
        api.check(schema, body);
        return body;
    }

    private void problem(int status, int code, HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        assertEquals("application/problem+json", response.headers().firstValue("Content-Type").orElse("none"), response.body());
        JsonNode body = Described.parse(response.body());
        api.check("Problem", body);
        assertEquals(status, body.get("status").asInt());
        assertEquals(code, body.get("code").asInt());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    /** Holds the request against its schema too: the examples of a document are no use when the hub does not take them. */
    private HttpResponse<String> post(String path, String schema, String body) throws Exception {
        api.check(schema, Described.parse(body));
        return send(request(path).POST(body(body)).header("Content-Type", "application/json"));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).header("X-API-Key", "back-end");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.BodyPublisher body(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    // -- WebSocket -------------------------------------------------------------------------------------------------------------------------------

    @Test
    void framesOfTheExtendedDialectAreAsDescribed() throws Exception {
        Socket socket = new Socket("tidings.v1.json");
        socket.send("ConnectCommand", "{\"id\":1,\"connect\":{\"token\":\"" + token("\"sub\":\"42\",\"info\":{\"name\":\"Ada\"},\"channels\":[\"kept:mine\"],"
                + "\"tidings\":{\"subscribe\":[\"live\"]},\"exp\":" + in(600)) + "\",\"name\":\"test\",\"version\":\"1\",\"subs\":{\"kept:mine\":{\"recover\":true,\"epoch\":\"x\",\"offset\":3}}}}");
        JsonNode connected = socket.reply(1).get("connect");
        assertEquals("epoch", connected.at("/subs/kept:mine/gap/reason").asText());
        String client = connected.get("client").asText();
        socket.send("SubscribeCommand", "{\"id\":2,\"subscribe\":{\"channel\":\"kept:wide\",\"join_leave\":true,\"presence\":true,\"rewind\":2}}");
        String epoch = socket.reply(2).at("/subscribe/epoch").asText();
        socket.push("join");
        socket.send("PublishCommand", """
                {"id":3,"publish":{"channel":"kept:wide","data":{"t":"hi"},"event":"created","id":"m","tags":{"lang":"fr"},"idempotency_key":"k","version":1,"if":{"epoch":"","offset":0}}}""");
        socket.reply(3);
        socket.push("pub");
        socket.send("HistoryCommand", "{\"id\":4,\"history\":{\"channel\":\"kept:wide\",\"limit\":10}}");
        socket.reply(4);
        socket.send("PresenceCommand", "{\"id\":5,\"presence\":{\"channel\":\"kept:wide\"}}");
        socket.reply(5);
        socket.send("PresenceStatsCommand", "{\"id\":6,\"presence_stats\":{\"channel\":\"kept:wide\"}}");
        socket.reply(6);
        socket.send("RefreshCommand", "{\"id\":7,\"refresh\":{\"token\":\"" + token("\"sub\":\"42\",\"exp\":" + in(900)) + "\"}}");
        socket.reply(7);
        socket.send("PingCommand", "{\"id\":8,\"ping\":{}}");
        socket.reply(8);
        socket.send("SendCommand", "{\"send\":{\"data\":1}}");
        socket.send("UnsubscribeCommand", "{\"id\":9,\"unsubscribe\":{\"channel\":\"kept:wide\"}}");
        socket.reply(9);
        for (int i = 0; i < 8; i++) {
            post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:wide\",\"data\":" + i + "}");
        }
        socket.send("SubscribeCommand", "{\"id\":10,\"subscribe\":{\"channel\":\"kept:wide\",\"recover\":true,\"epoch\":\"" + epoch + "\",\"offset\":1}}");
        assertEquals("expired", socket.reply(10).at("/subscribe/gap/reason").asText());
        socket.send("SubscribeCommand", "{\"id\":11,\"subscribe\":{\"channel\":\"kept:tok\",\"token\":\"" + token("\"sub\":\"42\",\"channel\":\"kept:tok\",\"info\":{\"role\":\"host\"},\"exp\":" + in(600))
                + "\",\"tf\":{\"op\":\"and\",\"nodes\":[{\"key\":\"lang\",\"cmp\":\"eq\",\"val\":\"fr\"}]}}}");
        socket.reply(11);
        socket.send("SubRefreshCommand", "{\"id\":12,\"sub_refresh\":{\"channel\":\"kept:tok\",\"token\":\"" + token("\"sub\":\"42\",\"channel\":\"kept:tok\",\"exp\":" + in(900)) + "\"}}");
        socket.reply(12);
        for (int i = 0; i < 100; i++) {
            post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:tok\",\"data\":" + i + "}");
        }
        socket.push("position");
        post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:tok\",\"data\":{},\"tags\":{\"lang\":\"fr\"}}");
        socket.push("pub");
        socket.send("SubscribeCommand", "{\"id\":13,\"subscribe\":{\"channel\":\"nowhere:x\"}}");
        assertEquals(102, socket.reply(13).at("/error/code").asInt());
        post("/v1/subscribe", "SubscribeRequest", "{\"client\":\"" + client + "\",\"channel\":\"live\",\"data\":{\"a\":1}}");
        socket.push("subscribe");
        post("/v1/unsubscribe", "UnsubscribeRequest", "{\"client\":\"" + client + "\",\"channel\":\"live\"}");
        socket.push("unsubscribe");
        post("/v1/refresh", "RefreshRequest", "{\"client\":\"" + client + "\",\"expire_at\":" + in(300) + "}");
        socket.push("refresh");
        post("/v1/disconnect", "DisconnectRequest", "{\"client\":\"" + client + "\"}");
        assertEquals(3503, socket.closed());
    }

    @Test
    void framesOfThePlainDialectAreAsDescribed() throws Exception {
        Socket socket = new Socket();
        socket.send("ConnectCommand", "{\"id\":1,\"connect\":{\"token\":\"" + token("\"sub\":\"7\",\"exp\":" + in(600)) + "\"}}");
        JsonNode connected = socket.reply(1).get("connect");
        assertTrue(!connected.has("ext") && !connected.has("limits"), connected.toString());
        socket.send("SubscribeCommand", "{\"id\":2,\"subscribe\":{\"channel\":\"kept:plain\",\"join_leave\":true}}");
        JsonNode subscribed = socket.reply(2).get("subscribe");
        assertTrue(!subscribed.has("oldest"), subscribed.toString());
        socket.send("PublishCommand", "{\"id\":3,\"publish\":{\"channel\":\"kept:plain\",\"data\":{}}}");
        assertEquals(0, socket.reply(3).get("publish").size());
        socket.push("pub");
        socket.send("SubscribeCommand", "{\"id\":4,\"subscribe\":{\"channel\":\"kept:plain\"}}");
        JsonNode error = socket.reply(4).get("error");
        assertEquals(Set.of("code", "message"), names(error));
        socket.close();
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** A client that holds whatever it sends and gets against the document. */
    private final class Socket implements WebSocket.Listener {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
        private final List<JsonNode> passed = new ArrayList<>();
        private final StringBuilder frame = new StringBuilder();
        private final WebSocket socket;

        Socket(String... subprotocol) {
            WebSocket.Builder builder = http.newWebSocketBuilder();
            if (subprotocol.length > 0) {
                builder.subprotocols(subprotocol[0]);
            }
            socket = builder.buildAsync(URI.create("ws://" + base.getAuthority() + "/v1/ws"), this).join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket itself, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                frame.toString().lines().forEach(lines::add);
                frame.setLength(0);
            }
            itself.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket itself, int code, String reason) {
            codes.add(code);
            return null;
        }

        void send(String schema, String command) throws IOException {
            wire.check(schema, Described.parse(command));
            wire.check("Command", Described.parse(command));
            socket.sendText(command, true).join();
        }

        JsonNode reply(int id) throws Exception {
            return next("the reply to " + id, line -> line.path("id").asInt() == id);
        }

        JsonNode push(String kind) throws Exception {
            return next("a push of " + kind, line -> line.path("push").has(kind));
        }

        /** The first line that fits, of those that were passed over before or that come. */
        private JsonNode next(String what, Predicate<JsonNode> fits) throws Exception {
            for (int i = 0; i < passed.size(); i++) {
                if (fits.test(passed.get(i))) {
                    return passed.remove(i);
                }
            }
            while (true) {
                String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertNotNull(line, () -> what + " did not come; instead: " + passed);
                JsonNode json = Described.parse(line);
                wire.check(json.isEmpty() ? "Keepalive" : json.has("push") ? "Push" : "Reply", json);
                if (fits.test(json)) {
                    return json;
                }
                passed.add(json);
            }
        }

        int closed() throws InterruptedException {
            Integer code = codes.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertNotNull(code, "the connection was not closed");
            return code;
        }

        void close() {
            socket.sendClose(1000, "closed").join();
        }
    }

    // -- SSE -------------------------------------------------------------------------------------------------------------------------------------

    @Test
    void eventsOfStreamsAreAsDescribed() throws Exception {
        String epoch = answer("Published", post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:sse\",\"data\":0}")).get("epoch").asText();
        for (int i = 0; i < 8; i++) {
            post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:sse\",\"data\":" + i + ",\"tags\":{\"a\":\"b\"},\"event\":\"e\"}");
        }
        try (Stream stream = new Stream("/v1/sse?partial=1", "{\"token\":\"" + token("\"sub\":\"9\",\"channels\":[\"kept:brought\"],\"exp\":" + in(600)) + "\",\"subs\":{\"kept:sse\":{\"recover\":true,\"epoch\":\""
                + epoch + "\",\"offset\":1,\"join_leave\":true,\"presence\":true},\"nowhere-granted\":{},\"kept:new\":{\"rewind\":1}}}")) {
            JsonNode connected = stream.control("connect").get("connect");
            assertEquals(103, connected.at("/subs/nowhere-granted/error/code").asInt());
            assertEquals("expired", stream.control("gap").at("/gap/reason").asText());
            stream.publication();
            post("/v1/publish", "PublishRequest", "{\"channel\":\"kept:new\",\"data\":{}}");
            stream.publication();
            String client = connected.get("client").asText();
            post("/v1/subscribe", "SubscribeRequest", "{\"client\":\"" + client + "\",\"channel\":\"live\",\"data\":{}}");
            stream.control("subscribe");
            post("/v1/refresh", "RefreshRequest", "{\"client\":\"" + client + "\",\"expire_at\":" + in(300) + "}");
            stream.control("refresh");
            post("/v1/unsubscribe", "UnsubscribeRequest", "{\"client\":\"" + client + "\",\"channel\":\"live\"}");
            stream.control("unsubscribe");
            post("/v1/disconnect", "DisconnectRequest", "{\"client\":\"" + client + "\"}");
            assertEquals(3503, stream.control("disconnect").at("/disconnect/code").asInt());
        }
    }

    /** A reader of events that holds each against the document. */
    private final class Stream implements AutoCloseable {
        private final BufferedReader lines;

        Stream(String path, String body) throws Exception {
            api.check("StreamRequest", Described.parse(body));
            HttpResponse<InputStream> response = http.send(HttpRequest.newBuilder(base.resolve(path)).POST(body(body)).header("Content-Type", "application/json").build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, response.statusCode());
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        JsonNode control(String kind) throws IOException {
            return next(event -> event.has(kind));
        }

        JsonNode publication() throws IOException {
            return next(event -> event.has("pub"));
        }

        private JsonNode next(Predicate<JsonNode> fits) throws IOException {
            boolean control = false;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("event: tidings")) {
                    control = true;
                } else if (line.startsWith("data: ")) {
                    JsonNode event = Described.parse(line.substring("data: ".length()));
                    wire.check(control ? "StreamControl" : "StreamPublication", event);
                    if (fits.test(event)) {
                        return event;
                    }
                } else if (line.isEmpty()) {
                    control = false;
                }
            }
            throw new IOException("the stream ended");
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    // -- tokens ----------------------------------------------------------------------------------------------------------------------------------

    private static long in(long seconds) {
        return Instant.now().getEpochSecond() + seconds;
    }

    private static String token(String claims) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String signed = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "." + base64.encodeToString(("{" + claims + "}").getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + base64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }
}
