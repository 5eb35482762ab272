package dev.tidings.websocket;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every place where a token may come from, and what becomes of those that are not accepted (protocol section 6). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class CredentialsWireTest {
    private static final String TOKEN = Jwt.of("ada").grantAll("chat:*").sign();
    private static final String COOKIE = "__Secure-tidings_token=" + TOKEN;

    @TestHTTPResource
    URI hub;

    /** Connects without a token in the message, and subscribes to what only a token grants. */
    private static void isAda(HubClient client) {
        try (client) {
            client.call("connect", new JsonObject());
            client.subscribe("chat:carried");
        }
    }

    @Test
    void aTokenMayComeInTheHeader() {
        isAda(HubClient.to(hub).header("Authorization", "Bearer " + TOKEN).open());
    }

    @Test
    void aTokenMayComeAsSubprotocolAndIsNotEchoed() {
        HubClient client = HubClient.to(hub).subprotocols("tidings.v1.json", "tidings.bearer." + TOKEN).open();
        assertEquals("tidings.v1.json", client.subprotocol());
        isAda(client);
    }

    @Test
    void aTokenMayComeAsQuarkusCarriesIt() {
        String header = URLEncoder.encode("quarkus-http-upgrade#Authorization#Bearer " + TOKEN, StandardCharsets.UTF_8).replace("+", "%20");
        HubClient client = HubClient.to(hub).subprotocols("tidings.v1.json", "bearer-token-carrier", header).open();
        assertEquals("tidings.v1.json", client.subprotocol());
        isAda(client);
    }

    @Test
    void aCookieCountsOnlyForAPageThatMayCall() {
        isAda(HubClient.to(hub).header("Cookie", COOKIE).header("Origin", HubSettings.ORIGIN).open());
        try (HubClient client = HubClient.to(hub).header("Cookie", COOKIE).open()) {
            assertEquals(101, client.refused("connect", new JsonObject()).getInteger("code"));
        }
        given().header("Cookie", COOKIE).get("/v1/history?channel=chat:x").then().statusCode(401);
        given().header("Cookie", COOKIE).header("Sec-Fetch-Site", "same-origin").get("/v1/history?channel=chat:x").then().statusCode(200);
        given().header("Cookie", COOKIE).header("Sec-Fetch-Site", "cross-site").get("/v1/history?channel=chat:x").then().statusCode(401);
        given().header("Cookie", COOKIE).header("Origin", HubSettings.ORIGIN).get("/v1/history?channel=chat:x").then().statusCode(200);
    }

    @Test
    void anExplicitTokenBeatsTheCookie() {
        try (HubClient client = HubClient.to(hub).header("Cookie", "__Secure-tidings_token=" + Jwt.of("eve").sign()).header("Origin", HubSettings.ORIGIN)
                .connect(TOKEN)) {
            client.subscribe("chat:explicit");
        }
    }

    @Test
    void twoTokensAreTheEnd() {
        try (HubClient client = HubClient.to(hub).header("Authorization", "Bearer " + TOKEN).open()) {
            client.send("{\"id\":1,\"connect\":{\"token\":\"" + TOKEN + "\"}}");
            assertEquals(new Close(3501, "bad request"), client.awaitClose());
        }
        try (HubClient client = HubClient.to(hub).header("Authorization", "Bearer " + TOKEN).subprotocols("tidings.v1.json", "tidings.bearer." + TOKEN).open()) {
            assertEquals(new Close(3501, "bad request"), client.awaitClose());
        }
    }

    @Test
    void aWorthlessTokenIsTheEnd() {
        for (String token : new String[] {Jwt.of("ada").forged().sign(), "nonsense", Jwt.of("ada").claim("nbf", 4_000_000_000L).sign()}) {
            try (HubClient client = HubClient.to(hub).open()) {
                client.send("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
                assertEquals(3500, client.awaitClose().code(), token);
            }
        }
    }

    @Test
    void anExpiredTokenMayBeReplacedOnTheSameConnection() {
        try (HubClient client = HubClient.to(hub).open()) {
            assertEquals(109, client.refused("connect", new JsonObject().put("token", Jwt.of("ada").expiresIn(-60).sign())).getInteger("code"));
            assertTrue(client.call("connect", new JsonObject().put("token", TOKEN)).getBoolean("expires"));
        }
    }

    @Test
    void withoutATokenThereAreFiveSecondsToGo() {
        try (HubClient client = HubClient.to(hub).open()) {
            assertEquals(101, client.refused("connect", new JsonObject()).getInteger("code"));
            assertEquals(new Close(3500, "invalid token"), client.awaitClose());
        }
    }

    @Test
    void askingAgainWithoutATokenGivesNoMoreTime() {
        try (HubClient client = HubClient.to(hub).open()) {
            long start = System.nanoTime();
            client.refused("connect", new JsonObject());
            await().pollInterval(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(15)).ignoreExceptions().until(() -> {
                if (!client.closed().isDone()) {
                    client.send("{\"id\":7,\"connect\":{}}");
                }
                return client.closed().isDone();
            });
            assertEquals(new Close(3500, "invalid token"), client.awaitClose());
            assertTrue(System.nanoTime() - start < 9_000_000_000L);
        }
    }

    @Test
    void aSessionIsRefreshedByItsOwnUserOnly() {
        try (HubClient client = HubClient.to(hub).connect(TOKEN)) {
            assertEquals(109, client.refused("refresh", new JsonObject().put("token", Jwt.of("ada").expiresIn(-60).sign())).getInteger("code"));
            client.send("{\"id\":9,\"refresh\":{\"token\":\"" + Jwt.of("eve").sign() + "\"}}");
            assertEquals(3500, client.awaitClose().code());
        }
    }
}
