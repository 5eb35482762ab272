package dev.tidings.api;

import static dev.tidings.api.Requests.backEnd;
import static dev.tidings.api.Requests.client;
import static dev.tidings.api.Requests.fill;
import static dev.tidings.api.Requests.publish;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.hasKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tidings.testing.HubClient;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code /v1/publish}, {@code /v1/broadcast} and {@code /v1/batch} answer (protocol section 13). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class PublishTest {
    @TestHTTPResource
    URI hub;

    @Test
    void answersWithThePosition() {
        publish("{\"channel\":\"chat:position\",\"data\":{\"t\":\"hi\"}}").statusCode(200).contentType("application/json")
                .body("epoch", matchesPattern("[A-Za-z0-9_-]{6}")).body("offset", equalTo(1)).body("duplicate", equalTo(false)).body("skipped", equalTo(false));
    }

    @Test
    void answersWithoutPositionWhereNothingIsRetained() {
        publish("{\"channel\":\"plain\",\"data\":1}").statusCode(200).body("$", not(hasKey("offset"))).body("duplicate", equalTo(false));
        publish("{\"channel\":\"chat:skip\",\"data\":1,\"skip_history\":true}").statusCode(200).body("$", not(hasKey("epoch")));
    }

    @Test
    void deliversEveryMember() {
        try (HubClient reader = HubClient.to(hub).connect(Jwt.of("ada").grantAll("chat:*").sign())) {
            reader.subscribe("chat:members");

            publish("{\"channel\":\"chat:members\",\"data\":{\"t\":\"hi\"},\"event\":\"created\",\"id\":\"m-1\",\"tags\":{\"lang\":\"fr\"},\"version\":8,"
                    + "\"info\":{\"user\":\"bot\",\"client\":\"\"}}").statusCode(200);

            JsonObject pub = reader.push("pub").getJsonObject("pub");
            assertEquals(new JsonObject("{\"data\":{\"t\":\"hi\"},\"offset\":1,\"event\":\"created\",\"id\":\"m-1\",\"tags\":{\"lang\":\"fr\"},\"version\":8,"
                    + "\"info\":{\"user\":\"bot\",\"client\":\"\"},\"time\":" + pub.getLong("time") + "}"), pub);
        }
    }

    @Test
    void sparesTheClientsThatAreExcluded() {
        String token = Jwt.of("ada").grantAll("chat:*").sign();
        try (HubClient spared = HubClient.to(hub).open(); HubClient other = HubClient.to(hub).connect(token)) {
            String id = spared.call("connect", new JsonObject().put("token", token)).getString("client");
            spared.subscribe("chat:exclude");
            other.subscribe("chat:exclude");

            publish("{\"channel\":\"chat:exclude\",\"data\":1,\"exclude\":[\"" + id + "\"]}").statusCode(200);

            other.push("pub");
            spared.expectNoPush();
        }
    }

    @Test
    void decodesBase64() {
        String data = Base64.getEncoder().encodeToString("{\"n\":1}".getBytes());
        publish("{\"channel\":\"chat:b64\",\"b64data\":\"" + data + "\"}").statusCode(200);
        backEnd().get("/v1/history?channel=chat:b64").then().body("publications[0].data.n", equalTo(1));
    }

    @Test
    void repeatsTheFirstAnswerForAnIdempotencyKey() {
        String body = "{\"channel\":\"chat:key\",\"data\":1,\"idempotency_key\":\"k\"}";
        String epoch = publish(body).body("duplicate", equalTo(false)).extract().path("epoch");

        publish(body).statusCode(200).body("epoch", equalTo(epoch)).body("offset", equalTo(1)).body("duplicate", equalTo(true));
        backEnd().header("Idempotency-Key", "k").body("{\"channel\":\"chat:key\",\"data\":1}").post("/v1/publish").then().body("duplicate", equalTo(true));
        publish(body.replace(":1,", ":2,")).statusCode(422).body("code", equalTo(422));
        backEnd().header("Idempotency-Key", "other").body(body).post("/v1/publish").then().statusCode(400).body("code", equalTo(107));
    }

    @Test
    void publishesOnlyIfTheStreamIsWhereThePublisherThinks() {
        String epoch = fill("chat:if", 2);

        publish("{\"channel\":\"chat:if\",\"data\":1,\"if\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}").statusCode(412).body("code", equalTo(412))
                .body("epoch", equalTo(epoch)).body("offset", equalTo(2));
        publish("{\"channel\":\"chat:if\",\"data\":1,\"if\":{\"epoch\":\"" + epoch + "\",\"offset\":2}}").statusCode(200).body("offset", equalTo(3));
        publish("{\"channel\":\"chat:if-empty\",\"data\":1,\"if\":{\"epoch\":\"\",\"offset\":0}}").statusCode(200).body("offset", equalTo(1));
        publish("{\"channel\":\"plain\",\"data\":1,\"if\":{\"epoch\":\"\",\"offset\":0}}").statusCode(400).body("code", equalTo(108));
    }

    @Test
    void skipsVersionsThatAreNotNewer() {
        publish("{\"channel\":\"chat:version\",\"data\":1,\"version\":8}").body("skipped", equalTo(false));
        publish("{\"channel\":\"chat:version\",\"data\":2,\"version\":8}").statusCode(200).body("skipped", equalTo(true));
        publish("{\"channel\":\"chat:version\",\"data\":3,\"version\":1,\"version_epoch\":\"next\"}").body("skipped", equalTo(false)).body("offset", equalTo(2));
    }

    @Test
    void whatIsWrongForAllChannelsOfABroadcastIsToldOnce() {
        for (String wrong : List.of("\"idempotency_key\":\"other\"", "\"tags\":1", "\"event\":\"mercure\"", "\"if\":{\"epoch\":1}", "\"exclude\":[1]")) {
            backEnd().header("Idempotency-Key", "key").body("{\"channels\":[\"chat:w1\",\"chat:w2\"],\"data\":1," + wrong + "}").post("/v1/broadcast").then()
                    .statusCode(400).body("code", equalTo(107));
        }
    }

    @Test
    void broadcastsToEachChannelByItself() {
        backEnd().body("{\"channels\":[\"chat:b1\",\"nowhere:b2\",\"chat:b3\"],\"data\":1}").post("/v1/broadcast").then().statusCode(200)
                .body("responses", hasSize(3)).body("responses[0].result.offset", equalTo(1)).body("responses[1].error.code", equalTo(102))
                .body("responses[2].result.offset", equalTo(1));
    }

    @Test
    void carriesOutABatchInOrder() {
        String commands = "{\"commands\":[{\"publish\":{\"channel\":\"chat:batch\",\"data\":1}},{\"publish\":{\"channel\":\"nowhere:x\",\"data\":1}},"
                + "{\"broadcast\":{\"channels\":[\"chat:batch\"],\"data\":2}},{\"sing\":{}}]%s}";
        for (String parallel : new String[] {"", ",\"parallel\":true"}) {
            backEnd().body(commands.formatted(parallel)).post("/v1/batch").then().statusCode(200).body("replies", hasSize(4))
                    .body("replies[0].publish.duplicate", equalTo(false)).body("replies[1].error.code", equalTo(102))
                    .body("replies[2].broadcast.responses[0].result.skipped", equalTo(false)).body("replies[3].error.code", equalTo(107));
        }
        backEnd().get("/v1/history?channel=chat:batch").then().body("publications.data[0]", equalTo(1)).body("publications.data[1]", equalTo(2));
    }

    @Test
    void letsClientsPublishWhatTheirTokensGrant() {
        String token = Jwt.of("ada").claim("info", new JsonObject().put("name", "Ada")).grant("publish", "chat:of-ada").sign();

        client(token).body("{\"channel\":\"chat:of-ada\",\"data\":1,\"info\":{\"user\":\"eve\",\"client\":\"\"}}").post("/v1/publish").then().statusCode(200);
        client(token).body("{\"channel\":\"chat:of-eve\",\"data\":1}").post("/v1/publish").then().statusCode(403).body("code", equalTo(103));

        backEnd().get("/v1/history?channel=chat:of-ada").then().body("publications[0].info.user", equalTo("ada"));
    }

    @Test
    void keepsToTheSizeOfTheNamespace() {
        String data = "\"" + "x".repeat(98) + "\"";
        publish("{\"channel\":\"small:x\",\"data\":" + data + "}").statusCode(200);
        publish("{\"channel\":\"small:x\",\"data\":[" + data + "]}").statusCode(413).body("code", equalTo(413)).body("detail", containsString("100"));
    }

    @Test
    void refusesWhatIsMalformed() {
        for (String body : new String[] {"", "{", "[]", "{\"data\":1}", "{\"channel\":\"chat:x\"}", "{\"channel\":\"\",\"data\":1}", "{\"channel\":\"a\\u0000\",\"data\":1}",
                "{\"channel\":\"chat:x\",\"data\":1,\"event\":\"tidings\"}", "{\"channel\":\"chat:x\",\"data\":1,\"b64data\":\"MQ==\"}",
                "{\"channel\":\"chat:x\",\"data\":1,\"tags\":{\"a\":1}}", "{\"channel\":\"chat:x\",\"data\":1,\"version\":-1}"}) {
            String problem = publish(body).statusCode(400).contentType("application/problem+json").extract().asString();
            assertFalse(problem.contains("Exception"), problem);
        }
    }
}
