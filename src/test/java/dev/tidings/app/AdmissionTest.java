package dev.tidings.app;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.hub.Hub;
import dev.tidings.session.Transport.Kind;
import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hub that is full, and clients that go over their limits. */
@QuarkusTest
@TestProfile(Hubs.Small.class)
class AdmissionTest {
    @TestHTTPResource
    URI hub;
    @TestHTTPResource(value = "/health/ready", management = true)
    URI ready;
    @Inject
    Hub node;

    @BeforeEach
    void empty() {
        await().until(() -> node.connections(Kind.WEBSOCKET) + node.connections(Kind.SSE) == 0);
    }

    @Test
    void whoeverIsOneTooManyIsToldWhenToComeBack() {
        JsonObject body = new JsonObject().put("subs", new JsonObject().put("open:x", new JsonObject()));
        try (HubClient one = HubClient.to(hub).connect(""); EventStreamReader two = EventStreamReader.get(hub, "/v1/sse?channel=open:x");
                HubClient socket = HubClient.to(hub).open(); EventStreamReader soft = EventStreamReader.get(hub, "/v1/sse?channel=open:x");
                EventStreamReader status = EventStreamReader.get(hub, "/v1/sse?channel=open:x&errors=status");
                EventStreamReader post = EventStreamReader.post(hub, "/v1/sse", body)) {
            two.connected();

            Close close = socket.awaitClose();
            assertEquals(1013, close.code());
            assertTrue(close.reason().matches("overload;min=[0-9]+;max=[0-9]+"), close.reason());

            assertEquals(200, soft.status());
            assertEquals("text/event-stream", soft.header("Content-Type").orElse(""));
            assertEquals("no", soft.header("X-Accel-Buffering").orElse(""));
            assertEquals("overload", soft.header("Tidings-Refused").orElse(""));
            List<String> lines = soft.rest();
            assertEquals(2, lines.size(), lines::toString);
            assertTrue(lines.getFirst().matches("retry: [0-9]+"), lines::toString);
            assertEquals(":", lines.getLast());
            assertEquals(EventStreamReader.End.ABRUPT, soft.end());

            for (EventStreamReader honest : List.of(status, post)) {
                assertTrue(honest.header("Tidings-Retry").orElse("").matches("min=[0-9]+, max=[0-9]+"));
                assertTrue(Integer.parseInt(honest.header("Retry-After").orElse("0")) > 0);
                assertEquals(100, honest.problem(503));
            }
            given().get(ready).then().statusCode(200);
            one.expectNoPush();
        }
    }

    @Test
    void aClientThatSaysNothingIsTheEnd() {
        try (HubClient client = HubClient.to(hub).open()) {
            assertEquals(new Close(3502, "stale"), client.awaitClose());
        }
    }

    @Test
    void aClientThatDoesNotAnswerKeepalivesIsTheEnd() {
        try (HubClient client = HubClient.to(hub).mute().connect("")) {
            client.keepalive();
            assertEquals(new Close(3012, "no pong"), client.awaitClose());
        }
    }

    @Test
    void aClientThatAnswersKeepalivesStays() {
        try (HubClient client = HubClient.to(hub).connect("")) {
            long first = client.keepalive();
            await().until(() -> System.nanoTime() - first > 2_500_000_000L);
            client.expectNoPush();
        }
    }

    @Test
    void aStreamIsKeptAliveByComments() {
        try (EventStreamReader stream = EventStreamReader.get(hub, "/v1/sse?channel=open:alive")) {
            stream.connected();
            assertEquals(":", stream.line().orElse(""));
            assertEquals(":", stream.line().orElse(""));
        }
    }

    @Test
    void aClientThatTalksTooFastIsTheEnd() {
        try (HubClient client = HubClient.to(hub).connect("")) {
            client.send("{\"id\":9,\"ping\":{}}\n".repeat(30));
            assertEquals(new Close(3013, "too many requests"), client.awaitClose());
        }
    }

    @Test
    void aClientThatFailsTooOftenIsTheEnd() {
        try (HubClient client = HubClient.to(hub).connect("")) {
            for (int i = 0; i < 3; i++) {
                client.refused("subscribe", new JsonObject().put("channel", "nowhere:x"));
            }
            assertEquals(new Close(3509, "too many errors"), client.awaitClose());
        }
    }

    @Test
    void aSessionHasABoundOnItsChannels() {
        try (HubClient client = HubClient.to(hub).connect("")) {
            client.subscribe("open:1");
            client.subscribe("open:2");
            assertEquals(106, client.refused("subscribe", new JsonObject().put("channel", "open:3")).getInteger("code"));
        }
    }

    @Test
    void aBackEndThatPublishesTooFastIsToldToWait() {
        await().until(() -> publish() == 429);
        given().header("X-API-Key", HubSettings.KEY).contentType("application/json").body("{\"channel\":\"open:rate\",\"data\":1}").post("/v1/publish").then()
                .statusCode(429).body("code", equalTo(111)).body("temporary", equalTo(true)).body("retry_after_ms", greaterThan(0))
                .header("Retry-After", matchesPattern("[0-9]+")).header("Tidings-Retry", matchesPattern("min=[0-9]+, max=[0-9]+"));
    }

    private static int publish() {
        int status = 200;
        for (int i = 0; i < 20 && status == 200; i++) {
            status = given().header("X-API-Key", HubSettings.KEY).contentType("application/json").body("{\"channel\":\"open:rate\",\"data\":1}").post("/v1/publish")
                    .statusCode();
        }
        return status;
    }
}
