package dev.tidings.app;

import static io.restassured.RestAssured.given;

import dev.tidings.testing.Hubs;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub with authentication shows no console unless it is asked to. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class ConsoleOffTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/console/console.js", "/console/stats", "/console/", "/console/vendor/uplot-1.6.32/LICENSE", "/console/../index.html",
        "//", "//index.html", "/console//console.js"})
    void nothingOfTheConsoleIsServed(String path) {
        given().urlEncodingEnabled(false).get(path).then().statusCode(404);
    }
}
