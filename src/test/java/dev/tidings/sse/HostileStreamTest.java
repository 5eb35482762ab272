package dev.tidings.sse;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.QuietLog;
import dev.tidings.testing.RawConnection;
import dev.tidings.websocket.HostileSocketTest;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may come instead of an EventSource, and what may be published to one: each would end streams for ever, break their events, or stay and cost. */
@QuarkusTest
@TestProfile(HostileSocketTest.Impatient.class)
class HostileStreamTest {
    @RegisterExtension
    static final QuietLog LOG = new QuietLog();

    @TestHTTPResource
    URI hub;

    private static String get(String query, String headers) {
        return "GET /v1/sse?" + query + " HTTP/1.1\r\nHost: hub\r\n" + headers + "\r\n";
    }

    private RawConnection stream(String channel) {
        RawConnection client = RawConnection.to(hub).send(get("channel=" + channel, ""));
        assertTrue(client.head().startsWith("HTTP/1.1 200"));
        client.until("\n\n");
        return client;
    }

    private void publish(String body, int status) {
        try (RawConnection publisher = RawConnection.to(hub).post("/v1/publish", body)) {
            assertEquals(status, publisher.answer().status());
        }
    }

    private int status(String request) {
        try (RawConnection client = RawConnection.to(hub).send(request)) {
            return client.answer().status();
        }
    }

    // -- requests --------------------------------------------------------------------------------------------------------------------------------

    static Stream<String> noCursors() {
        return Stream.of("c", "x", "=", "c=", "cEBn7oOkrPFU=", "cEBn7oOkrPFUAAAA", "dEBn7oOkrPFU", "cIBn7oOkrPFU", "cEBn7oOj____________", "42", "-1", "null", "earliest",
                "c" + "A".repeat(4_095), "c" + "A".repeat(20_000), "\u00ff\u00fe", "%0d%0a", "c\u00e9");
    }

    @ParameterizedTest
    @MethodSource("noCursors")
    void aCursorThatIsNoneStartsTheStreamWithAGapBecauseAStatusWouldEndItForEver(String cursor) {
        try (RawConnection client = RawConnection.to(hub).send(get("channel=cursor", "Last-Event-ID: " + cursor + "\r\n"))) {
            String head = client.head();
            assertTrue(head.startsWith("HTTP/1.1 200"), head);
            assertFalse(head.contains("Tidings-Cursor"), head);
            assertTrue(client.until("\n\n").contains("\"connect\""));
            assertTrue(client.until("\n\n").contains("\"reason\":\"unknown\""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"channel=", "", "channel=a%0ab", "channel=a%0db", "channel=a%00", "channel=a%c2%85", "channel=a%e2%80%8b", "channel=%ff", "channel=%c0%af",
            "channel=%ed%a0%80", "channel=%", "channel=%zz", "channel=%4", "channel=*", "channel=mercure", "channel=a&rewind=-1", "channel=a&rewind=99999999999",
            "channel=a&events=x", "channel=a&format=raw&channel=b", "channel=a&errors=&errors=", "channel=a&partial=2"})
    void whatIsNoRequestIsRefused(String query) {
        assertEquals(400, status(get(query, "")));
    }

    @Test
    void moreChannelsThanAnIdCanHoldAreRefused() {
        assertEquals(400, status(get("channel=a" + "&channel=b".repeat(50), "")));
        assertEquals(400, status(get("channel=a" + "&x".repeat(2_000), "")));
    }

    @Test
    void aHeadRequestHoldsNoStream() {
        assertEquals(405, status("HEAD /v1/sse?channel=a HTTP/1.1\r\nHost: hub\r\n\r\n"));
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWithoutBeingRead() {
        try (RawConnection client = RawConnection.to(hub).send("POST /v1/sse HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 300000\r\n\r\n")) {
            assertEquals(413, client.answer().status());
            assertTrue(client.isClosedByHub());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"subs\":{}}", "{\"subs\":[]}", "{\"subs\":{\"a\":1}}", "{\"subs\":{\"a\":{\"offset\":-1}}}", "{\"subs\":{\"a\\nb\":{}}}", "[]", "\u0000{\u0000}"})
    void whatIsNoBodyIsRefused(String body) {
        try (RawConnection client = RawConnection.to(hub).post("/v1/sse", body)) {
            assertEquals(400, client.answer().status());
        }
    }

    // -- what else a connection can do -----------------------------------------------------------------------------------------------------------

    @Test
    void aRequestBehindAStreamIsNotAnsweredInTheMiddleOfIt() {
        try (RawConnection client = stream("live:behind")) {
            client.send("GET /v1/ping HTTP/1.1\r\nHost: hub\r\n\r\n".repeat(100));
            publish("{\"channel\":\"live:behind\",\"data\":1}", 200);
            String chunk = client.until("\n\n\r\n");
            assertTrue(chunk.contains("\"data\":1"), chunk);
            assertFalse(chunk.contains("HTTP/1.1"), chunk);
        }
    }

    @Test
    void bytesBehindABodyDoNoHarm() {
        try (RawConnection client = RawConnection.to(hub).post("/v1/sse", "{\"subs\":{\"live:bytes\":{}}}")) {
            client.head();
            client.until("\n\n\r\n");
            client.send("x".repeat(500_000));
            publish("{\"channel\":\"live:bytes\",\"data\":1}", 200);
            assertTrue(client.until("\n\n\r\n").contains("\"data\":1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/sse?channel=live:old HTTP/1.0\r\n\r\n", "GET /v1/sse?channel=live:old HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n",
            "GET /v1/sse?channel=live:old HTTP/1.1\r\nHost: hub\r\nContent-Length: 10\r\n\r\n12345", "GET /v1/sse?channel=live:old HTTP/1.1\r\nHost: hub\r\nTransfer-Encoding: chunked\r\n\r\n"})
    void anUnusualRequestGetsAStreamAllTheSame(String request) {
        try (RawConnection client = RawConnection.to(hub).send(request)) {
            assertTrue(client.head().contains(" 200 "));
            client.until("\n\n");
            publish("{\"channel\":\"live:old\",\"data\":1}", 200);
            assertTrue(client.until("\n\n").contains("\"data\":1"));
        }
    }

    @Test
    void whoNeverReadsIsDroppedAndDoesNotWaitInTheKernel() {
        try (RawConnection sleeper = RawConnection.lazilyTo(hub).send(get("channel=live:lazy", "")); RawConnection publisher = RawConnection.to(hub)) {
            sleeper.head();
            sleeper.until("\n\n");
            String data = "x".repeat(60_000);
            for (int i = 0; i < 150; i++) { // more than the buffers of both sides and the outbox hold
                publisher.post("/v1/publish", "{\"channel\":\"live:lazy\",\"data\":\"" + data + "\"}");
                assertEquals(200, publisher.answer().status());
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> !sleeper.takes(new byte[] {'x'}));
        }
    }

    @Test
    void streamsThatAreResetAreNoFault() {
        for (int i = 0; i < 5; i++) {
            RawConnection client = stream("live:reset");
            client.send("GET /v1/ping HTTP/1.1\r\nHost: hub\r\n\r\n".repeat(20));
            client.reset();
        }
        publish("{\"channel\":\"live:reset\",\"data\":1}", 200);
        stream("live:reset").close();
    }

    // -- publications ----------------------------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"{ \\\"a\\\" :\\r\\n [ 1 ,\\n2 ]\\r}", "\\n\\n[1]\\n\\n", "\\r\\\"x\\\"\\r"})
    void lineBreaksInAPayloadDoNotEndItsEvent(String json) {
        String data = json.replace("\\r", "\r").replace("\\n", "\n").replace("\\\"", "\"");
        try (RawConnection client = stream("live:breaks")) {
            publish("{\"channel\":\"live:breaks\",\"data\":" + data + "}", 200);
            publish("{\"channel\":\"live:breaks\",\"b64data\":\"" + Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8)) + "\"}", 200);
            for (int i = 0; i < 2; i++) {
                String event = client.until("\n\n");
                String line = event.substring(event.indexOf("data: "));
                assertEquals(line.length() - 2, line.indexOf('\n'), event);
                assertEquals(-1, line.indexOf('\r'), event);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"event\":\"x\\ndata: evil\"", "\"event\":\"x\\r\"", "\"event\":\"\\u0085\"", "\"id\":\"1\\nretry: 1\"", "\"id\":\"\\u0000\"", "\"event\":\"tidings\"",
            "\"event\":\"mercure\"", "\"event\":\"\\ud800\""})
    void aNameThatWouldWriteALineOfItsOwnIsRefused(String member) {
        publish("{\"channel\":\"live:names\",\"data\":1," + member + "}", 400);
    }

    @Test
    void aTypedStreamHasTheEventOnALineOfItsOwn() {
        try (RawConnection client = RawConnection.to(hub).send(get("channel=live:typed&events=typed", ""))) {
            client.head();
            client.until("\n\n\r\n");
            publish("{\"channel\":\"live:typed\",\"data\":1,\"event\":\"data: \u2028\"}", 200);
            assertTrue(client.until("\n\n").contains("event: data: \u2028\ndata: "));
        }
    }
}
