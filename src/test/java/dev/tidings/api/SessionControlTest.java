package dev.tidings.api;

import static dev.tidings.api.Requests.backEnd;
import static dev.tidings.api.Requests.client;
import static dev.tidings.api.Requests.fill;
import static dev.tidings.api.Requests.publish;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Back ends act on the sessions of users: live clients see it. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class SessionControlTest {
    @TestHTTPResource
    URI hub;

    private static ValidatableResponse act(String verb, String body) {
        return backEnd().body(body.replace('\'', '"')).post("/v1/" + verb).then();
    }

    private HubClient connect(String user) {
        return HubClient.to(hub).extended().connect(Jwt.of(user).grantAll("chat:*").sign());
    }

    @Test
    void disconnectsAUser() {
        try (HubClient ann = connect("ann"); HubClient other = connect("anna")) {
            act("disconnect", "{'user':'ann'}").statusCode(200).header("Tidings-Sessions", "1").body(equalTo("{}"));

            assertEquals(new Close(3503, "force disconnect"), ann.awaitClose());
            other.expectNoPush();
        }
    }

    @Test
    void disconnectsWithACodeOfTheApplicationButSparesWhoIsListed() {
        try (HubClient gone = connect("cleo"); HubClient spared = HubClient.to(hub).open()) {
            String id = spared.call("connect", new JsonObject().put("token", Jwt.of("cleo").sign())).getString("client");

            act("disconnect", "{'user':'cleo','whitelist':['" + id + "'],'disconnect':{'code':4501,'reason':'moved out'}}").statusCode(200);

            assertEquals(new Close(4501, "moved out"), gone.awaitClose());
            spared.expectNoPush();
        }
    }

    @Test
    void disconnectsAStream() {
        String token = Jwt.of("dora").grantAll("chat:*").sign();
        try (EventStreamReader stream = EventStreamReader.get(hub, "/v1/sse?channel=chat:d", "Authorization: Bearer " + token)) {
            stream.connected();

            act("disconnect", "{'user':'dora','disconnect':{'code':3500,'reason':'invalid token'}}").statusCode(200);

            assertEquals(new JsonObject("{\"disconnect\":{\"code\":3500,\"reason\":\"invalid token\",\"reconnect\":false}}"), stream.event().json());
            stream.rest();
            assertEquals(EventStreamReader.End.ABRUPT, stream.end());
        }
    }

    @Test
    void nobodyThereIsNoError() {
        act("disconnect", "{'user':'nobody'}").statusCode(200).header("Tidings-Sessions", "0");
        act("unsubscribe", "{'client':'nobody'}").statusCode(200).header("Tidings-Sessions", "0");
        act("refresh", "{'session':'nobody'}").statusCode(200).header("Tidings-Sessions", "0");
    }

    @Test
    void refusesReasonsThatSdksWouldMisread() {
        act("disconnect", "{'user':'ann','disconnect':{'code':4501,'reason':'{}'}}").statusCode(400);
        for (String reason : List.of("30", " 30 ", "-5", "1e5", "true", "false", "null", ";a=1".repeat(20_000))) {
            act("disconnect", "{'user':'ann','disconnect':{'code':4501,'reason':'" + reason + "'}}").statusCode(400);
        }
        act("disconnect", "{'user':'ann','disconnect':{'code':4501,'reason':'true story;a=1'}}").statusCode(200);
        act("disconnect", "{'user':'ann','disconnect':{'code':1000,'reason':'x'}}").statusCode(400);
    }

    @Test
    void unsubscribes() {
        try (HubClient eve = connect("eve")) {
            eve.subscribe("chat:unsub");

            act("unsubscribe", "{'user':'eve','channel':'chat:unsub'}").statusCode(200);

            JsonObject push = eve.push("unsubscribe");
            assertEquals("chat:unsub", push.getString("channel"));
            assertEquals(2000, push.getJsonObject("unsubscribe").getInteger("code"));
            fill("chat:unsub", 1);
            eve.expectNoPush();
        }
    }

    @Test
    void subscribesAndRecovers() {
        String epoch = fill("open:server", 3);
        try (HubClient fay = connect("fay")) {
            act("subscribe", "{'user':'fay','channel':'open:server','data':{'why':'you'},'recover_since':{'epoch':'" + epoch + "','offset':1}}").statusCode(200);

            JsonObject subscribe = fay.push("subscribe").getJsonObject("subscribe");
            assertEquals(new JsonObject().put("why", "you"), subscribe.getJsonObject("data"));
            assertTrue(subscribe.getBoolean("recoverable"));
            assertEquals(epoch, subscribe.getString("epoch"));
            assertEquals(2, fay.push("pub").getJsonObject("pub").getInteger("offset"));
            assertEquals(3, fay.push("pub").getJsonObject("pub").getInteger("offset"));
            publish("{\"channel\":\"open:server\",\"data\":4}").statusCode(200);
            assertEquals(4, fay.push("pub").getJsonObject("pub").getInteger("offset"));
        }
    }

    @Test
    void subscribesOtherThanTheNamespaceSays() {
        try (HubClient kim = connect("kim"); HubClient lou = connect("lou")) {
            act("subscribe", "{'user':'kim','channel':'chat:override','b64info':'eyJzZWF0IjoxfQ==','override':{'presence':{'value':true},'join_leave':{'value':true},"
                    + "'force_push_join_leave':{'value':true}}}").statusCode(200);
            kim.push("subscribe");
            JsonObject own = kim.push("join").getJsonObject("join").getJsonObject("info");
            assertEquals(new JsonObject().put("seat", 1), own.getJsonObject("chan_info"));
            act("subscribe", "{'user':'lou','channel':'chat:override','override':{'presence':{'value':true},'join_leave':{'value':true}}}").statusCode(200);
            lou.push("subscribe");

            JsonObject join = kim.push("join").getJsonObject("join").getJsonObject("info");
            assertEquals("lou", join.getString("user"));
            lou.expectNoPush();
            act("subscribe", "{'user':'kim','channel':'chat:override','b64info':'!'}").statusCode(400);
        }
    }

    @Test
    void refreshesAndEnds() {
        try (HubClient gil = connect("gil")) {
            act("refresh", "{'user':'gil','expire_at':" + (Instant.now().getEpochSecond() + 600) + "}").statusCode(200);
            JsonObject refresh = gil.push("refresh").getJsonObject("refresh");
            assertTrue(refresh.getBoolean("expires"));
            assertTrue(refresh.getInteger("ttl") > 590 && refresh.getInteger("ttl") <= 600, refresh::encode);

            act("refresh", "{'user':'gil','expired':true}").statusCode(200);
            assertEquals(new Close(3005, "connection expired"), gil.awaitClose());
        }
    }

    @Test
    void aLifetimeThatIsOverIsTheEnd() {
        try (HubClient hal = connect("hal")) {
            act("refresh", "{'user':'hal','expire_at':" + (Instant.now().getEpochSecond() - 1) + "}").statusCode(200);
            assertEquals(new Close(3005, "connection expired"), hal.awaitClose());
        }
    }

    @Test
    void whoCannotBeSubscribedIsNotCounted() {
        try (HubClient ida = connect("ida")) {
            for (int i = 0; i < 128; i++) {
                ida.subscribe("open:full-" + i);
            }
            act("subscribe", "{'user':'ida','channel':'open:full-128'}").statusCode(200).header("Tidings-Sessions", "0");
            act("unsubscribe", "{'user':'ida','channel':'open:full-0'}").statusCode(200).header("Tidings-Sessions", "1");
            act("subscribe", "{'user':'ida','channel':'open:full-128'}").statusCode(200).header("Tidings-Sessions", "1");
        }
    }

    @Test
    void needsATargetAndABackEnd() {
        act("disconnect", "{}").statusCode(400).body("code", equalTo(107));
        act("subscribe", "{'user':'ann','channel':'nowhere:x'}").statusCode(404).body("code", equalTo(102));
        client(Jwt.of("ann").sign()).body("{\"user\":\"ann\"}").post("/v1/disconnect").then().statusCode(403);
    }
}
