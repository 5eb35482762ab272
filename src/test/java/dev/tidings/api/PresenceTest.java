package dev.tidings.api;

import static dev.tidings.api.Requests.backEnd;
import static dev.tidings.api.Requests.client;
import static org.hamcrest.Matchers.equalTo;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** What {@code /v1/presence} and {@code /v1/presence_stats} answer (protocol section 10). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class PresenceTest {
    @TestHTTPResource
    URI hub;

    @Test
    void namesMembersOfBothDoors() {
        String ada = Jwt.of("ada").claim("info", new JsonObject().put("name", "Ada")).grantAll("chat:*").sign();
        String bob = Jwt.of("bob").grantAll("chat:*").sign();
        try (HubClient one = HubClient.to(hub).open(); HubClient two = HubClient.to(hub).connect(ada);
                EventStreamReader three = EventStreamReader.get(hub, "/v1/sse?channel=chat:who", "Authorization: Bearer " + bob)) {
            String id = one.call("connect", new JsonObject().put("token", ada)).getString("client");
            one.subscribe("chat:who");
            two.subscribe("chat:who");
            String stream = three.connected().getString("client");

            backEnd().get("/v1/presence_stats?channel=chat:who").then().statusCode(200).body("num_clients", equalTo(3)).body("num_users", equalTo(2));
            backEnd().get("/v1/presence?channel=chat:who").then().statusCode(200).body("presence.size()", equalTo(3))
                    .body("presence.'" + id + "'.user", equalTo("ada")).body("presence.'" + id + "'.client", equalTo(id))
                    .body("presence.'" + id + "'.conn_info.name", equalTo("Ada")).body("presence.'" + stream + "'.user", equalTo("bob"));

            two.call("unsubscribe", new JsonObject().put("channel", "chat:who"));
            backEnd().get("/v1/presence_stats?channel=chat:who").then().body("num_clients", equalTo(2));
        }
    }

    @Test
    void refusesWhoMayNotKnowAndWhereNothingIsKnown() {
        client(Jwt.of("ada").grant("subscribe", "chat:x").sign()).get("/v1/presence?channel=chat:x").then().statusCode(403);
        client(Jwt.of("ada").grant("presence", "chat:x").sign()).get("/v1/presence?channel=chat:x").then().statusCode(200).body("presence.size()", equalTo(0));
        backEnd().get("/v1/presence?channel=plain").then().statusCode(400).body("code", equalTo(108));
    }
}
