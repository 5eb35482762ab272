package dev.tidings.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubSettings;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The keys of an issuer can't be fetched: nobody can know now whether a token is valid, and an EventSource must not end over it (protocol section 8). */
class KeysAwayIT {
    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anEventSourceIsToldToComeBack() {
        String header = "Authorization: Bearer " + encoded("{\"alg\":\"RS256\",\"kid\":\"new\"}") + "." + encoded("{\"sub\":\"ada\"}") + "." + encoded("x".repeat(256));
        try (HubProcess hub = HubProcess.start(HubSettings.none().with("tidings.auth.jwks-url", "http://127.0.0.1:1/keys").namespace("default", "subscribe", "authenticated").map());
                EventStreamReader soft = EventStreamReader.get(hub.uri(), "/v1/sse?channel=a", header);
                EventStreamReader honest = EventStreamReader.get(hub.uri(), "/v1/sse?channel=a&errors=status", header)) {
            assertEquals(200, soft.status());
            assertEquals("unavailable", soft.header("Tidings-Refused").orElse(""));
            soft.rest();
            assertEquals(EventStreamReader.End.ABRUPT, soft.end());
            assertEquals(100, honest.problem(503));
        }
    }
}
