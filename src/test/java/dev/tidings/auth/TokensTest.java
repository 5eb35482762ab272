package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.session.Identity;
import dev.tidings.testing.ManualClock;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a token makes its bearer, and until when. */
class TokensTest {
    private final ManualClock clock = new ManualClock();

    private static final String ADA = Minted.valid(",\"sub\":\"ada\"");

    private Identity accepted(String claims) {
        return Minted.get(Minted.tokens(Minted.issuer(Minted.SECRET)).connection(Minted.token(claims)));
    }

    private Refusal refused(String claims) {
        return assertThrows(RefusedException.class, () -> accepted(claims)).refusal();
    }

    private Tokens tokens(boolean anonymous, boolean allowNonExpiring, Duration skew) {
        return new Tokens(new AuthOptions(false, anonymous, allowNonExpiring, false, skew, 8192, 255, List.of(Minted.issuer(Minted.SECRET))), clock);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void everySecretAlgorithmVerifiesWhenConfigured(String algorithm) {
        IssuerOptions issuer = new IssuerOptions("tidings.auth", "", List.of(), List.of(algorithm), Optional.of(Minted.SECRET), List.of(), Optional.empty());
        String token = Minted.token(algorithm, Minted.secret(Minted.SECRET), ADA, Map.of());

        assertEquals("ada", Minted.get(Minted.tokens(issuer).connection(token)).user());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    void everyPublicAlgorithmVerifiesWhenConfigured(String algorithm) {
        KeyPair pair = switch (algorithm) {
            case "ES256" -> Minted.P256;
            case "ES384" -> Minted.P384;
            case "ES512" -> Minted.P521;
            case "EdDSA" -> Minted.ED25519;
            default -> Minted.RSA;
        };
        String token = Minted.token(algorithm, pair.getPrivate(), ADA, Map.of());

        assertEquals("ada", Minted.get(Minted.tokens(Minted.issuer(List.of(algorithm), pair.getPublic())).connection(token)).user());
    }

    @Test
    void algorithmsThatAreNotByDefaultAreRefusedUnlessConfigured() {
        Tokens tokens = Minted.tokens(Minted.issuer(List.of(), Minted.RSA.getPublic()));
        String token = Minted.token("RS512", Minted.RSA.getPrivate(), ADA, Map.of());

        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(token)));
    }

    @Test
    void anIdentityIsCompleteAtOnceWhenTheKeyIsAtHand() {
        assertTrue(Minted.tokens(Minted.issuer(Minted.SECRET)).connection(Minted.token(ADA)).toCompletableFuture().isDone());
    }

    @Test
    void aTokenWithoutSubIsAnonymous() {
        assertFalse(accepted(Minted.valid("")).isAuthenticated());
        assertEquals("anonymous", accepted(Minted.valid(",\"sub\":\"\"")).scope());
    }

    @Test
    void aTokenWithoutExpIsRefusedUnlessAllowed() {
        assertEquals(Refusal.UNAUTHORIZED, refused("{\"sub\":\"ada\"}"));
        Identity identity = Minted.get(tokens(false, true, Duration.ZERO).connection(Minted.token("{\"sub\":\"ada\"}")));
        assertEquals(0, identity.expiresAt());
    }

    @Test
    void aTokenIsExpiredFromItsExpOn() {
        assertEquals(Refusal.TOKEN_EXPIRED, refused("{\"exp\":" + Minted.NOW + "}"));
        assertEquals((Minted.NOW + 1) * 1000, accepted("{\"exp\":" + (Minted.NOW + 1) + "}").expiresAt());
    }

    @Test
    void anExpMayHaveAFraction() {
        assertEquals(Minted.NOW * 1000 + 500, accepted("{\"exp\":" + Minted.NOW + ".5}").expiresAt());
    }

    @Test
    void aConfiguredSkewIsGrantedAfterExp() {
        Tokens tokens = tokens(false, false, Duration.ofSeconds(5));
        String token = Minted.token("{\"exp\":" + (Minted.NOW - 4) + "}");

        assertEquals((Minted.NOW + 1) * 1000, Minted.get(tokens.connection(token)).expiresAt());
        clock.advance(Duration.ofSeconds(1));
        assertEquals(Refusal.TOKEN_EXPIRED, assertThrows(RefusedException.class, () -> Minted.get(tokens.connection(token))).refusal());
    }

    @Test
    void aTokenIsRefusedBeforeItsNbf() {
        assertEquals(Refusal.UNAUTHORIZED, refused(Minted.valid(",\"nbf\":" + (Minted.NOW + 60))));
        accepted(Minted.valid(",\"nbf\":" + Minted.NOW));
    }

    @Test
    void expireAtEndsTheSessionInsteadOfExp() {
        assertEquals((Minted.NOW + 10) * 1000, accepted(Minted.valid(",\"expire_at\":" + (Minted.NOW + 10))).expiresAt());
        assertEquals(0, accepted(Minted.valid(",\"expire_at\":0")).expiresAt());
        assertEquals(Refusal.TOKEN_EXPIRED, refused(Minted.valid(",\"expire_at\":" + Minted.NOW)));
        assertEquals(Refusal.TOKEN_EXPIRED, refused("{\"expire_at\":0,\"exp\":" + (Minted.NOW - 1) + "}"));
    }

    @Test
    void anAudienceIsAskedForWhenConfigured() {
        IssuerOptions issuer = new IssuerOptions("tidings.auth", "", List.of("hub", "hub2"), List.of(), Optional.of(Minted.SECRET), List.of(), Optional.empty());
        Tokens tokens = Minted.tokens(issuer);

        Minted.get(tokens.connection(Minted.token(Minted.valid(",\"aud\":\"hub\""))));
        Minted.get(tokens.connection(Minted.token(Minted.valid(",\"aud\":[\"x\",\"hub2\"]"))));
        for (String claims : List.of(Minted.valid(",\"aud\":\"x\""), Minted.valid(""), Minted.valid(",\"aud\":[]"), Minted.valid(",\"aud\":7"))) {
            assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(Minted.token(claims))), claims);
        }
    }

    @Test
    void anIssuerIsAskedForWhenConfigured() {
        Tokens tokens = Minted.tokens(Minted.issuer("https://a", Minted.RSA.getPublic()));

        Identity identity = Minted.get(tokens.connection(signed(Minted.RSA, Minted.valid(",\"sub\":\"ada\",\"iss\":\"https://a\""))));

        assertEquals("https://a\nada", identity.scope());
        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(signed(Minted.RSA, Minted.valid(",\"iss\":\"https://b\"")))));
        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(signed(Minted.RSA, Minted.valid("")))));
    }

    @Test
    void theKeyOfAnIssuerNeverVerifiesATokenOfAnother() {
        Tokens tokens = Minted.tokens(Minted.issuer("a", Minted.RSA.getPublic()), Minted.issuer("b", Minted.OTHER_RSA.getPublic()));

        Minted.get(tokens.connection(signed(Minted.RSA, Minted.valid(",\"iss\":\"a\""))));
        Minted.get(tokens.connection(signed(Minted.OTHER_RSA, Minted.valid(",\"iss\":\"b\""))));

        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(signed(Minted.RSA, Minted.valid(",\"iss\":\"b\"")))));
        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(signed(Minted.RSA, Minted.valid(",\"iss\":\"c\"")))));
    }

    private static String signed(KeyPair pair, String claims) {
        return Minted.token("RS256", pair.getPrivate(), claims, Map.of());
    }

    @Test
    void withoutATokenAClientIsAnonymousOnlyWhenAllowed() {
        assertEquals(Optional.empty(), tokens(false, false, Duration.ZERO).withoutToken());
        assertEquals(Optional.of(Identity.ANONYMOUS), tokens(true, false, Duration.ZERO).withoutToken());
    }

    @Test
    void withoutAnyKeyEveryTokenIsRefused() {
        assertThrows(InvalidTokenException.class, () -> Minted.get(Minted.tokens().connection(Minted.token(ADA))));
    }

    @Test
    void onAnInsecureHubEverybodyMayDoAnythingWhateverTheToken() {
        Tokens tokens = new Tokens(AuthOptions.open(), clock);

        assertEquals(Optional.of(Identity.INSECURE), tokens.withoutToken());
        assertEquals(Identity.INSECURE, Minted.get(tokens.connection("garbage")));
        Identity.SubscriptionToken token = Minted.get(tokens.subscription(Minted.token("{\"channel\":\"news\",\"sub\":\"ada\",\"client\":\"c\"}")));
        assertEquals("news", token.channel().name());
        assertEquals("", token.user() + token.client());
    }
}
