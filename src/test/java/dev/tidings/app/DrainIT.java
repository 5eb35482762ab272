package dev.tidings.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubClient;
import dev.tidings.testing.HubClient.Close;
import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubProcess.Answer;
import dev.tidings.testing.HubSettings;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What SIGTERM does to the packaged service and its clients (protocol section 12). */
class DrainIT {
    private static final int WINDOW_SECONDS = 5;
    private static final int CLIENTS = 20;
    private static final String STREAM = "/v1/sse?channel=open:drain";
    private static final JsonObject STREAM_BODY = new JsonObject().put("subs", new JsonObject().put("open:drain", new JsonObject()));

    private static HubProcess start(String window) {
        return HubProcess.start(HubSettings.secured().with("tidings.auth.anonymous", "true").with("tidings.drain.window", window)
                .with("tidings.drain.short-window", "1s").map());
    }

    private static HubClient subscribed(HubClient.Builder builder) {
        HubClient client = builder.connect("");
        client.subscribe("open:drain");
        return client;
    }

    @Test
    void everybodyIsMovedWithinTheWindowAndTheProcessEndsWithZero() {
        try (HubProcess hub = start(WINDOW_SECONDS + "s")) {
            List<HubClient> plain = new ArrayList<>();
            List<EventStreamReader> streams = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                plain.add(subscribed(HubClient.to(hub.uri())));
            }
            for (int i = 0; i < 3; i++) {
                streams.add(EventStreamReader.get(hub.uri(), STREAM));
                streams.getLast().connected();
            }
            HubClient mover = subscribed(HubClient.to(hub.uri()).extended());
            HubClient straggler = subscribed(HubClient.to(hub.uri()).extended());
            long start = System.nanoTime();
            List<CompletableFuture<Double>> ends = plain.stream().map(client -> client.closed().thenApply(_ -> secondsSince(start))).toList();

            hub.terminate();

            JsonObject drain = mover.push("drain").getJsonObject("drain");
            assertEquals(new JsonObject("{\"reason\":\"shutdown\",\"min\":0,\"max\":" + 750 * WINDOW_SECONDS + ",\"deadline\":" + 1000 * WINDOW_SECONDS + "}"), drain);
            mover.close();
            newcomersAreSentElsewhere(hub);
            streamsAreToldToComeBackAfterHalfASecondOrMore(hub);
            straggler.push("drain");
            publishingStillWorks(hub, straggler);

            List<Double> seconds = ends.stream().map(end -> end.orTimeout(2 * WINDOW_SECONDS, TimeUnit.SECONDS).join()).sorted().toList();
            assertTrue(seconds.getLast() <= WINDOW_SECONDS + 2, seconds::toString); // with the way to the client, who may wait for a core
            assertTrue(seconds.getLast() - seconds.getFirst() > WINDOW_SECONDS / 5.0, () -> "not spread: " + seconds);
            plain.forEach(client -> assertEquals(new Close(1012, "drain;min=0;max=3000"), client.awaitClose()));
            assertEquals(new Close(1012, "drain;min=0;max=5000"), straggler.awaitClose());
            streams.forEach(DrainIT::endsAbruptlyWithATimeToComeBack);
            assertEquals(0, hub.exitCode(Duration.ofSeconds(5)), hub::log);
            assertTrue(secondsSince(start) < WINDOW_SECONDS + 5);
        }
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void newcomersAreSentElsewhere(HubProcess hub) {
        assertEquals(503, hub.health("ready"));
        assertEquals(200, hub.health("live"));
        Answer ping = hub.get("/v1/ping");
        assertEquals(503, ping.status());
        assertEquals("min=0, max=3000", ping.header("Tidings-Retry"));
        assertEquals("3", ping.header("Retry-After"));
        try (HubClient socket = HubClient.to(hub.uri()).open(); EventStreamReader soft = EventStreamReader.get(hub.uri(), STREAM);
                EventStreamReader post = EventStreamReader.post(hub.uri(), "/v1/sse", STREAM_BODY)) {
            assertEquals(new Close(1013, "drain;min=0;max=3000"), socket.awaitClose());
            assertEquals(200, soft.status());
            assertEquals("drain", soft.header("Tidings-Refused").orElse(""));
            soft.rest();
            assertEquals(EventStreamReader.End.ABRUPT, soft.end());
            assertEquals("min=0, max=3000", post.header("Tidings-Retry").orElse(""));
            assertEquals(100, post.problem(503));
        }
    }

    /** None of them at once: a window that began with 0 would show within so many, but for one time in 80. */
    private static void streamsAreToldToComeBackAfterHalfASecondOrMore(HubProcess hub) {
        for (int i = 0; i < 24; i++) {
            try (EventStreamReader soft = EventStreamReader.get(hub.uri(), STREAM)) {
                List<String> lines = soft.rest();
                int retry = Integer.parseInt(lines.getFirst().substring("retry: ".length()));
                assertTrue(retry >= 500 && retry <= 3_000, lines::toString);
            }
        }
    }

    private static void publishingStillWorks(HubProcess hub, HubClient subscriber) {
        assertEquals(200, hub.post("/v1/publish", HubSettings.KEY, "{\"channel\":\"open:drain\",\"data\":1}").status());
        assertEquals(1, subscriber.push("pub").getJsonObject("pub").getInteger("data"));
        assertEquals(200, hub.post("/v1/history", HubSettings.KEY, "{\"channel\":\"open:drain\"}").status());
    }

    private static void endsAbruptlyWithATimeToComeBack(EventStreamReader stream) {
        List<String> lines = stream.rest();
        int retry = Integer.parseInt(lines.get(lines.size() - 2).substring("retry: ".length()));
        assertTrue(retry >= 500 && retry <= 3_000, lines::toString);
        assertEquals(":", lines.getLast());
        assertEquals(EventStreamReader.End.ABRUPT, stream.end());
    }

    @Test
    void aSecondSignalLeavesLessTime() {
        try (HubProcess hub = start("60s"); HubClient plain = subscribed(HubClient.to(hub.uri())); HubClient extended = subscribed(HubClient.to(hub.uri()).extended())) {
            hub.terminate();
            await().until(() -> hub.health("ready") == 503);
            hub.terminate();

            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
            assertEquals(1012, plain.awaitClose().code());
            assertEquals(new Close(1012, "drain;min=0;max=5000"), extended.awaitClose());
        }
    }

    private static HubProcess startHooked(String propagation, String window) {
        return HubProcess.start(HubSettings.secured().with("tidings.auth.anonymous", "true").with("tidings.drain.propagation", propagation)
                .with("tidings.drain.window", window).map());
    }

    /** What the kubelet does before it sends SIGTERM. */
    private static CompletableFuture<HttpResponse<String>> preStop(HubProcess hub) {
        return HttpClient.newHttpClient().sendAsync(HttpRequest.newBuilder(hub.management().resolve("/q/drain")).header("Tidings-Hook", "preStop").build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theHookOfAPodsEndIsAnsweredWhenEverybodyHasBeenMoved() {
        try (HubProcess hub = startHooked("2s", "2s"); HubClient plain = subscribed(HubClient.to(hub.uri())); EventStreamReader stream = EventStreamReader.get(hub.uri(), STREAM)) {
            stream.connected();
            long start = System.nanoTime();
            CompletableFuture<HttpResponse<String>> called = preStop(hub);
            await().until(() -> hub.log().contains("the pod is to end"));

            assertEquals(200, hub.health("ready"), "endpoints and proxies do not know yet");
            subscribed(HubClient.to(hub.uri())).close();
            assertEquals(new Close(1012, "drain;min=0;max=3000"), plain.awaitClose());
            endsAbruptlyWithATimeToComeBack(stream);
            assertEquals(200, called.orTimeout(20, TimeUnit.SECONDS).join().statusCode());

            assertTrue(secondsSince(start) >= 2, "it went on for as long as was asked for");
            assertEquals(503, hub.health("ready"));
            assertEquals(200, preStop(hub).orTimeout(20, TimeUnit.SECONDS).join().statusCode(), "asked again");
            hub.terminate();
            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
        }
    }

    @ParameterizedTest
    @CsvSource({"60s", "0s"})
    void aSigtermThatDoesNotWaitForTheHookSaysThatTheNoticeWasShort(String propagation) {
        try (HubProcess hub = startHooked(propagation, "60s"); HubClient plain = subscribed(HubClient.to(hub.uri()));
                HubClient extended = subscribed(HubClient.to(hub.uri()).extended()); EventStreamReader stream = EventStreamReader.get(hub.uri(), STREAM)) {
            stream.connected();
            preStop(hub);
            await().until(() -> hub.log().contains("the pod is to end"));
            long start = System.nanoTime();

            hub.terminate();

            assertEquals(1012, plain.awaitClose().code());
            assertEquals(new Close(1012, "drain;min=0;max=5000"), extended.awaitClose());
            endsAbruptlyWithATimeToComeBack(stream);
            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
            assertTrue(secondsSince(start) < 8, "not the window of a minute");
        }
    }

    @Test
    void aDrainedNodeCanBeScrapedOnceMoreBeforeTheHookIsAnswered() {
        try (HubProcess hub = startScraped("3s"); HubClient plain = subscribed(HubClient.to(hub.uri()))) {
            CompletableFuture<HttpResponse<String>> called = preStop(hub);
            assertEquals(1012, plain.awaitClose().code());
            long moved = System.nanoTime();

            assertTrue(hub.metrics().lines().anyMatch(line -> line.matches("tidings_connections_closed_total\\{.*reason=\"drain\".* 1\\.0")), hub::metrics);
            assertFalse(called.isDone(), "the hook is answered after the last scrape");
            assertEquals(200, called.orTimeout(20, TimeUnit.SECONDS).join().statusCode());
            assertTrue(secondsSince(moved) >= 1, "it stayed");
            hub.terminate();
            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
        }
    }

    private static HubProcess startScraped(String finalScrape) {
        return HubProcess.start(HubSettings.secured().with("tidings.auth.anonymous", "true").with("tidings.drain.propagation", "0s")
                .with("tidings.drain.window", "1s").with("tidings.drain.final-scrape", finalScrape).map());
    }

    @Test
    void aSigtermThatDoesNotWaitForTheLastScrapeEndsTheNode() {
        try (HubProcess hub = startScraped("60s"); HubClient plain = subscribed(HubClient.to(hub.uri()))) {
            preStop(hub);
            assertEquals(1012, plain.awaitClose().code());

            hub.terminate();

            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
        }
    }

    @Test
    void withoutAHookASecondSigtermEndsTheWaitForTheLastScrape() {
        try (HubProcess hub = startScraped("60s")) {
            hub.terminate();
            await().until(() -> hub.log().contains("drained, 0 connections are left"));
            assertTrue(hub.metrics().contains("tidings_connections"), "it can be scraped");

            hub.terminate();

            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
        }
    }

    @Test
    void aNodeThatHasDrainedAndIsNotEndedEndsByItself() {
        try (HubProcess hub = startHooked("0s", "1s")) {
            preStop(hub).orTimeout(20, TimeUnit.SECONDS).join();

            assertEquals(0, hub.exitCode(Duration.ofSeconds(40)), hub::log);
        }
    }

    @Test
    void aRequestThatSomebodyWasTrickedIntoEndsNoNode() {
        try (HubProcess hub = startHooked("0s", "60s")) {
            assertEquals(400, HttpClient.newHttpClient().sendAsync(HttpRequest.newBuilder(hub.management().resolve("/q/drain")).build(), HttpResponse.BodyHandlers.ofString())
                    .orTimeout(20, TimeUnit.SECONDS).join().statusCode());
            assertEquals(200, hub.health("ready"));
        }
    }

    @Test
    void withoutConnectionsTheEndIsAtOnce() {
        try (HubProcess hub = start("60s")) {
            hub.terminate();
            assertEquals(0, hub.exitCode(Duration.ofSeconds(8)), hub::log);
        }
    }
}
