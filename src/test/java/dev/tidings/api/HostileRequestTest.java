package dev.tidings.api;

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
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are none: each would be a 500 with a stack trace, be taken for another request, poison a channel, or keep others waiting. */
@QuarkusTest
@TestProfile(HostileSocketTest.Impatient.class)
class HostileRequestTest {
    private static final String PING = "GET /v1/ping HTTP/1.1\r\nHost: hub\r\n";

    @RegisterExtension
    static final QuietLog LOG = new QuietLog();

    @TestHTTPResource
    URI hub;

    private RawConnection.Answer answer(String request) {
        try (RawConnection client = RawConnection.to(hub).send(request)) {
            return client.answer();
        }
    }

    private RawConnection.Answer publish(byte[] body) {
        try (RawConnection client = RawConnection.to(hub).post("/v1/publish", "application/json", body)) {
            return client.answer();
        }
    }

    private RawConnection.Answer post(String path, String body) {
        try (RawConnection client = RawConnection.to(hub).post(path, body)) {
            return client.answer();
        }
    }

    // -- bodies ----------------------------------------------------------------------------------------------------------------------------------

    static Stream<byte[]> noBodies() {
        String good = "{\"channel\":\"a\",\"data\":1}";
        Stream<byte[]> encodings = Stream.of("UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE").map(name -> good.getBytes(Charset.forName(name)));
        Stream<byte[]> texts = Stream.of("", " ", "1", "null", "[]", "{", "{}", good + "x", good + good, good + "\0", "\u00ef\u00bb\u00bf" + good, "{\"channel\":\"a\",\"data\":NaN}",
                "{\"channel\":\"a\",\"data\":Infinity}", "{\"channel\":\"a\",\"data\":}", "{\"channel\":\"a\"}", "{\"data\":1}", "{\"channel\":1,\"data\":1}",
                "{\"channel\":\"a\",\"data\":\"\u00c0\u00af\"}", "{\"channel\":\"a\",\"data\":\"\u00ed\u00a0\u0080\"}", "{\"channel\":\"a\",\"data\":\"\u00ff\"}",
                "{\"channel\":\"a\",\"data\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}", "[".repeat(100_000), "{\"channel\":\"a\",\"data\":" + "9".repeat(5_000) + "}",
                "{\"channel\":\"a\",\"data\":1,\"b64data\":\"MQ==\"}", "{\"channel\":\"a\",\"b64data\":\"!\"}", "{\"channel\":\"a\",\"data\":1,\"version\":9007199254740992}",
                "{\"channel\":\"a\",\"data\":1,\"if\":{\"epoch\":\"e\",\"offset\":9007199254740992}}", "{\"channel\":\"a\",\"data\":1,\"tags\":{\"a\":{}}}",
                "{\"channel\":\"a\",\"data\":1,\"tags\":{\"a\":\"" + "x".repeat(257) + "\"}}", "{\"channel\":\"a\",\"data\":1,\"idempotency_key\":\"" + "x".repeat(9_000) + "\"}",
                "{\"channel\":\"" + "x".repeat(256) + "\",\"data\":1}").map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
        return Stream.concat(encodings, texts);
    }

    @ParameterizedTest
    @MethodSource("noBodies")
    void whatIsNoRequestIsRefusedAndNamed(byte[] body) {
        RawConnection.Answer answer = publish(body);
        assertEquals(400, answer.status(), answer.body());
        assertTrue(answer.head().contains("application/problem+json"), answer.head());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void dataInAnotherEncodingIsNotTakenForJsonBecauseItWouldPoisonTheChannel(String encoding) {
        for (String json : List.of("12", "{\"a\":1}", "\"x\"")) {
            String encoded = Base64.getEncoder().encodeToString(json.getBytes(Charset.forName(encoding)));
            assertEquals(400, post("/v1/publish", "{\"channel\":\"poison\",\"b64data\":\"" + encoded + "\"}").status(), json);
        }
        assertTrue(answer("GET /v1/history?channel=poison HTTP/1.1\r\nHost: hub\r\n\r\n").body().contains("\"publications\":[]"));
    }

    @Test
    void whatWasPublishedComesBackAsItWasWritten() {
        String data = "{\"n\":1e999999999,\"big\":" + "9".repeat(900) + ",\"s\":\"\\ud800 \\u0000 \u2028\",\"d\":1,\"d\":2}";
        assertEquals(200, post("/v1/publish", "{\"channel\":\"kept\",\"data\":" + data + "}").status());
        assertTrue(answer("GET /v1/history?channel=kept HTTP/1.1\r\nHost: hub\r\n\r\n").body().contains("\"data\":" + data + ","));
    }

    static Stream<String> tooMany() {
        String names = IntStream.range(0, 1_001).mapToObj(i -> "\"c" + i + "\"").collect(Collectors.joining(","));
        String tags = IntStream.range(0, 33).mapToObj(i -> "\"t" + i + "\":\"\"").collect(Collectors.joining(","));
        return Stream.of("/v1/broadcast>{\"channels\":[" + names + "],\"data\":1}", "/v1/batch>{\"commands\":[" + "{},".repeat(100) + "{}]}",
                "/v1/publish>{\"channel\":\"a\",\"data\":1,\"tags\":{" + tags + "}}", "/v1/publish>{\"channel\":\"a\",\"data\":1,\"exclude\":[" + "\"c\",".repeat(100) + "\"c\"]}");
    }

    @ParameterizedTest
    @MethodSource("tooMany")
    void countsAreLimitedAndNotBytesAlone(String pathAndBody) {
        RawConnection.Answer answer = post(pathAndBody.split(">")[0], pathAndBody.split(">")[1]);
        assertEquals(400, answer.status());
        assertTrue(answer.body().contains("\"code\":106"), answer.body());
    }

    @Test
    void aBatchOfRubbishIsAnsweredCommandByCommand() {
        RawConnection.Answer answer = post("/v1/batch", "{\"commands\":[1,null,\"x\",[],{},{\"publish\":1},{\"publish\":{}},{\"broadcast\":{\"channels\":\"x\"}},{\"batch\":{}},"
                + "{\"broadcast\":{\"channels\":[\"a\",\"\"],\"data\":1}}]}");
        assertEquals(200, answer.status());
        assertEquals(10, answer.body().split("\"code\":10[67]", -1).length - 1, answer.body());
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedHoweverItsLengthIsTold() {
        for (int i = 0; i < 20; i++) { // the answer has to be readable whatever the race of its close against the body
            assertEquals(413, publish(new byte[3_000_000]).status());
        }
        try (RawConnection client = RawConnection.to(hub)) {
            client.send("POST /v1/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "2710\r\n" + " ".repeat(10_000) + "\r\n";
            client.takes(chunk.repeat(30).getBytes(StandardCharsets.US_ASCII));
            assertEquals(413, client.answer().status());
        }
    }

    @Test
    void bodiesThatNeverComeKeepNobodyWaiting() {
        List<RawConnection> unfinished = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String length = i % 2 == 0 ? "Content-Length: 100\r\n\r\n{" : "Transfer-Encoding: chunked\r\n\r\n5\r\n{";
            unfinished.add(RawConnection.to(hub).send("POST /v1/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n" + length));
        }
        assertEquals(200, post("/v1/publish", "{\"channel\":\"a\",\"data\":1}").status());
        assertEquals(200, answer("POST /v1/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "18\r\n{\"channel\":\"a\",\"data\":1}\r\n0\r\n\r\n").status());
        unfinished.forEach(RawConnection::reset);
        assertEquals(204, answer(PING + "\r\n").status());
    }

    /** More of them than there are worker threads, each with more than the framework gathers by itself. */
    @Test
    void largeBodiesThatNeverComeKeepNobodyWaiting() {
        List<RawConnection> unfinished = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            unfinished.add(RawConnection.to(hub).send("POST /v1/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n"
                    + " ".repeat(20_000)));
        }
        assertEquals(200, post("/v1/publish", "{\"channel\":\"a\",\"data\":\"" + "x".repeat(20_000) + "\"}").status());
        unfinished.forEach(RawConnection::reset);
        assertEquals(204, answer(PING + "\r\n").status());
    }

    // -- heads -----------------------------------------------------------------------------------------------------------------------------------

    static Stream<String> noHeads() {
        return Stream.of("GET /v1/ping HTTP/1.1\r\n\r\n", PING + "Host: other\r\n\r\n", PING + "Transfer-Encoding: xchunked\r\n\r\n",
                PING + "Transfer-Encoding: chunked, identity\r\n\r\n", PING + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", PING + "Content-Length: -1\r\n\r\n",
                PING + "Content-Length: +1\r\n\r\n", PING + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", PING + "Content-Length: 99999999999999999999\r\n\r\n",
                PING + "X : a\r\n\r\n", PING + "X: a\0b\r\n\r\n", PING + "X: a\rb\r\n\r\n", "GET /v1/ping\r\n\r\n", "GET /% HTTP/1.1\r\nHost: hub\r\n\r\n",
                "GET /v1/history?channel=a&since=x HTTP/1.1\r\nHost: hub\r\n\r\n", "GET /v1/history?channel=a&limit=-1 HTTP/1.1\r\nHost: hub\r\n\r\n",
                "GET /v1/history?channel=a&channel=b HTTP/1.1\r\nHost: hub\r\n\r\n", "GET /v1/position?" + "x&".repeat(2_000) + " HTTP/1.1\r\nHost: hub\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("noHeads")
    void whatIsNoHeadIsRefused(String head) {
        assertEquals(400, answer(head).status());
    }

    @Test
    void headsHaveALimit() {
        assertEquals(431, answer(PING + "X: " + "a".repeat(33_000) + "\r\n\r\n").status());
        assertEquals(414, answer("GET /v1/ping?" + "a".repeat(33_000) + " HTTP/1.1\r\nHost: hub\r\n\r\n").status());
    }

    @Test
    void nothingBehindARequestOfUnclearLengthIsTakenForARequest() {
        try (RawConnection client = RawConnection.to(hub).send("POST /v1/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: xchunked\r\n\r\nGET /v1/ping HTTP/1.1\r\nHost: hub\r\n\r\n")) {
            assertEquals(400, client.answer().status());
            assertTrue(client.isClosedByHub());
        }
    }

    @Test
    void requestsInOneBreathAreAnsweredInOrder() {
        String publish = "POST /v1/publish HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"channel\":\"a\",\"data\":1}";
        try (RawConnection client = RawConnection.to(hub).send(publish + PING + "\r\n" + publish)) {
            assertEquals(List.of(200, 204, 200), List.of(client.answer().status(), client.answer().status(), client.answer().status()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/../q/metrics", "/q/metrics", "/q/health", "/v1/%2e%2e/x", "/v1%2fping", "/v1/ping%00", "/v1/ping%0d%0aX:y", "/console/../../application.properties",
            "/console/%2e%2e/%2e%2e/application.properties", "/console/..%2f..%2fapplication.properties", "/console/%5c..%5cx", "/META-INF/resources/index.html", "/index.html%00.js", "*"})
    void noPathLeadsAnywhereElse(String path) {
        RawConnection.Answer answer = answer("GET " + path + " HTTP/1.1\r\nHost: hub\r\n\r\n");
        assertEquals(404, answer.status());
        assertFalse(answer.head().contains("X:y"), answer.head());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "TRACE", "FOO", "QUERY"})
    void noOtherMethodIsServed(String method) {
        for (String path : List.of("/v1/publish", "/v1/sse", "/v1/history", "/v1/ping", "/v1/ws")) {
            assertEquals(405, answer(method + " " + path + " HTTP/1.1\r\nHost: hub\r\n\r\n").status(), path);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "https://evil.example", "garbage", "", "http://hub, http://evil"})
    void aPageOfAnotherOriginIsRefused(String origin) {
        assertEquals(403, answer(PING + "Origin: " + origin + "\r\n\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "garbage", "a/b/c"})
    void aFormOfAnotherPageIsNoRequest(String type) {
        try (RawConnection client = RawConnection.to(hub).post("/v1/publish", type, "{\"channel\":\"a\",\"data\":1}".getBytes(StandardCharsets.US_ASCII))) {
            assertEquals(415, client.answer().status());
        }
    }
}
