package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubSettings;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client that {@code helm test} runs, against a real hub. */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class StreamCheckTest {
    @TestHTTPResource
    URI hub;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int check(Map<String, String> environment, String... arguments) {
        return StreamCheck.run(List.of(arguments), environment, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void passesWithTheHubsOwnCredentials() {
        int result = check(Map.of("TIDINGS_AUTH_HMAC_SECRET", Jwt.SECRET, "TIDINGS_API_KEYS", "only-history:history," + HubSettings.KEY), hub.toString());

        assertEquals(StreamCheck.PASSED, result, said());
        assertTrue(said().contains("stream and WebSocket had the publication"), said());
    }

    @Test
    void passesWithATokenOfItsOwnWhichMayPublish() {
        String token = Jwt.of("ada").grantAll("chat:check").sign();

        assertEquals(StreamCheck.PASSED, check(Map.of("TIDINGS_CHECK_TOKEN", token + "\n"), "--channel=chat:check", hub.toString()), said());
    }

    @Test
    void triesEachAddress() {
        int result = check(Map.of("TIDINGS_AUTH_HMAC_SECRET", Jwt.SECRET, "TIDINGS_API_KEYS", HubSettings.KEY), hub.toString(),
                hub.toString().replace("localhost", "127.0.0.1"));

        assertEquals(StreamCheck.PASSED, result, said());
        assertEquals(2, said().lines().count(), said());
    }

    @Test
    void failsWhereTheTokenIsNotBelieved() {
        int result = check(Map.of("TIDINGS_AUTH_HMAC_SECRET", "another-secret-with-more-than-32-bytes-too"), hub.toString());

        assertEquals(StreamCheck.FAILED, result);
        assertTrue(said().contains("FAILED, the stream was refused: status 401"), said());
    }

    @Test
    void failsWhereNobodyMayPublish() {
        int result = check(Map.of("TIDINGS_AUTH_HMAC_SECRET", Jwt.SECRET), hub.toString());

        assertEquals(StreamCheck.FAILED, result);
        assertTrue(said().contains("the publication was refused: status 403"), said());
    }

    @Test
    void failsWhenTheTimeIsOver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertEquals(StreamCheck.FAILED, check(Map.of(), "--timeout=1", "http://127.0.0.1:" + silent.getLocalPort()));
        }

        assertTrue(said().contains("FAILED, the stream was not answered within 1 s"), said());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "--timeout=soon | --timeout is \"soon\"",
        "--timeout=0 | --timeout is 0, allowed is 1 to 3600",
        "--speed=9 | unknown argument --speed=9",
        "tidings:80 | \"tidings:80\" is not an address",
        "--channel=a | no address is given"})
    void saysWhichArgumentMakesNoSense(String argument, String sentence) {
        assertEquals(StreamCheck.MISUSED, check(Map.of(), argument));
        assertTrue(said().contains(sentence) && said().contains("usage: check"), said());
    }
}
