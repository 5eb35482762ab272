package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.session.Identity;
import dev.tidings.testing.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that an issuer publishes, and rotates, while its endpoint is sometimes away. */
class RemoteKeysTest {
    private final ManualClock clock = new ManualClock();
    private final AtomicInteger fetches = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private volatile boolean held;
    private volatile int status = 200;
    private volatile String document = jwks(jwk(Minted.RSA, "a", "sig"));
    private HttpServer server;
    private Tokens tokens;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            fetches.incrementAndGet();
            await();
            byte[] body = document.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
        IssuerOptions issuer = new IssuerOptions("tidings.auth", "", List.of(), List.of(), Optional.empty(), List.of(), Optional.of(url));
        tokens = new Tokens(AuthOptions.of(issuer), clock);
    }

    @AfterEach
    void stop() {
        gate.countDown();
        tokens.close();
        server.stop(0);
    }

    private void await() {
        try {
            if (held) {
                gate.await();
            }
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static String jwk(KeyPair pair, String kid, String use) {
        try {
            PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
            jwk.setKeyId(kid);
            jwk.setUse(use);
            return jwk.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwks(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    private CompletionStage<Identity> show(KeyPair pair, String kid) {
        return tokens.connection(Minted.token("RS256", pair.getPrivate(), "{\"sub\":\"ada\",\"exp\":" + (Minted.NOW + 100_000) + "}", Map.of("kid", kid)));
    }

    private void accepted(KeyPair pair, String kid) {
        assertEquals("ada", Minted.get(show(pair, kid)).user());
    }

    private Refusal refused(KeyPair pair, String kid) {
        return assertThrows(RefusedException.class, () -> Minted.get(show(pair, kid))).refusal();
    }

    @Test
    void keysAreFetchedOnceAndThenAtHand() {
        accepted(Minted.RSA, "a");

        assertTrue(show(Minted.RSA, "a").toCompletableFuture().isDone());
        assertEquals(1, fetches.get());
    }

    @Test
    void preparedKeysAreAtHandForTheFirstToken() {
        Minted.get(tokens.prepare());

        assertTrue(show(Minted.RSA, "a").toCompletableFuture().isDone());
        assertEquals(1, fetches.get());
    }

    @Test
    void aRotatedKeyIsFetchedWhenItsIdIsFirstSeen() {
        accepted(Minted.RSA, "a");
        document = jwks(jwk(Minted.RSA, "a", "sig"), jwk(Minted.OTHER_RSA, "b", "sig"));

        accepted(Minted.OTHER_RSA, "b");
        accepted(Minted.RSA, "a");
        assertEquals(2, fetches.get());
    }

    @Test
    void inventedKeyIdsCauseOneFetchInTenSeconds() {
        accepted(Minted.RSA, "a");

        for (int i = 0; i < 5; i++) {
            assertEquals(Refusal.UNAUTHORIZED, refused(Minted.RSA, "x" + i));
        }
        assertEquals(2, fetches.get());

        clock.advance(RemoteKeys.UNKNOWN_INTERVAL);
        assertEquals(Refusal.UNAUTHORIZED, refused(Minted.RSA, "x"));
        assertEquals(3, fetches.get());
    }

    @Test
    void aKeyOfAnotherIdIsNotTried() {
        accepted(Minted.RSA, "a");
        document = jwks(jwk(Minted.RSA, "a", "sig"), jwk(Minted.OTHER_RSA, "b", "sig"));

        assertEquals(Refusal.UNAUTHORIZED, refused(Minted.RSA, "b"));
    }

    @Test
    void aTokenThatNamesNoKeyIsTriedWithAll() {
        document = jwks(jwk(Minted.OTHER_RSA, "b", "sig"), jwk(Minted.RSA, "a", "sig"));
        String token = Minted.token("RS256", Minted.RSA.getPrivate(), Minted.valid(",\"sub\":\"ada\""), Map.of());

        assertEquals("ada", Minted.get(tokens.connection(token)).user());
    }

    @Test
    void concurrentTokensShareOneFetch() {
        held = true;
        List<CompletionStage<Identity>> shown = List.of(show(Minted.RSA, "a"), show(Minted.RSA, "a"), show(Minted.OTHER_RSA, "b"));
        assertFalse(shown.getFirst().toCompletableFuture().isDone());

        gate.countDown();

        assertEquals("ada", Minted.get(shown.get(0)).user());
        assertEquals("ada", Minted.get(shown.get(1)).user());
        assertThrows(InvalidTokenException.class, () -> Minted.get(shown.get(2)));
        assertEquals(1, fetches.get());
    }

    @Test
    void withoutKeysAndEndpointTheRefusalIsTemporaryAndRetriedAfterASecond() {
        status = 503;
        assertEquals(Refusal.INTERNAL, refused(Minted.RSA, "a"));
        assertEquals(Refusal.INTERNAL, refused(Minted.RSA, "a"));
        assertEquals(1, fetches.get());

        status = 200;
        clock.advance(RemoteKeys.FIRST_RETRY_AFTER);
        accepted(Minted.RSA, "a");
    }

    @Test
    void anEndpointThatRefusesConnectionsIsAway() {
        server.stop(0);

        assertEquals(Refusal.INTERNAL, refused(Minted.RSA, "a"));
    }

    @Test
    void keysAreRefreshedInTheBackgroundWhileTheOldOnesServe() {
        accepted(Minted.RSA, "a");
        clock.advance(RemoteKeys.REFRESH_AFTER);
        held = true;

        assertTrue(show(Minted.RSA, "a").toCompletableFuture().isDone());

        document = jwks(jwk(Minted.OTHER_RSA, "b", "sig"));
        gate.countDown();
        accepted(Minted.OTHER_RSA, "b");
        assertEquals(2, fetches.get());
    }

    @Test
    void aKeyThatWasWithdrawnLongAgoIsNotUsedBeforeTheRefresh() {
        accepted(Minted.RSA, "a");
        document = jwks(jwk(Minted.OTHER_RSA, "b", "sig"));
        clock.advance(RemoteKeys.REFRESH_AFTER.multipliedBy(2));

        assertEquals(Refusal.UNAUTHORIZED, refused(Minted.RSA, "a"));
    }

    @Test
    void oldKeysServeWhileTheEndpointIsAwayWhichIsTriedEveryTenSeconds() {
        accepted(Minted.RSA, "a");
        status = 500;
        clock.advance(RemoteKeys.REFRESH_AFTER.multipliedBy(2));

        accepted(Minted.RSA, "a");
        accepted(Minted.RSA, "a");
        assertEquals(2, fetches.get());
        assertEquals(Refusal.INTERNAL, refused(Minted.OTHER_RSA, "b"));

        clock.advance(RemoteKeys.RETRY_AFTER);
        accepted(Minted.RSA, "a");
        assertEquals(3, fetches.get());
    }

    @Test
    void documentsThatAreNoKeySetsDoNotReplaceKeys() {
        accepted(Minted.RSA, "a");
        String oversized = jwks(jwk(Minted.OTHER_RSA, "b", "sig")) + " ".repeat(PublicKeys.MAX_BYTES);

        for (String worthless : List.of("", "null", "{", "[]", "{\"keys\":7}", "{\"keys\":[]}", "{\"keys\":[{}]}", "[".repeat(100_000), oversized)) {
            document = worthless;
            clock.advance(RemoteKeys.REFRESH_AFTER.multipliedBy(2));
            accepted(Minted.RSA, "a");
            assertEquals(Refusal.INTERNAL, refused(Minted.OTHER_RSA, "b"), "document of " + worthless.length() + " characters");
        }
        assertEquals(10, fetches.get());
    }

    @Test
    void aRedirectIsNotFollowed() {
        status = 302;

        assertEquals(Refusal.INTERNAL, refused(Minted.RSA, "a"));
        assertEquals(1, fetches.get());
    }

    @Test
    void publishedKeysThatAreNotForSignaturesOrAreSecretsArePassedOver() {
        String secret = "{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"" + Minted.base64(Minted.SECRET) + "\"}";
        document = jwks(secret, "{\"kty\":\"new\"}", jwk(Minted.OTHER_RSA, "b", "enc"), jwk(Minted.RSA, "a", "sig"));

        accepted(Minted.RSA, "a");
        assertEquals(Refusal.UNAUTHORIZED, refused(Minted.OTHER_RSA, "b"));
        String token = Minted.token("HS256", Minted.secret(Minted.SECRET), Minted.valid(""), Map.of("kid", "s"));
        assertThrows(InvalidTokenException.class, () -> Minted.get(tokens.connection(token)));
    }
}
