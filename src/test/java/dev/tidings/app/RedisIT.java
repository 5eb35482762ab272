package dev.tidings.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.EventStreamReader.End;
import dev.tidings.testing.EventStreamReader.Event;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubProcess.Answer;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.RedisProcess;
import dev.tidings.testing.SteeredProxy;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two packaged nodes that share a Redis: clients of one hear what is published on the other, come back there, and keep their connections while it is away. */
class RedisIT {
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String CHANNEL = "open:shared";
    private static final String STREAM = "/v1/sse?channel=" + CHANNEL;
    private static final JsonObject STREAM_BODY = new JsonObject().put("subs", new JsonObject().put(CHANNEL, new JsonObject()));

    private static HubProcess hub(RedisProcess redis) {
        return HubProcess.start(HubSettings.secured().with("tidings.auth.anonymous", "true").with("tidings.redis.hosts", redis.address()).map());
    }

    private static JsonObject publish(HubProcess hub, String data) {
        Answer answer = hub.post("/v1/publish", HubSettings.KEY, new JsonObject().put("channel", CHANNEL).put("data", data).encode());
        assertEquals(200, answer.status(), answer::body);
        return new JsonObject(answer.body());
    }

    private static String heard(HubClient client) {
        return client.push("pub").getJsonObject("pub").getString("data");
    }

    private static JsonObject recovered(HubClient client, JsonObject position) {
        return client.call("subscribe", new JsonObject().put("channel", CHANNEL).put("recover", true).put("epoch", position.getString("epoch"))
                .put("offset", position.getLong("offset")));
    }

    private static double metric(HubProcess hub, String name) {
        return hub.metrics().lines().filter(line -> line.startsWith(name + "{") || line.startsWith(name + " ")).findFirst()
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).orElseThrow(() -> new AssertionError(name + " is not there"));
    }

    private static long lines(HubProcess hub, String text) {
        return hub.log().lines().filter(line -> line.contains(text)).count();
    }

    @Test
    void whatIsPublishedOnOneIsHeardOnTheOtherAndClientsComeBackOnEither() {
        try (RedisProcess redis = RedisProcess.embedded(); HubProcess one = hub(redis); HubProcess other = hub(redis)) {
            JsonObject first;
            Event event;
            try (HubClient plain = HubClient.to(other.uri()).connect(""); HubClient extended = HubClient.to(other.uri()).extended().connect("");
                    EventStreamReader stream = EventStreamReader.get(other.uri(), STREAM)) {
                plain.subscribe(CHANNEL);
                extended.subscribe(CHANNEL);
                stream.connected();

                first = publish(one, "first");

                assertEquals("first", heard(plain));
                assertEquals("first", heard(extended));
                event = stream.event();
                assertTrue(event.data().contains("first"), event::data);
            }
            publish(one, "while away");
            try (HubClient plain = HubClient.to(one.uri()).connect(""); HubClient extended = HubClient.to(one.uri()).extended().connect("");
                    EventStreamReader stream = EventStreamReader.get(one.uri(), STREAM, "Last-Event-ID: " + event.id())) {
                for (HubClient client : List.of(plain, extended)) {
                    JsonObject subscribed = recovered(client, first);
                    assertTrue(subscribed.getBoolean("recovered"), subscribed::encode);
                    assertEquals(1, subscribed.getJsonArray("publications").size(), subscribed::encode);
                    assertEquals("while away", subscribed.getJsonArray("publications").getJsonObject(0).getString("data"));
                }
                stream.connected();
                assertTrue(stream.event().data().contains("while away"));

                publish(other, "live");

                assertEquals("live", heard(plain));
                assertEquals("live", heard(extended));
                assertTrue(stream.event().data().contains("live"));
            }
        }
    }

    @Test
    void whileRedisIsAwayNobodyIsDisconnectedAndNothingIsPretended() {
        try (RedisProcess redis = RedisProcess.embedded("--appendonly", "yes", "--appendfsync", "always"); HubProcess hub = hub(redis);
                HubClient client = HubClient.to(hub.uri()).extended().connect(""); EventStreamReader stream = EventStreamReader.get(hub.uri(), STREAM)) {
            client.subscribe(CHANNEL);
            stream.connected();
            publish(hub, "before");
            assertEquals("before", heard(client));
            assertTrue(stream.event().data().contains("before"));

            redis.kill();
            await().atMost(SOON).until(() -> metric(hub, "tidings_redis_connected") == 0 && metric(hub, "tidings_state") == 1);

            Answer refused = hub.post("/v1/publish", HubSettings.KEY, new JsonObject().put("channel", CHANNEL).put("data", "lost").encode());
            assertEquals(503, refused.status(), refused::body);
            assertTrue(refused.header("Retry-After").matches("[0-9]+"), () -> refused.headers().toString());
            assertTrue(refused.header("Tidings-Retry").matches("min=[0-9]+, max=[0-9]+"), () -> refused.headers().toString());
            assertEquals(100, new JsonObject(refused.body()).getInteger("code"));

            try (EventStreamReader turnedAway = EventStreamReader.get(hub.uri(), STREAM)) {
                assertEquals(200, turnedAway.status());
                assertEquals("unavailable", turnedAway.header("Tidings-Refused").orElse("not refused"));
                List<String> lines = turnedAway.rest();
                assertTrue(lines.getFirst().matches("retry: [0-9]+"), lines::toString);
                assertEquals(End.ABRUPT, turnedAway.end());
            }
            try (EventStreamReader posted = EventStreamReader.post(hub.uri(), "/v1/sse", STREAM_BODY)) {
                assertTrue(posted.header("Tidings-Retry").isPresent());
                assertEquals(100, posted.problem(503));
            }
            try (HubClient late = HubClient.to(hub.uri()).connect("")) {
                JsonObject error = late.refused("subscribe", new JsonObject().put("channel", CHANNEL));
                assertEquals(100, error.getInteger("code"));
                assertTrue(error.getBoolean("temporary"), error::encode);
                late.call("ping", new JsonObject());
            }
            assertEquals(200, hub.health("ready"));
            assertFalse(client.closed().isDone());

            redis.start();
            await().atMost(SOON).until(() -> metric(hub, "tidings_redis_connected") == 1 && metric(hub, "tidings_state") == 0);
            publish(hub, "after");

            assertEquals("after", heard(client));
            assertTrue(stream.event().data().contains("after"));
            assertEquals(1, metric(hub, "tidings_redis_reconnects_total"));
            assertEquals(1, lines(hub, "Redis is away"), hub::log);
            assertEquals(1, lines(hub, "Redis is back"), hub::log);
        }
    }

    @Test
    void aRedisThatCannotBeUsedIsSaidOnceAndFillsNoLog() {
        try (RedisProcess redis = RedisProcess.embedded(); SteeredProxy network = new SteeredProxy(redis.port())) {
            network.refuse(true);
            try (HubProcess hub = HubProcess.startUnready(HubSettings.secured().with("tidings.redis.hosts", network.address()).map())) {
                await().atMost(SOON).until(() -> lines(hub, "Redis is not there yet") == 1);

                await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> lines(hub, "[dev.tidings.redis]") == 1 && lines(hub, "ERROR") + lines(hub, "\tat ") == 0);

                assertEquals(503, hub.health("ready"));
            }
        }
    }
}
