package dev.tidings.sse;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.EventStreamReader.Event;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The SSE door byte by byte (protocol sections 4, 8 and 9). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class StreamDoorTest {
    private static final String BEARER = "Authorization: Bearer " + Jwt.of("ada").grantAll("chat:*", "brief:*", "plain").sign();

    @TestHTTPResource
    URI hub;

    private EventStreamReader open(String query, String... headers) {
        String[] all = new String[headers.length + 1];
        all[0] = BEARER;
        System.arraycopy(headers, 0, all, 1, headers.length);
        return EventStreamReader.get(hub, "/v1/sse?" + query, all);
    }

    private void publish(String channel, String more) {
        given().header("X-API-Key", HubSettings.KEY).contentType("application/json").body("{\"channel\":\"" + channel + "\",\"data\":{\"t\":\"x\"}" + more + "}")
                .post("/v1/publish").then().statusCode(200);
    }

    @Test
    void startsWithTheHeadAndTheBytesOfTheProtocol() {
        publish("chat:head", "");
        try (EventStreamReader stream = open("channel=chat:head")) {
            assertEquals(200, stream.status());
            assertEquals("text/event-stream", stream.header("Content-Type").orElse(""));
            assertEquals("private, no-cache, no-store, no-transform, max-age=0", stream.header("Cache-Control").orElse(""));
            assertEquals("no", stream.header("X-Accel-Buffering").orElse(""));
            assertTrue(stream.header("Connection").isEmpty());
            String cursor = stream.header("Tidings-Cursor").orElse("");
            assertTrue(cursor.matches("c[A-Za-z0-9_-]+"), cursor);

            String retry = stream.line().orElse("");
            assertTrue(retry.matches("retry: [0-9]+"), retry);
            int millis = Integer.parseInt(retry.substring(7));
            assertTrue(millis >= 1_000 && millis <= 15_000, retry);
            assertEquals(":", stream.line().orElse(""));
            assertEquals("event: tidings", stream.line().orElse(""));
            assertEquals("id: " + cursor, stream.line().orElse(""));
            String data = stream.line().orElse("");
            assertTrue(data.startsWith("data: {\"connect\":{"), data);
            assertEquals("", stream.line().orElse("?"));

            JsonObject connect = new JsonObject(data.substring(6)).getJsonObject("connect");
            assertEquals(25, connect.getInteger("ping"));
            assertTrue(connect.getBoolean("expires"));
            assertTrue(connect.getInteger("ttl") > 3_500);
            JsonObject sub = connect.getJsonObject("subs").getJsonObject("chat:head");
            assertEquals(1, sub.getInteger("offset"));
            assertTrue(sub.getBoolean("positioned") && sub.getBoolean("recoverable"));
        }
    }

    @Test
    void writesAPublicationAsOneEventWithTheCursorAfterIt() {
        try (EventStreamReader stream = open("channel=chat:event")) {
            stream.connected();

            publish("chat:event", ",\"event\":\"created\",\"id\":\"m-1\"");

            Event event = stream.event();
            assertEquals("", event.event());
            assertTrue(event.id().startsWith("c"), event.id());
            JsonObject pub = event.json().getJsonObject("pub");
            assertEquals("chat:event", event.json().getString("channel"));
            assertEquals("created", pub.getString("event"));
            assertEquals(1, pub.getInteger("offset"));
        }
    }

    @Test
    void typedEventsCarryTheNameAndRawOnesTheDataAlone() {
        try (EventStreamReader typed = open("channel=chat:form&events=typed"); EventStreamReader raw = open("channel=chat:form&format=raw")) {
            typed.connected();
            raw.connected();

            publish("chat:form", ",\"event\":\"created\"");

            assertEquals("created", typed.event().event());
            Event event = raw.event();
            assertEquals("", event.event());
            assertEquals("{\"t\":\"x\"}", event.data());
            assertTrue(event.id().startsWith("c"));
        }
    }

    @Test
    void publicationsWithoutHistoryHaveNoId() {
        try (EventStreamReader stream = open("channel=plain")) {
            stream.connected();

            publish("plain", "");

            assertEquals("", stream.event().id());
        }
    }

    @ParameterizedTest
    @CsvSource({"Last-Event-ID,''", "'',cursor", "'',last_event_id", "'',lastEventId"})
    void goesOnWhereTheClientWas(String header, String parameter) {
        String channel = "chat:resume" + header.length() + parameter;
        String id;
        try (EventStreamReader stream = open("channel=" + channel)) {
            stream.connected();
            publish(channel, "");
            id = stream.event().id();
        }
        publish(channel, "");
        publish(channel, "");

        try (EventStreamReader stream = header.isEmpty() ? open("channel=" + channel + "&" + parameter + "=" + id)
                : open("channel=" + channel + "&cursor=cAAAA", header + ": " + id)) {
            JsonObject sub = stream.connected().getJsonObject("subs").getJsonObject(channel);
            assertTrue(sub.getBoolean("recovered") && sub.getBoolean("was_recovering"));
            assertEquals(1, sub.getInteger("offset"));
            assertEquals(2, sub.getInteger("replay"));
            assertEquals(2, stream.event().json().getJsonObject("pub").getInteger("offset"));
            assertEquals(3, stream.event().json().getJsonObject("pub").getInteger("offset"));
            publish(channel, "");
            assertEquals(4, stream.event().json().getJsonObject("pub").getInteger("offset"));
        }
    }

    @Test
    void tellsWhatIsMissingBeforeItReplaysTheRest() {
        String id;
        try (EventStreamReader stream = open("channel=brief:gap")) {
            stream.connected();
            publish("brief:gap", "");
            id = stream.event().id();
        }
        for (int i = 0; i < 5; i++) {
            publish("brief:gap", "");
        }

        try (EventStreamReader stream = open("channel=brief:gap", "Last-Event-ID: " + id)) {
            assertTrue(stream.header("Tidings-Cursor").isEmpty());
            Event connect = stream.event();
            assertEquals("", connect.id());
            assertFalse(connect.json().getJsonObject("connect").getJsonObject("subs").getJsonObject("brief:gap").getBoolean("recovered"));
            Event gap = stream.event();
            assertEquals("tidings", gap.event());
            assertTrue(gap.id().startsWith("c"));
            JsonObject range = gap.json().getJsonObject("gap");
            assertEquals("expired", range.getString("reason"));
            assertEquals(1, range.getJsonObject("from").getInteger("offset"));
            assertEquals(3, range.getJsonObject("to").getInteger("offset"));
            for (int offset = 4; offset <= 6; offset++) {
                assertEquals(offset, stream.event().json().getJsonObject("pub").getInteger("offset"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "nonsense", "cEBn7oOkrPFU", "%20", "c________________"})
    void aCursorNeverFailsARequest(String cursor) {
        try (EventStreamReader stream = open("channel=chat:cursor&cursor=" + cursor)) {
            stream.connected();
            JsonObject gap = stream.event().json().getJsonObject("gap");
            assertEquals("unknown", gap.getString("reason"));
            assertTrue(gap.containsKey("from") && gap.getValue("from") == null);
        }
    }

    @Test
    void rewinds() {
        for (int i = 0; i < 4; i++) {
            publish("chat:rewind", "");
        }
        try (EventStreamReader stream = open("channel=chat:rewind&rewind=2")) {
            stream.connected();
            assertEquals(3, stream.event().json().getJsonObject("pub").getInteger("offset"));
            assertEquals(4, stream.event().json().getJsonObject("pub").getInteger("offset"));
        }
    }

    @Test
    void opensByPostWithAPositionForEachChannel() {
        publish("chat:post", "");
        publish("chat:post", "");
        String token = Jwt.of("ada").grantAll("chat:*").sign();
        JsonObject body = new JsonObject().put("token", token).put("ext", new JsonArray().add("tidings.v1"))
                .put("subs", new JsonObject().put("chat:post", new JsonObject().put("recover", true).put("epoch", "").put("offset", 1)));
        try (EventStreamReader stream = EventStreamReader.post(hub, "/v1/sse", body)) {
            JsonObject connect = stream.connected();
            assertEquals(new JsonArray().add("tidings.v1"), connect.getJsonArray("ext"));
            assertTrue(connect.getJsonObject("subs").getJsonObject("chat:post").getBoolean("recovered"));
            assertEquals(2, stream.event().json().getJsonObject("pub").getInteger("offset"));
        }
    }

    private EventStreamReader post(String user, String channel, String token, String query) {
        return EventStreamReader.post(hub, "/v1/sse" + query, new JsonObject().put("token", Jwt.of(user).sign())
                .put("subs", new JsonObject().put(channel, new JsonObject().put("token", token)).put("live:too", new JsonObject())));
    }

    @Test
    void aSubscriptionTokenOpensItsChannelToItsUser() {
        String token = Jwt.subscription("ada", "chat:token").sign();
        try (EventStreamReader stream = post("ada", "chat:token", token, "")) {
            assertEquals(Set.of("chat:token", "live:too"), stream.connected().getJsonObject("subs").fieldNames());
        }
        for (EventStreamReader refused : List.of(post("eve", "chat:token", token, ""), post("ada", "chat:other", token, ""), post("ada", "chat:token", "nonsense", ""),
                post("ada", "chat:token", Jwt.subscription("ada", "chat:token").expiresIn(-60).sign(), ""))) {
            try (refused) {
                assertEquals(103, refused.problem(403));
            }
        }
        try (EventStreamReader stream = post("eve", "chat:token", token, "?partial=1")) {
            JsonObject subs = stream.connected().getJsonObject("subs");
            assertEquals(103, subs.getJsonObject("chat:token").getJsonObject("error").getInteger("code"));
            assertTrue(subs.getJsonObject("live:too").containsKey("positioned"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%ff", "%C0%80", "c%ED%A0%80"})
    void aCursorThatCantBeDecodedIsAGap(String cursor) {
        try (EventStreamReader stream = open("channel=chat:unreadable&cursor=" + cursor + "&unknown=%ff")) {
            assertFalse(stream.connected().getJsonObject("subs").getJsonObject("chat:unreadable").getBoolean("recovered"));
            assertEquals("unknown", stream.event().json().getJsonObject("gap").getString("reason"));
        }
    }

    @Test
    void aPartialRequestIsServedForWhatIsPermitted() {
        try (EventStreamReader stream = open("channel=chat:part&channel=live:part&channel=nowhere:x&partial=1")) {
            JsonObject subs = stream.connected().getJsonObject("subs");
            assertTrue(subs.getJsonObject("chat:part").getBoolean("positioned"));
            assertEquals(102, subs.getJsonObject("nowhere:x").getJsonObject("error").getInteger("code"));
        }
    }

    @Test
    void whatWillNeverWorkIsRefusedWithAStatus() {
        String none = "";
        assertEquals(101, problem(401, "channel=chat:x", none));
        assertEquals(101, problem(401, "channel=chat:x", "Authorization: Bearer " + Jwt.of("ada").forged().sign()));
        assertEquals(109, problem(401, "channel=chat:x", "Authorization: Bearer " + Jwt.of("ada").expiresIn(-60).sign()));
        assertEquals(103, problem(403, "channel=chat:x", "Authorization: Bearer " + Jwt.of("ada").sign()));
        assertEquals(102, problem(404, "channel=nowhere:x", BEARER));
        assertEquals(106, problem(400, "", BEARER));
        assertEquals(106, problem(400, "channel=chat:x" + "&channel=chat:y".repeat(50), BEARER));
        assertEquals(107, problem(400, "channel=chat:x&format=xml", BEARER));
        assertEquals(107, problem(400, "channel=chat:x&channel=chat:y&format=raw", BEARER));
        assertEquals(107, problem(400, "channel=chat:%00", BEARER));
    }

    private int problem(int status, String query, String header) {
        String[] headers = header.isEmpty() ? new String[0] : new String[] {header};
        try (EventStreamReader answer = EventStreamReader.get(hub, "/v1/sse?" + query, headers)) {
            return answer.problem(status);
        }
    }

    @Test
    void aTokenInTheUrlIsNotLookedAt() {
        try (EventStreamReader answer = EventStreamReader.get(hub, "/v1/sse?channel=chat:x&access_token=" + BEARER.substring(22))) {
            assertEquals(101, answer.problem(401));
        }
    }
}
