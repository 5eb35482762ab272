package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that would leave the hub open, closed, or guessing are refused with a sentence that names them. */
class AuthOptionsTest {
    private static String refusal(Runnable construction) {
        return assertThrows(IllegalArgumentException.class, construction::run).getMessage();
    }

    private static IssuerOptions issuer(List<String> algorithms, Optional<String> secret, List<String> keys) {
        return new IssuerOptions("tidings.auth", "", List.of(), algorithms, secret, keys, Optional.empty());
    }

    private static Tokens withKey(String entry) {
        return new Tokens(AuthOptions.of(issuer(List.of(), Optional.empty(), List.of(entry))), new ManualClock());
    }

    @Test
    void aShortSecretIsRefusedByItsNameAndNeverShown() {
        String said = refusal(() -> Minted.issuer("needle-needle-needle-needle-31b"));

        assertEquals("tidings.auth.hmac-secret has 31 bytes, allowed is 32 or more", said);
        assertFalse(Minted.issuer(Minted.SECRET).toString().contains(Minted.SECRET.substring(0, 8)));
        assertFalse(AuthOptions.of(Minted.issuer(Minted.SECRET)).toString().contains(Minted.SECRET.substring(0, 8)));
    }

    @Test
    void aSecretIsAsLongAsTheHashOfItsAlgorithm() {
        assertEquals("tidings.auth.hmac-secret has 32 bytes, HS512 needs 64",
                refusal(() -> issuer(List.of("HS512"), Optional.of("x".repeat(32)), List.of())));
    }

    @Test
    void aPublicKeyIsRefusedAsASecret() {
        assertTrue(refusal(() -> Minted.issuer(Minted.pem(Minted.RSA.getPublic()))).contains("tidings.auth.public-keys"));
    }

    @Test
    void algorithmsThatAreUnknownOrHaveNoKeyAreRefused() {
        List<String> pem = List.of(Minted.pem(Minted.RSA.getPublic()));

        assertTrue(refusal(() -> issuer(List.of("none"), Optional.of(Minted.SECRET), List.of())).startsWith("tidings.auth.algorithms has \"none\", allowed are HS256"));
        assertTrue(refusal(() -> issuer(List.of("HS256"), Optional.empty(), pem)).contains("needs tidings.auth.hmac-secret"));
        assertTrue(refusal(() -> issuer(List.of("RS256"), Optional.of(Minted.SECRET), List.of())).contains("needs tidings.auth.public-keys"));
        assertTrue(refusal(() -> issuer(List.of("RS256"), Optional.of(Minted.SECRET), pem)).contains("leaves out"));
        assertTrue(refusal(() -> Minted.tokens(issuer(List.of("ES256"), Optional.empty(), pem))).contains("none of which is in tidings.auth.algorithms"));
    }

    @Test
    void anIssuerWithoutAKeyIsRefused() {
        assertTrue(refusal(() -> issuer(List.of(), Optional.empty(), List.of())).startsWith("tidings.auth has no key"));
    }

    @Test
    void aUrlOfKeysIsHttp() {
        for (String url : List.of("file:///etc/passwd", "ftp://a/", "jwks", "https://user:needle@a/")) {
            String said = refusal(() -> new IssuerOptions("tidings.auth", "", List.of(), List.of(), Optional.empty(), List.of(), Optional.of(URI.create(url))));
            assertEquals("tidings.auth.jwks-url must be an http or https URL without user information", said);
        }
    }

    @Test
    void severalIssuersAreToldApart() {
        IssuerOptions nameless = Minted.issuer(Minted.SECRET);
        IssuerOptions a = Minted.issuer("a", Minted.RSA.getPublic());

        assertEquals("tidings.auth.issuer is missing: with several issuers, each must be named", refusal(() -> AuthOptions.of(a, nameless)));
        assertEquals("tidings.auth.issuers.\"a\".issuer is \"a\", as that of another issuer", refusal(() -> AuthOptions.of(a, a)));
    }

    @Test
    void numbersHaveBounds() {
        assertTrue(refusal(() -> new AuthOptions(false, false, false, false, Duration.ofMinutes(2), 8192, 255, List.of())).startsWith("tidings.auth.clock-skew is PT2M"));
        assertTrue(refusal(() -> new AuthOptions(false, false, false, false, Duration.ZERO, 1, 255, List.of())).startsWith("tidings.auth.max-token-length is 1"));
    }

    @Test
    void publicKeysAreReadFromTextAndFile(@TempDir Path directory) throws IOException, JoseException {
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(Minted.RSA.getPublic());
        jwk.setKeyId("k");
        String json = jwk.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        Path file = Files.writeString(directory.resolve("key.pem"), "# a comment\n" + Minted.pem(Minted.OTHER_RSA.getPublic()) + Minted.pem(Minted.RSA.getPublic()));
        String token = Minted.token("RS256", Minted.RSA.getPrivate(), Minted.valid(",\"sub\":\"ada\""), Map.of("kid", "k"));

        for (String entry : List.of(Minted.pem(Minted.RSA.getPublic()), " " + json, "{\"keys\":[" + json + "]}", file.toString())) {
            assertEquals("ada", Minted.get(withKey(entry).connection(token)).user());
        }
    }

    @Test
    void aKeyIsUsedOnlyWithTheAlgorithmThatItNames() throws JoseException {
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(Minted.RSA.getPublic());
        jwk.setAlgorithm("RS256");
        Tokens tokens = withKey(jwk.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));

        Minted.get(tokens.connection(Minted.token("RS256", Minted.RSA.getPrivate(), Minted.valid(""), Map.of())));
        String other = Minted.token("PS256", Minted.RSA.getPrivate(), Minted.valid(""), Map.of());
        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(other)));
    }

    @Test
    void aPrivateKeyIsRefused() throws JoseException {
        String pem = "-----BEGIN PRIVATE KEY-----\n" + Base64.getEncoder().encodeToString(Minted.RSA.getPrivate().getEncoded()) + "\n-----END PRIVATE KEY-----";
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(Minted.RSA.getPublic());
        jwk.setPrivateKey(Minted.RSA.getPrivate());

        for (String entry : List.of(pem, jwk.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE))) {
            assertEquals("tidings.auth.public-keys[0] has a private key; only its public half belongs here", refusal(() -> withKey(entry)));
        }
    }

    @Test
    void aWeakKeyIsRefused() {
        assertTrue(refusal(() -> withKey(Minted.pem(Minted.pair("RSA", "1024").getPublic()))).contains("weak key"));
    }

    @Test
    void keysThatCantBeReadAreRefusedByTheirNumber() {
        String secret = "{\"kty\":\"oct\",\"k\":\"" + Minted.base64(Minted.SECRET) + "\"}";
        for (String entry : List.of("/does/not/exist.pem", "{", "{}", "{\"keys\":[]}", secret, "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----")) {
            assertTrue(refusal(() -> withKey(entry)).startsWith("tidings.auth.public-keys[0] "), entry);
        }
    }
}
