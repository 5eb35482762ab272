package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.session.Identity;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an attacker may show instead of a token: each would make somebody somebody else, or cost more than it is worth. */
class HostileTokenTest {
    private static final String HS256 = "{\"alg\":\"HS256\"}";
    private static final byte[] VALID = Minted.valid("").getBytes(StandardCharsets.UTF_8);
    private final Tokens tokens = Minted.tokens(Minted.issuer(Minted.SECRET));

    private String refused(String token) {
        InvalidTokenException e = assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(token)));
        assertTrue(e.getMessage().length() < 200, e.getMessage());
        return e.getMessage();
    }

    private String refusedClaims(String claims) {
        return refused(Minted.token(claims));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b", "a.b.c", "a.b.c.d.e", "\u0000", "Bearer x", "e30.e30.e30", "e30..e30", ".e30.e30", "e30.e30.", "e3=.e30.e30",
            "bnVsbA.e30.AA", "W10.e30.AA", "e30.e30.\ud83d\ude00"})
    void garbageIsRefused(String token) {
        refused(token);
    }

    @Test
    void aTokenIsRefusedByItsLengthBeforeItIsLookedAt() {
        assertEquals("the token is longer than 8192 characters", refused("x".repeat(8193)));
        refused(Minted.token(Minted.valid(",\"info\":\"" + "x".repeat(8000) + "\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
    void aTokenWithoutSignatureIsRefusedHoweverItIsSpelt(String none) {
        refused(Minted.raw("{\"alg\":\"" + none + "\"}", Minted.valid(""), ""));
        refused(Minted.raw("{\"alg\":\"" + none + "\"}", Minted.valid(""), "AA"));
    }

    @Test
    void anotherSecretDoesNotSign() {
        refused(Minted.token("HS256", Minted.secret("x".repeat(64)), Minted.valid(""), Map.of()));
    }

    @Test
    void anotherKeyDoesNotSign() {
        Tokens rsa = Minted.tokens(Minted.issuer(List.of(), Minted.RSA.getPublic()));
        String token = Minted.token("RS256", Minted.OTHER_RSA.getPrivate(), Minted.valid(""), Map.of());

        assertThrows(InvalidTokenException.class, () -> Minted.get(rsa.connection(token)));
    }

    @Test
    void aSignatureIsOfTheseClaimsAlone() {
        String[] parts = Minted.token(Minted.valid(",\"sub\":\"ada\"")).split("\\.");

        refused(parts[0] + "." + Minted.base64(Minted.valid(",\"sub\":\"eve\"")) + "." + parts[2]);
        refused(Minted.base64("{\"alg\":\"HS256\",\"kid\":\"k\"}") + "." + parts[1] + "." + parts[2]);
        refused(parts[0] + "." + parts[1] + "." + parts[2].substring(1));
    }

    @Test
    void aPublicKeyIsNeverASecret() {
        String pem = Minted.pem(Minted.RSA.getPublic());
        Tokens rsa = Minted.tokens(Minted.issuer(List.of(), Minted.RSA.getPublic()));
        Tokens both = Minted.tokens(new IssuerOptions("tidings.auth", "", List.of(), List.of("HS256", "RS256"), Optional.of(Minted.SECRET), List.of(pem),
                Optional.empty()));
        String der = new String(Minted.RSA.getPublic().getEncoded(), StandardCharsets.ISO_8859_1);

        for (String secret : List.of(pem, pem.strip(), der)) {
            String token = Minted.token("HS256", Minted.secret(secret), Minted.valid(""), Map.of());
            assertThrows(InvalidTokenException.class, () -> Minted.get(rsa.connection(token)));
            assertThrows(InvalidTokenException.class, () -> Minted.get(both.connection(token)));
        }
    }

    @Test
    void anEcdsaSignatureOfZerosIsRefused() {
        Tokens ec = Minted.tokens(Minted.issuer(List.of(), Minted.P256.getPublic()));
        String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

        assertThrows(InvalidTokenException.class, () -> Minted.get(ec.connection(Minted.raw("{\"alg\":\"ES256\"}", Minted.valid(""), zeros))));
    }

    @Test
    void aKeyInTheHeaderIsNotUsed() {
        String jwk = "{\"kty\":\"oct\",\"k\":\"" + Minted.base64("x".repeat(64)) + "\"}";
        refused(Minted.token("HS256", Minted.secret("x".repeat(64)), Minted.valid(""), Map.of("jwk", jwk, "jku", "http://127.0.0.1:1/", "x5u", "file:///")));
    }

    @Test
    void anExtensionThatMustBeUnderstoodIsRefused() {
        refused(Minted.token("HS256", Minted.secret(Minted.SECRET), Minted.valid(""), Map.of("crit", List.of("exp"), "exp", 1)));
        refused(Minted.sealed("{\"alg\":\"HS256\",\"b64\":false}", VALID));
        Minted.get(tokens.connection(Minted.sealed("{\"alg\":\"HS256\",\"x\":false}", VALID))); // what need not be understood is ignored
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"alg\":7}", "{\"alg\":null}", "{\"alg\":[\"HS256\"]}", "{}", "{\"alg\":\"HS256\",\"kid\":7}", "{\"alg\":\"HS256\",\"alg\":\"HS256\"}"})
    void aHeaderOfOtherTypesIsRefused(String header) {
        refused(Minted.sealed(header, VALID));
    }

    @Test
    void claimsThatAreNoJsonObjectAreRefused() {
        for (String claims : List.of("", "null", "[]", "7", "{", "{}{}", "{\"exp\":}", "\ufeff{}", "{\u0000}")) {
            refused(Minted.sealed(HS256, claims.getBytes(StandardCharsets.UTF_8)));
        }
        refused(Minted.sealed(HS256, Minted.valid(",\"info\":\"\u00e9\"").getBytes(StandardCharsets.ISO_8859_1)));
        refused(Minted.sealed(HS256, Minted.valid("").getBytes(StandardCharsets.UTF_16LE)));
    }

    @Test
    void deepNestingIsRefusedWithoutExhaustingTheStack() {
        refused(Minted.sealed(HS256, "[".repeat(5000).getBytes(StandardCharsets.UTF_8)));
        refusedClaims(Minted.valid(",\"info\":" + "[".repeat(1000) + "]".repeat(1000)));
    }

    @Test
    void aClaimGivenTwiceIsRefused() {
        refusedClaims(Minted.valid(",\"sub\":\"ada\",\"sub\":\"eve\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "true", "[\"ada\"]", "{}", "\"a\\nb\"", "\"a\\u0000\"", "\"\\u202e\"", "\"\\ud800\""})
    void aSubThatIsNoTextIsRefused(String sub) {
        refusedClaims(Minted.valid(",\"sub\":" + sub));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"9999999999\"", "-1", "1e400", "true", "[]", "99999999999999999999"})
    void anExpThatIsNoTimeIsRefused(String exp) {
        refusedClaims("{\"exp\":" + exp + "}");
    }

    @Test
    void aRefusalNeverRepeatsTheToken() {
        String token = Minted.token("HS256", Minted.secret("x".repeat(64)), Minted.valid(",\"sub\":\"needle\",\"iss\":\"needle\""), Map.of());
        assertFalse(refused(token).contains(token.substring(0, 8)));
        assertFalse(refusedClaims(Minted.valid(",\"sub\":\"needle:\",\"tidings\":{\"publish\":[\"{sub}\"]}")).contains("needle"));
    }

    @Test
    void aUserThatIsAWildcardOrHasSegmentsNeverEntersAPattern() {
        for (String user : List.of("*", "a*", "a:b", ":", "a:*")) {
            refusedClaims(Minted.valid(",\"sub\":\"" + user + "\",\"tidings\":{\"subscribe\":[\"user:{sub}\"]}"));
        }
    }

    @Test
    void aUserThatLooksLikeAPlaceholderIsTakenLiterally() {
        Identity identity = Minted.get(tokens.connection(Minted.token(Minted.valid(",\"sub\":\"{sub}\",\"tidings\":{\"subscribe\":[\"user:{sub}\"]}"))));
        assertEquals(List.of("user:{sub}"), identity.grants().subscribe());
    }

    @Test
    void aChannelThatWouldBecomeAWildcardGrantIsRefused() {
        refusedClaims(Minted.valid(",\"channels\":[\"chat:*\"]"));
        refusedClaims(Minted.valid(",\"subs\":{\"chat:*\":{}}"));
        refusedClaims(Minted.valid(",\"tidings\":{\"channels\":{\"chat:*\":{}}}"));
    }
}
