package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.auth.Origins.Answer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may call. */
class OriginsTest {
    private static final Origins OWN = new Origins(List.of());

    private static Answer listed(String origin, String... entries) {
        return new Origins(List.of(entries)).of(Optional.of(origin), "https", "hub.example");
    }

    @ParameterizedTest
    @CsvSource({"https://hub.example,https,hub.example", "HTTPS://Hub.Example,https,hub.example:443", "http://localhost:8080,http,localhost:8080",
            "https://hub.example:443,https,hub.example", "http://[::1]:8080,http,[::1]:8080", "https://hub.example,http,hub.example"})
    void withoutEntriesThePagesOfTheOwnHostMayCall(String origin, String scheme, String host) {
        assertEquals(Answer.CREDENTIALS, OWN.of(Optional.of(origin), scheme, host));
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example,https,hub.example", "https://hub.example.evil.example,https,hub.example", "http://hub.example,https,hub.example",
            "https://hub.example:444,https,hub.example", "http://localhost:3000,http,localhost:8080", "null,https,hub.example", "https://a@hub.example,https,hub.example",
            "https://hub.example/,https,hub.example", "hub.example,https,hub.example", "%,https,hub.example", "https://hub.example,https,''"})
    void otherPagesMayNot(String origin, String scheme, String host) {
        assertEquals(Answer.REFUSED, OWN.of(Optional.of(origin), scheme, host));
    }

    @Test
    void aRequestWithoutOriginIsNotJudged() {
        Answer answer = OWN.of(Optional.empty(), "https", "hub.example");

        assertEquals(Answer.ABSENT, answer);
        assertTrue(answer.isAllowed());
        assertFalse(answer.allowsCredentials());
    }

    @Test
    void listedPagesMayCallAndNoOthers() {
        assertEquals(Answer.CREDENTIALS, listed("https://app.example", "https://x.example", "https://App.Example:443"));
        assertEquals(Answer.CREDENTIALS, listed("capacitor://localhost", "capacitor://localhost"));
        assertEquals(Answer.REFUSED, listed("http://app.example", "https://app.example"));
        assertEquals(Answer.REFUSED, listed("https://app.example:8443", "https://app.example"));
        assertEquals(Answer.REFUSED, listed("https://hub.example", "https://app.example"));
        assertEquals(Answer.REFUSED, listed("x".repeat(100_000), "https://app.example"));
    }

    @Test
    void anEntryMayNameAllHostsBelowADomain() {
        assertEquals(Answer.CREDENTIALS, listed("https://a.app.example", "https://*.app.example"));
        assertEquals(Answer.CREDENTIALS, listed("https://a.b.app.example", "https://*.app.example"));
        assertEquals(Answer.REFUSED, listed("https://app.example", "https://*.app.example"));
        assertEquals(Answer.REFUSED, listed("https://evilapp.example", "https://*.app.example"));
        assertEquals(Answer.REFUSED, listed("https://a.app.example.evil", "https://*.app.example"));
    }

    @Test
    void everybodyIsAllowedByAStarButWithoutCredentials() {
        assertEquals(Answer.NO_CREDENTIALS, listed("https://evil.example", "*"));
        assertEquals(Answer.NO_CREDENTIALS, listed("null", "*"));
        assertEquals(Answer.CREDENTIALS, listed("https://app.example", "*", "https://app.example"));
    }

    @Test
    void pagesWithoutOriginAreAllowedOnlyWhenListedAndWithoutCredentials() {
        assertEquals(Answer.REFUSED, listed("null", "https://app.example"));
        assertEquals(Answer.NO_CREDENTIALS, listed("null", "null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "app.example", "https://", "https://app.example/", "https://app.example/path", "https://a b", "https://*", "https://*.com", "**",
            "https://a.*.example", "https://user@app.example", "https://app.example?x", "https://app.example#x"})
    void anEntryThatIsNoOriginIsRefused(String entry) {
        String said = assertThrows(IllegalArgumentException.class, () -> new Origins(List.of(entry))).getMessage();
        assertTrue(said.startsWith("tidings.origins has \"" + entry + "\""), said);
    }
}
