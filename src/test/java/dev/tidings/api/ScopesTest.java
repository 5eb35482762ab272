package dev.tidings.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An API key does what its scopes say and nothing else. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class ScopesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "publish | POST /v1/publish | {'channel':'chat:s','data':1}",
        "publish | POST /v1/broadcast | {'channels':['chat:s'],'data':1}",
        "publish | POST /v1/batch | {'commands':[]}",
        "history | GET /v1/history?channel=chat:s |",
        "history | POST /v1/history | {'channel':'chat:s'}",
        "history | GET /v1/position?channel=chat:s |",
        "presence | GET /v1/presence?channel=chat:s |",
        "presence | GET /v1/presence_stats?channel=chat:s |",
        "manage | POST /v1/disconnect | {'user':'nobody'}",
        "manage | POST /v1/unsubscribe | {'user':'nobody','channel':'chat:s'}",
        "manage | POST /v1/subscribe | {'user':'nobody','channel':'chat:s'}",
        "manage | POST /v1/refresh | {'user':'nobody','expire_at':4000000000}"})
    void aKeyDoesWhatItsScopeSays(String scope, String request, String body) {
        for (String other : new String[] {"publish", "history", "presence", "manage"}) {
            ValidatableResponse answer = call("only-" + other, request, body);
            if (other.equals(scope)) {
                answer.statusCode(200);
            } else {
                answer.statusCode(403).body("code", equalTo(103));
            }
        }
        call(HubSettings.KEY, request, body).statusCode(200);
        call("unknown", request, body).statusCode(401);
    }

    private static ValidatableResponse call(String key, String request, String body) {
        String[] methodAndPath = request.split(" ");
        var with = given().header("X-API-Key", key);
        if (body != null) {
            with.contentType("application/json").body(body.replace('\'', '"'));
        }
        return with.request(methodAndPath[0], methodAndPath[1]).then();
    }
}
