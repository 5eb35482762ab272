package dev.tidings.auth;

import dev.tidings.channel.Channel;
import dev.tidings.channel.RefusedException;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Identity.SubscriptionToken;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;

/**
 * Turns tokens (RFC 7519, signed as in RFC 7515) into identities. Any thread may call, and none is blocked: the stage is complete when it is returned
 * if the key is at hand; else it is completed on a thread of the HTTP client that fetches the key, and whoever belongs to a lane must go back to it.
 *
 * <p>A stage fails with {@link dev.tidings.channel.RefusedException}: {@code TOKEN_EXPIRED} for a token that was valid once, {@code INTERNAL} when the
 * issuer's keys can't be fetched, and {@link InvalidTokenException} for anything else that is wrong with it.
 */
public final class Tokens implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final AuthOptions options;
    private final InstantSource clock;
    private final List<Issuer> issuers;
    private HttpClient http;

    /** Reads the keys that are configured as text or files; throws {@link IllegalArgumentException} for one that can't be read. Fetches nothing yet. */
    public Tokens(AuthOptions options, InstantSource clock) {
        this.options = options;
        this.clock = clock;
        this.issuers = options.issuers().stream().map(each -> new Issuer(each, this::http, clock)).toList();
    }

    private HttpClient http() {
        if (http == null) {
            http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).connectTimeout(CONNECT_TIMEOUT)
                    .build();
        }
        return http;
    }

    /** Fetches the keys that issuers publish, so that the first client does not wait for them. Completes when that was tried, and never fails. */
    public CompletionStage<Void> prepare() {
        return CompletableFuture.allOf(issuers.stream().map(each -> each.prepare().toCompletableFuture()).toArray(CompletableFuture[]::new));
    }

    /** Who a client without a token is; none = it must have one. */
    public Optional<Identity> withoutToken() {
        if (options.insecure()) {
            return Optional.of(Identity.INSECURE);
        }
        return options.anonymous() ? Optional.of(Identity.ANONYMOUS) : Optional.empty();
    }

    /** Who shows this token. On an insecure hub everybody is {@link Identity#INSECURE}, whatever the token. */
    public CompletionStage<Identity> connection(String token) {
        if (options.insecure()) {
            return CompletableFuture.completedFuture(Identity.INSECURE);
        }
        return verified(token, (claims, issuer) -> {
            long expiresAt = claims.checkTimes(options, clock.millis());
            return new ConnectionClaims(claims, options.maxChannelBytes()).identity(issuer.name(), expiresAt);
        });
    }

    /**
     * What a subscription's token grants. It is for its user and channel alone, and for its client if it names one: the caller compares them. On an insecure
     * hub the token is read for its channel but not verified, and is for {@link Identity#INSECURE}.
     */
    public CompletionStage<SubscriptionToken> subscription(String token) {
        if (options.insecure()) {
            return unverified(token);
        }
        return verified(token, (claims, _) -> {
            long expiresAt = claims.checkTimes(options, clock.millis());
            return SubscriptionClaims.read(claims, expiresAt, options.maxChannelBytes());
        });
    }

    private CompletionStage<SubscriptionToken> unverified(String token) {
        try {
            Claims claims = SignedToken.parse(token, options.maxTokenLength()).claims();
            Channel channel = Claims.channel(claims.string("channel"), options.maxChannelBytes());
            return CompletableFuture.completedFuture(new SubscriptionToken(channel, Identity.INSECURE.user(), "", ServerSubscription.PLAIN));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> CompletionStage<T> verified(String token, BiFunction<Claims, Issuer, T> read) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            SignedToken signed = SignedToken.parse(token, options.maxTokenLength());
            Issuer issuer = issuerOf(signed.claims());
            issuer.keys(signed.algorithm(), signed.kid()).whenComplete((keys, failure) -> {
                try {
                    if (failure != null) {
                        throw failure instanceof CompletionException e && e.getCause() instanceof RefusedException refused ? refused
                                : new CompletionException(failure);
                    }
                    checkSignature(signed, keys);
                    signed.claims().checkAudience(issuer.audience());
                    result.complete(read.apply(signed.claims(), issuer));
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RefusedException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /** The issuer whose keys alone may verify the token. The claim is not believed yet; the signature of those keys makes it so. */
    private Issuer issuerOf(Claims claims) {
        if (issuers.isEmpty()) {
            throw new InvalidTokenException("tokens are not accepted: no key is configured");
        }
        if (issuers.getFirst().name().isEmpty()) {
            return issuers.getFirst(); // the only one, which AuthOptions made sure of
        }
        String name = claims.string("iss");
        return issuers.stream().filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new InvalidTokenException("the token is of another issuer"));
    }

    private static void checkSignature(SignedToken signed, List<VerificationKey> keys) {
        if (keys.isEmpty()) {
            throw new InvalidTokenException("the token's key is unknown");
        }
        if (keys.stream().noneMatch(signed::isSignedWith)) {
            throw new InvalidTokenException("the token's signature is wrong");
        }
    }

    /** Ends fetches under way. Tokens shown later may be refused. */
    @Override
    public void close() {
        if (http != null) {
            http.shutdownNow();
        }
    }
}
