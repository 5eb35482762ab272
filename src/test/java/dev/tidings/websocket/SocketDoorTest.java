package dev.tidings.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The WebSocket door as clients meet it (protocol section 7). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class SocketDoorTest {
    private static final String TOKEN = Jwt.of("ada").grantAll("chat:*", "brief:*").sign();

    @TestHTTPResource
    URI hub;

    private static JsonObject json(String text) {
        return new JsonObject(text.replace('\'', '"'));
    }

    @Test
    void selectsTheSubprotocolThatItPrefers() {
        try (HubClient both = HubClient.to(hub).subprotocols("centrifuge-json", "tidings.v1.json").open();
                HubClient plain = HubClient.to(hub).subprotocols("unknown", "centrifuge-json").open(); HubClient none = HubClient.to(hub).open()) {
            assertEquals("tidings.v1.json", both.subprotocol());
            assertEquals("centrifuge-json", plain.subprotocol());
            assertEquals("", none.subprotocol());
        }
        assertEquals(400, HubClient.to(hub).subprotocols("unknown").refusal());
    }

    @Test
    void servesTheAliasThatSdksUse() {
        try (HubClient client = HubClient.at(hub, "/connection/websocket").open()) {
            client.call("connect", new JsonObject().put("token", TOKEN));
        }
    }

    @Test
    void refusesPagesOfOtherOrigins() {
        assertEquals(403, HubClient.to(hub).header("Origin", "https://evil.example").refusal());
        try (HubClient client = HubClient.to(hub).header("Origin", HubSettings.ORIGIN).open()) {
            client.call("connect", new JsonObject().put("token", TOKEN));
        }
    }

    @Test
    void aPlainConnectionGetsNothingThatUpstreamDoesNotKnow() {
        try (HubClient client = HubClient.to(hub).open()) {
            JsonObject connect = client.call("connect", new JsonObject().put("token", TOKEN));
            assertTrue(Set.of("client", "version", "session", "node", "ping", "pong", "expires", "ttl", "time").containsAll(connect.fieldNames()), connect::encode);
            JsonObject subscribe = client.subscribe("chat:plain");
            assertTrue(Set.of("recoverable", "positioned", "epoch", "offset").containsAll(subscribe.fieldNames()), subscribe::encode);
            assertEquals(json("{}"), client.call("publish", json("{'channel':'chat:plain','data':1,'event':'x'}")));
            assertFalse(client.push("pub").getJsonObject("pub").containsKey("event"));
            assertFalse(client.call("history", json("{'channel':'chat:plain','limit':1}")).containsKey("oldest"));
            assertEquals(Set.of("code", "message"), client.refused("rpc", json("{'method':'x'}")).fieldNames());
        }
    }

    @Test
    void anExtendedConnectionIsToldSo() {
        try (HubClient bySubprotocol = HubClient.to(hub).extended().open(); HubClient byMember = HubClient.to(hub).open()) {
            JsonObject first = bySubprotocol.call("connect", new JsonObject().put("token", TOKEN));
            JsonObject second = byMember.call("connect", new JsonObject().put("token", TOKEN).put("ext", new JsonArray().add("tidings.v1")));

            for (JsonObject connect : new JsonObject[] {first, second}) {
                assertEquals(new JsonArray().add("tidings.v1"), connect.getJsonArray("ext"));
                assertEquals(json("{'message':65536,'channels':128,'history':300}"), connect.getJsonObject("limits"));
            }
            assertEquals(108, bySubprotocol.refused("rpc", json("{'method':'x'}")).getInteger("code"));
            JsonObject published = byMember.call("publish", json("{'channel':'chat:ext','data':1,'idempotency_key':'k'}"));
            assertEquals(json("{'duplicate':false,'skipped':false,'offset':1}").put("epoch", published.getString("epoch")), published);
        }
    }

    @Test
    void answersEveryCommand() {
        try (HubClient client = HubClient.to(hub).extended().connect(TOKEN)) {
            JsonObject subscribed = client.call("subscribe", json("{'channel':'chat:all','join_leave':true,'presence':true}"));
            assertEquals(1, subscribed.getJsonObject("members").size());
            client.call("publish", json("{'channel':'chat:all','data':{'n':1}}"));
            assertEquals(1, client.push("pub").getJsonObject("pub").getInteger("offset"));
            JsonObject history = client.call("history", json("{'channel':'chat:all','limit':10}"));
            assertEquals(1, history.getJsonArray("publications").size());
            assertEquals(1, history.getInteger("oldest"));
            assertEquals(history, client.call("history", json("{'channel':'chat:all','limit':-1}")));
            assertEquals(1, client.call("presence", json("{'channel':'chat:all'}")).getJsonObject("presence").size());
            assertEquals(json("{'num_clients':1,'num_users':1}"), client.call("presence_stats", json("{'channel':'chat:all'}")));
            assertTrue(client.call("refresh", new JsonObject().put("token", TOKEN)).getBoolean("expires"));
            assertEquals(json("{}"), client.call("ping", json("{}")));
            assertEquals(json("{}"), client.call("unsubscribe", json("{'channel':'chat:all'}")));
            client.send("{\"send\":{\"data\":{}}}");
            client.expectNoPush();
        }
    }

    @Test
    void tellsJoinsAndLeaves() {
        try (HubClient watcher = HubClient.to(hub).connect(TOKEN); HubClient other = HubClient.to(hub).connect(Jwt.of("bob").grantAll("chat:*").sign())) {
            watcher.call("subscribe", json("{'channel':'chat:who','join_leave':true}"));
            other.subscribe("chat:who");
            JsonObject joined = watcher.push("join").getJsonObject("join").getJsonObject("info");
            while (joined.getString("user").equals("ada")) { // its own
                joined = watcher.push("join").getJsonObject("join").getJsonObject("info");
            }
            assertEquals("bob", joined.getString("user"));
            other.call("unsubscribe", json("{'channel':'chat:who'}"));
            assertEquals(joined, watcher.push("leave").getJsonObject("leave").getJsonObject("info"));
        }
    }

    @Test
    void recoversByPositionAndTellsAGap() {
        try (HubClient client = HubClient.to(hub).extended().connect(Jwt.of("ada").grantAll("brief:*", "chat:*").sign())) {
            JsonObject top = client.subscribe("chat:back");
            client.call("unsubscribe", json("{'channel':'chat:back'}"));
            client.call("publish", json("{'channel':'chat:back','data':1}"));
            JsonObject claim = json("{'channel':'chat:back','recover':true,'offset':0}").put("epoch", top.getString("epoch"));
            JsonObject back = client.call("subscribe", claim);
            assertTrue(back.getBoolean("recovered") && back.getBoolean("was_recovering"));
            assertEquals(1, back.getJsonArray("publications").size());
            assertEquals(105, client.refused("subscribe", claim).getInteger("code"));

            client.call("unsubscribe", json("{'channel':'chat:back'}"));
            JsonObject lost = client.call("subscribe", claim.put("epoch", "Zzzzzz"));
            assertFalse(lost.getBoolean("recovered"));
            assertEquals("epoch", lost.getJsonObject("gap").getString("reason"));
        }
    }

    @Test
    void takesServerSideSubscriptionsAndSubscriptionTokens() {
        String token = Jwt.of("sue").claim("channels", new JsonArray().add("chat:mine")).sign();
        try (HubClient client = HubClient.to(hub).open()) {
            JsonObject connect = client.call("connect", new JsonObject().put("token", token));
            assertTrue(connect.getJsonObject("subs").containsKey("chat:mine"));
            assertEquals(103, client.refused("subscribe", json("{'channel':'chat:token'}")).getInteger("code"));
            JsonObject subscribed = client.call("subscribe", new JsonObject().put("channel", "chat:token").put("token", Jwt.subscription("sue", "chat:token").sign()));
            assertTrue(subscribed.getBoolean("expires"));
            client.call("sub_refresh", new JsonObject().put("channel", "chat:token").put("token", Jwt.subscription("sue", "chat:token").sign()));

            client.send(new JsonObject().put("id", 99).put("subscribe", new JsonObject().put("channel", "chat:other")
                    .put("token", Jwt.subscription("sue", "chat:token").sign())).encode());
            assertEquals(new Close(3500, "invalid token"), client.awaitClose());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'id':1,'subscribe':{'channel':'chat:x'}}", "{}", "[]", "nonsense", "{'id':0,'connect':{}}", "{'id':1}", "{'id':1,'connect':{},'ping':{}}",
        "{'id':4294967296,'connect':{}}"})
    void whatBreaksTheProtocolIsTheEnd(String line) {
        try (HubClient client = HubClient.to(hub).open()) {
            client.send(line.replace('\'', '"'));
            assertEquals(new Close(3501, "bad request"), client.awaitClose());
        }
    }

    @Test
    void binaryFramesAreTheEnd() {
        try (HubClient client = HubClient.to(hub).connect(TOKEN)) {
            client.sendBinary(new byte[] {1, 2, 3});
            assertEquals(new Close(3501, "bad request"), client.awaitClose());
        }
    }

    @Test
    void aMessageOverTheLimitIsTheEnd() {
        try (HubClient client = HubClient.to(hub).connect(TOKEN)) {
            client.send("{\"id\":2,\"publish\":{\"channel\":\"chat:x\",\"data\":\"" + "x".repeat(65_536) + "\"}}");
            assertEquals(1009, client.awaitClose().code());
        }
    }

    @Test
    void severalCommandsMayShareAFrame() {
        try (HubClient client = HubClient.to(hub).open()) {
            client.send("{\"id\":1,\"connect\":{\"token\":\"" + TOKEN + "\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"chat:frame\"}}\n");
            assertEquals(1, client.line().getInteger("id"));
            JsonObject second = client.line();
            assertEquals(2, second.getInteger("id"));
            assertTrue(second.containsKey("subscribe"), second::encode);
        }
    }
}
