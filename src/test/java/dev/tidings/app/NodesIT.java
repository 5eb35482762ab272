package dev.tidings.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Jwt;
import dev.tidings.testing.RedisProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two packaged services that share a Redis, and one that waits for it. */
class NodesIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static Map<String, String> sharing(RedisProcess redis) {
        return HubSettings.secured().with("tidings.redis.hosts", redis.address()).with("tidings.console.enabled", "true").with("tidings.drain.window", "1s").map();
    }

    private static JsonObject connect(HubClient client, String user, String before) {
        return client.call("connect", new JsonObject().put("token", Jwt.of(user).grantAll("chat:*").sign()).put("prev_client", before));
    }

    private static JsonArray nodes(HubProcess hub) {
        return new JsonObject(hub.get("/console/stats").body()).getJsonArray("nodes");
    }

    private static String reached(HubProcess hub, String verb, String body) {
        return hub.post("/v1/" + verb, HubSettings.KEY, body).header("Tidings-Sessions");
    }

    @Test
    void twoNodesAreOneHub() {
        try (RedisProcess redis = RedisProcess.embedded(); HubProcess one = HubProcess.start(sharing(redis)); HubProcess other = HubProcess.start(sharing(redis))) {
            await().atMost(SOON).until(() -> nodes(one).size() == 2 && nodes(other).size() == 2);

            // a client id is kept over a move
            String id;
            try (HubClient before = HubClient.to(one.uri()).extended().open()) {
                id = connect(before, "ada", "").getString("client");
                try (HubClient moved = HubClient.to(other.uri()).extended().open()) {
                    assertEquals(id, connect(moved, "ada", id).getString("client"));
                }
            }

            // sessions are reached wherever they are
            try (HubClient here = HubClient.to(one.uri()).connect(Jwt.of("bob").sign()); HubClient there = HubClient.to(other.uri()).connect(Jwt.of("bob").sign())) {
                assertEquals("2", reached(one, "disconnect", "{\"user\":\"bob\"}"));
                assertEquals(new Close(3503, "force disconnect"), here.awaitClose());
                assertEquals(new Close(3503, "force disconnect"), there.awaitClose());
            }

            // who has ended is no longer seen
            other.terminate();
            assertEquals(0, other.exitCode(Duration.ofSeconds(30)));
            await().atMost(SOON).until(() -> nodes(one).size() == 1);
        }
    }

    @Test
    void withoutRedisItStartsAndIsReadyWhenRedisComesAndStaysReadyWhenItGoes() {
        try (RedisProcess redis = RedisProcess.embedded()) {
            redis.kill();
            try (HubProcess hub = HubProcess.startUnready(sharing(redis))) {
                assertEquals(503, hub.health("ready"));
                assertEquals(200, hub.health("live"));

                redis.start();
                hub.awaitHealth("ready", 200, SOON);

                redis.kill();
                await().atMost(SOON).until(() -> new JsonObject(hub.get("/console/stats").body()).getString("state").equals("degraded"));
                assertEquals(200, hub.health("ready"));
                assertEquals(503, hub.post("/v1/disconnect", HubSettings.KEY, "{\"user\":\"nobody\"}").status());
                assertTrue(hub.get("/v1/ping").status() < 300);
            }
        }
    }
}
