package dev.tidings.app;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Gap;
import dev.tidings.session.Disconnect;
import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The management port: health checks and metrics, under the names that charts, dashboards and alerts use. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class ManagementTest {
    @TestHTTPResource
    URI hub;
    @TestHTTPResource(value = "/", management = true)
    URI management;

    private String metrics() {
        return given().get(management.resolve("metrics")).then().statusCode(200).extract().asString();
    }

    private double value(String sample) {
        Matcher found = Pattern.compile("^" + Pattern.quote(sample) + " (.*)$", Pattern.MULTILINE).matcher(metrics());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }

    private double closed() {
        return metrics().lines().filter(line -> line.startsWith("tidings_connections_closed_total{")).mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ')))).sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "live", "started"})
    void everyHealthCheckIsUp(String check) {
        given().get(management.resolve("health/" + check)).then().statusCode(200).body("status", equalTo("UP"));
    }

    @Test
    void theListenerOfClientsShowsNothingOfIt() {
        given().get("/q/health").then().statusCode(404);
        given().get("/q/metrics").then().statusCode(404);
    }

    @Test
    void everyMetricHasItsName() {
        String token = Jwt.of("ada").grantAll("chat:*").sign();
        try (HubClient client = HubClient.to(hub).connect(token); EventStreamReader stream = EventStreamReader.get(hub, "/v1/sse?channel=chat:m",
                "Authorization: Bearer " + token)) {
            stream.connected();
            client.subscribe("chat:m");
            given().header("X-API-Key", HubSettings.KEY).contentType("application/json").body("{\"channel\":\"chat:m\",\"data\":1}").post("/v1/publish");
            stream.event();
            client.push("pub");
            client.send("{\"send\":{\"data\":{}}}");
            given().header("Origin", "https://evil.example").get("/v1/ping").then().statusCode(403);
            double closed = closed();
            HubClient.to(hub).connect(token).close();
            await().until(() -> closed() > closed);

            String all = metrics();
            for (String sample : new String[] {"tidings_connections{transport=\"websocket\"} ", "tidings_connections{transport=\"sse\"} ", "tidings_connections_limit ",
                    "tidings_connections_opened_total{transport=\"websocket\"} ", "tidings_connections_opened_total{transport=\"sse\"} ",
                    "tidings_connections_closed_total{reason=\"", "tidings_connections_rejected_total{reason=\"origin\"} ", "tidings_connection_duration_seconds_bucket{",
                    "tidings_subscriptions ", "tidings_channels ", "tidings_publications_total ", "tidings_deliveries_total{transport=\"websocket\"} ",
                    "tidings_deliveries_total{transport=\"sse\"} ", "tidings_delivery_latency_seconds_bucket{", "tidings_delivery_dropped_total{reason=\"send\"} ",
                    "tidings_recoveries_total{result=\"recovered\"} ", "tidings_gaps_total{reason=\"expired\"} ", "tidings_outbox_bytes ", "tidings_state ",
                    "tidings_history_bytes ", "tidings_streams ", "tidings_nodes{state=\"ready\"} ", "tidings_nodes{state=\"degraded\"} ",
                    "tidings_nodes{state=\"draining\"} ", "tidings_rebalanced_total "}) {
                assertTrue(all.contains("\n" + sample), sample);
            }
            assertFalse(all.contains("chat:m") || all.contains("\"ada\""), "a label holds a channel or a user");
        }
    }

    @Test
    void everyReasonIsThereBeforeItsFirstEvent() {
        String all = metrics();
        Set<String> samples = new TreeSet<>();
        for (Disconnect reason : Disconnect.values()) {
            samples.add("tidings_connections_closed_total{reason=\"" + reason.label() + "\",transport=\"sse\"} ");
            samples.add("tidings_connections_closed_total{reason=\"" + reason.label() + "\",transport=\"websocket\"} ");
        }
        for (String reason : new String[] {"drain", "limit", "rate", "origin"}) {
            samples.add("tidings_connections_rejected_total{reason=\"" + reason + "\"} ");
        }
        for (Gap.Reason reason : Gap.Reason.values()) {
            samples.add("tidings_recoveries_total{result=\"" + reason.label() + "\"} ");
            samples.add("tidings_gaps_total{reason=\"" + reason.label() + "\"} ");
        }
        samples.removeIf(sample -> all.contains("\n" + sample));
        assertEquals(Set.of(), samples, "missing");
    }

    @Test
    void countsWhatHappens() {
        String token = Jwt.of("ada").grantAll("chat:*").sign();
        double delivered = value("tidings_deliveries_total{transport=\"websocket\"}");
        double published = value("tidings_publications_total");
        double opened = value("tidings_connections_opened_total{transport=\"websocket\"}");
        try (HubClient client = HubClient.to(hub).connect(token)) {
            client.subscribe("chat:count");
            for (int i = 0; i < 3; i++) {
                client.call("publish", new JsonObject().put("channel", "chat:count").put("data", i));
                client.push("pub");
            }

            assertEquals(1, value("tidings_connections_opened_total{transport=\"websocket\"}") - opened);
            assertEquals(3, value("tidings_publications_total") - published);
            await().untilAsserted(() -> assertEquals(3, value("tidings_deliveries_total{transport=\"websocket\"}") - delivered));
        }
    }
}
