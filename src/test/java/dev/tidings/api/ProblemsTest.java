package dev.tidings.api;

import static dev.tidings.api.Requests.backEnd;
import static dev.tidings.api.Requests.client;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.blankOrNullString;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

/** Every refusal over HTTP is a problem document (RFC 9457) with the members of protocol section 5. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class ProblemsTest {
    private static ValidatableResponse isProblem(ValidatableResponse response, int status, int code) {
        return response.statusCode(status).contentType("application/problem+json").body("type", equalTo("about:blank")).body("title", not(blankOrNullString()))
                .body("status", equalTo(status)).body("code", equalTo(code)).body("temporary", equalTo(false)).body("retry_after_ms", equalTo(0));
    }

    @Test
    void withoutCredentialsIs401() {
        isProblem(given().contentType("application/json").body("{}").post("/v1/publish").then(), 401, 101).header("WWW-Authenticate", "Bearer");
        isProblem(given().header("X-API-Key", "wrong").get("/v1/history?channel=chat:x").then(), 401, 101);
        isProblem(client(Jwt.of("ada").forged().sign()).get("/v1/history?channel=chat:x").then(), 401, 101);
        isProblem(given().header("Authorization", "Basic YTpi").get("/v1/history?channel=chat:x").then(), 401, 101);
    }

    @Test
    void anExpiredTokenIs401WithACodeOfItsOwn() {
        isProblem(client(Jwt.of("ada").expiresIn(-60).sign()).get("/v1/history?channel=chat:x").then(), 401, 109).body("title", equalTo("token expired"));
    }

    @Test
    void twoCredentialsAre400() {
        isProblem(backEnd().header("Authorization", "Bearer " + Jwt.of("ada").sign()).get("/v1/history?channel=chat:x").then(), 400, 107);
    }

    @Test
    void whatIsNotGrantedIs403() {
        isProblem(client(Jwt.of("ada").sign()).get("/v1/history?channel=chat:x").then(), 403, 103);
    }

    @Test
    void anUnknownNamespaceIs404() {
        isProblem(backEnd().get("/v1/history?channel=nowhere:x").then(), 404, 102).body("detail", containsString("nowhere:x"));
    }

    @Test
    void anUnknownPathIs404() {
        for (String path : new String[] {"/v1", "/v1/nothing", "/v2/publish", "/nothing"}) {
            isProblem(backEnd().get(path).then(), 404, 104);
        }
    }

    @Test
    void anotherMethodIs405AndTellsWhichAreAllowed() {
        isProblem(backEnd().get("/v1/publish").then(), 405, 104).header("Allow", containsString("POST"));
        isProblem(backEnd().delete("/v1/history").then(), 405, 104).header("Allow", containsString("GET"));
        isProblem(backEnd().put("/v1/sse").then(), 405, 104);
    }

    @Test
    void aBodyThatIsTooLargeIs413() {
        isProblem(backEnd().body("{\"channel\":\"chat:x\",\"data\":\"" + "x".repeat(300_000) + "\"}").post("/v1/publish").then(), 413, 413);
    }

    @Test
    void anotherMediaTypeIs415() {
        isProblem(backEnd().contentType("text/plain").body("hello").post("/v1/publish").then(), 415, 107);
    }

    @Test
    void aRequestThatShouldBeAnUpgradeIs426() {
        isProblem(given().get("/v1/ws").then(), 426, 107).header("Upgrade", "websocket");
        isProblem(given().get("/connection/websocket").then(), 426, 107).header("Upgrade", "websocket");
    }

    @Test
    void aHostileUrlIs400() {
        isProblem(backEnd().urlEncodingEnabled(false).get("/v1/history?channel=%ff").then(), 400, 107);
    }

    @Test
    void pingNeedsNothing() {
        given().get("/v1/ping").then().statusCode(204).header("Cache-Control", "no-store");
        given().head("/v1/ping").then().statusCode(204);
    }
}
