package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.auth.Credentials.Carriers;
import dev.tidings.auth.Credentials.Source;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where credentials are found, and when there are too many. */
class CredentialsTest {
    private static final List<String> NOTHING = List.of();

    private static Credentials of(List<String> authorization, List<String> subprotocols, List<String> query, List<String> apiKeys) {
        return Credentials.of(new Carriers(authorization, subprotocols, Optional.empty(), false, query, apiKeys));
    }

    private static Credentials header(String value) {
        return of(List.of(value), NOTHING, NOTHING, NOTHING);
    }

    private static Credentials subprotocol(String... offered) {
        return of(NOTHING, List.of(offered), NOTHING, NOTHING);
    }

    private static Credentials cookie(boolean trusted, List<String> authorization) {
        return Credentials.of(new Carriers(authorization, NOTHING, Optional.of("c"), trusted, NOTHING, NOTHING));
    }

    private static void tooMany(Runnable reading) {
        RefusedException e = assertThrows(RefusedException.class, reading::run);
        assertEquals(Refusal.BAD_REQUEST, e.refusal());
        assertTrue(e.getMessage().startsWith("more than one source of credentials"));
    }

    @Test
    void aRequestMayBringNone() {
        assertEquals(Credentials.NONE, Credentials.of(Carriers.NONE));
        assertEquals(Optional.empty(), Credentials.NONE.token());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer t.o.k", "bearer t.o.k", "BEARER   t.o.k "})
    void aBearerTokenIsFoundHoweverTheSchemeIsSpelt(String header) {
        assertEquals(new Credentials(Source.AUTHORIZATION, "t.o.k"), header(header));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer ", "", "Bearert.o.k", "Bearer a b", "Digest x", "t.o.k"})
    void anyOtherAuthorizationIsInvalid(String header) {
        assertThrows(InvalidTokenException.class, () -> header(header));
    }

    @Test
    void aTokenMayStandInASubprotocol() {
        assertEquals(new Credentials(Source.SUBPROTOCOL, "t.o.k"), subprotocol("tidings.v1.json", "tidings.bearer.t.o.k"));
        assertEquals(Credentials.NONE, subprotocol("tidings.v1.json", "centrifuge-json"));
    }

    @Test
    void aTokenMayStandInTheSubprotocolOfQuarkus() {
        Credentials found = subprotocol("bearer-token-carrier", "quarkus-http-upgrade%23Authorization%23Bearer%20t.o.k");

        assertEquals(new Credentials(Source.SUBPROTOCOL, "t.o.k"), found);
        assertEquals(Credentials.NONE, subprotocol("quarkus-http-upgrade%23X-Other%23Bearer%20t.o.k"));
        assertThrows(InvalidTokenException.class, () -> subprotocol("quarkus-http-upgrade%2"));
        assertThrows(InvalidTokenException.class, () -> subprotocol("quarkus-http-upgrade#Authorization#Basic%20x"));
    }

    @Test
    void subprotocolsThatCarryCredentialsAreKnown() {
        assertTrue(Credentials.isCarrier("tidings.bearer.x") && Credentials.isCarrier("bearer-token-carrier") && Credentials.isCarrier("quarkus-http-upgrade%23a"));
        assertFalse(Credentials.isCarrier("tidings.v1.json"));
    }

    @Test
    void aQueryAndAnApiKeyAreSources() {
        assertEquals(Optional.of("q"), of(NOTHING, NOTHING, List.of("q"), NOTHING).token());
        Credentials key = of(NOTHING, NOTHING, NOTHING, List.of("k"));
        assertEquals(Optional.of("k"), key.apiKey());
        assertEquals(Optional.empty(), key.token());
        assertEquals(Credentials.NONE, of(NOTHING, NOTHING, List.of(""), NOTHING));
    }

    @Test
    void everyTwoExplicitSourcesAreTooMany() {
        List<String> header = List.of("Bearer a");
        List<String> subprotocol = List.of("tidings.bearer.a");
        List<String> other = List.of("a");

        tooMany(() -> of(List.of("Bearer a", "Bearer a"), NOTHING, NOTHING, NOTHING));
        tooMany(() -> of(header, subprotocol, NOTHING, NOTHING));
        tooMany(() -> of(header, NOTHING, other, NOTHING));
        tooMany(() -> of(header, NOTHING, NOTHING, other));
        tooMany(() -> of(NOTHING, subprotocol, other, NOTHING));
        tooMany(() -> of(NOTHING, subprotocol, NOTHING, other));
        tooMany(() -> of(NOTHING, NOTHING, other, other));
        tooMany(() -> of(NOTHING, List.of("tidings.bearer.a", "tidings.bearer.b"), NOTHING, NOTHING));
        for (Credentials explicit : List.of(header("Bearer a"), subprotocol("tidings.bearer.a"), of(NOTHING, NOTHING, other, NOTHING),
                of(NOTHING, NOTHING, NOTHING, other), Credentials.NONE.withMessage("m"))) {
            tooMany(() -> explicit.withMessage("m"));
        }
    }

    @Test
    void theFirstMessageMayBringTheToken() {
        assertEquals(new Credentials(Source.MESSAGE, "m"), Credentials.NONE.withMessage("m"));
        assertEquals(Optional.of("a"), header("Bearer a").withMessage("").token());
    }

    @Test
    void theCookieCountsOnlyAloneAndOnlyFromAnAllowedPage() {
        assertEquals(new Credentials(Source.COOKIE, "c"), cookie(true, NOTHING));
        assertEquals(Credentials.NONE, cookie(false, NOTHING));
        assertEquals(Source.AUTHORIZATION, cookie(true, List.of("Bearer a")).source());
        assertEquals(Source.MESSAGE, cookie(true, NOTHING).withMessage("m").source());
    }

    @Test
    void whatIsCarriedIsNeverPrinted() {
        List<String> texts = new ArrayList<>();
        texts.add(header("Bearer needle").toString());
        texts.add(new Carriers(List.of("Bearer needle"), NOTHING, Optional.of("needle"), true, NOTHING, List.of("needle")).toString());
        assertTrue(texts.stream().noneMatch(text -> text.contains("needle")));
    }
}
