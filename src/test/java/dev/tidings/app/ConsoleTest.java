package dev.tidings.app;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.testing.HubClient;
import dev.tidings.testing.Hubs;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub that somebody tries out: the page is there, and everything is allowed to pages of the same origin. */
@QuarkusTest
@TestProfile(Hubs.Insecure.class)
class ConsoleTest {
    @TestHTTPResource
    URI hub;

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/console/console.js", "/console/console.css", "/console/icon.svg"})
    void servesThePageUnderAPolicyThatKeepsItToItself(String path) {
        given().get(path).then().statusCode(200).header("Content-Security-Policy", containsString("default-src 'self'"))
                .header("X-Content-Type-Options", "nosniff").header("Content-Type", not(blankOrNullString()));
    }

    @Test
    void thePageNeedsNothingFromElsewhereAndNoInlineCode() {
        String page = given().get("/").asString();
        assertEquals(-1, page.replaceAll("http://www.w3.org", "").indexOf("//"), "an address of another host");
        given().get("/").then().body(not(containsString("<script>"))).body(not(containsString(" style=")));
    }

    @Test
    void tellsItsFigures() {
        given().get("/console/stats").then().statusCode(200).contentType("application/json").header("Cache-Control", "no-store")
                .body("state", equalTo("ready")).body("connections_limit", greaterThan(0)).body("uptime_ms", greaterThan(0)).body("connections.websocket", equalTo(0));
    }

    @Test
    void tellsOfAllNodesThatItSees() {
        String node = given().get("/console/stats").then().extract().path("node");

        given().get("/console/stats").then().body("nodes.size()", equalTo(1)).body("nodes[0].node", equalTo(node)).body("nodes[0].state", equalTo("ready"))
                .body("nodes[0].connections", greaterThanOrEqualTo(0)).body("nodes[0].connections_limit", greaterThan(0)).body("nodes[0].version", not(blankOrNullString()));
    }

    @Test
    void anybodyMayDoAnythingWithoutAToken() {
        try (HubClient client = HubClient.to(hub).extended().connect("")) {
            client.subscribe("demo");
            given().contentType("application/json").body("{\"channel\":\"demo\",\"data\":1}").post("/v1/publish").then().statusCode(200);
            assertEquals(1, client.push("pub").getJsonObject("pub").getInteger("offset"));
            assertEquals(1, client.call("presence_stats", new JsonObject().put("channel", "demo")).getInteger("num_clients"));
        }
        given().contentType("application/json").body("{\"user\":\"ada\"}").post("/v1/disconnect").then().statusCode(200);
    }

    @Test
    void onlyPagesOfTheSameOriginMayCall() {
        String own = "http://" + hub.getAuthority();
        given().header("Origin", own).get("/v1/ping").then().statusCode(204).header("Access-Control-Allow-Origin", own);
        given().header("Origin", "http://evil.example").get("/v1/ping").then().statusCode(403);
        assertEquals(403, HubClient.to(hub).header("Origin", "http://evil.example").refusal());
    }
}
