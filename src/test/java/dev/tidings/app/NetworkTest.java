package dev.tidings.app;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of which origins may do (protocol section 6). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class NetworkTest {
    @ParameterizedTest
    @ValueSource(strings = {"/v1/publish", "/v1/sse", "/v1/history", "/v1/presence"})
    void answersAPreflight(String path) {
        given().header("Origin", HubSettings.ORIGIN).header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,last-event-id").options(path).then().statusCode(204).body(emptyString())
                .header("Access-Control-Allow-Origin", HubSettings.ORIGIN).header("Access-Control-Allow-Credentials", "true")
                .header("Access-Control-Allow-Methods", containsString("POST"))
                .header("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID, Idempotency-Key, Cache-Control, X-Requested-With")
                .header("Access-Control-Max-Age", "7200").header("Vary", "Origin");
    }

    @Test
    void refusesAPreflightOfAnotherOrigin() {
        given().header("Origin", "https://evil.example").header("Access-Control-Request-Method", "POST").options("/v1/publish").then().statusCode(403)
                .header("Access-Control-Allow-Origin", nullValue());
    }

    @Test
    void showsItsHeadersToAPageThatMayCall() {
        given().header("Origin", HubSettings.ORIGIN).get("/v1/ping").then().statusCode(204).header("Access-Control-Allow-Origin", HubSettings.ORIGIN)
                .header("Access-Control-Allow-Credentials", "true").header("Vary", "Origin")
                .header("Access-Control-Expose-Headers", "Tidings-Cursor, Tidings-Retry, Tidings-Refused, Retry-After, Mercure-Last-Event-ID, Link");
    }

    @Test
    void saysWhyAPageMayNotCall() {
        given().header("Origin", "https://evil.example").get("/v1/ping").then().statusCode(403).contentType("application/problem+json")
                .body("code", equalTo(103)).body("detail", containsString("tidings.origins")).header("Access-Control-Allow-Origin", nullValue());
    }

    @Test
    void leavesRequestsOfNoPageAlone() {
        given().get("/v1/ping").then().statusCode(204).header("Access-Control-Allow-Origin", nullValue()).header("Vary", "Origin");
    }
}
