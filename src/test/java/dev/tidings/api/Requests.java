package dev.tidings.api;

import static io.restassured.RestAssured.given;

import dev.tidings.testing.HubSettings;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;

/** Requests of the API's tests. */
final class Requests {
    private Requests() {
    }

    static RequestSpecification backEnd() {
        return given().header("X-API-Key", HubSettings.KEY).contentType("application/json");
    }

    static RequestSpecification client(String token) {
        return given().header("Authorization", "Bearer " + token).contentType("application/json");
    }

    static ValidatableResponse publish(String body) {
        return backEnd().body(body).post("/v1/publish").then();
    }

    /** Publishes {@code {"n":1}} and so on; the epoch. */
    static String fill(String channel, int count) {
        String epoch = "";
        for (int n = 1; n <= count; n++) {
            epoch = publish("{\"channel\":\"" + channel + "\",\"data\":{\"n\":" + n + "}}").statusCode(200).extract().path("epoch");
        }
        return epoch;
    }
}
