package dev.tidings.api;

import dev.tidings.auth.ApiKey;
import dev.tidings.auth.ApiKey.Scope;
import dev.tidings.auth.ApiKeys;
import dev.tidings.auth.Credentials;
import dev.tidings.auth.RequestCredentials;
import dev.tidings.auth.Tokens;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Caller;
import dev.tidings.session.Identity;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who calls the API: a back end with an API key, or a client with its token. */
public final class Callers {
    private final ApiKeys keys;
    private final Tokens tokens;
    private final RequestCredentials credentials;
    private final boolean insecure;

    /** {@code insecure} = everybody is a back end that may do everything. */
    public Callers(ApiKeys keys, Tokens tokens, RequestCredentials credentials, boolean insecure) {
        this.keys = keys;
        this.tokens = tokens;
        this.credentials = credentials;
        this.insecure = insecure;
    }

    /** The caller, if it may do what the scope names; clients may do what their grants say, and never manage sessions. */
    CompletableFuture<Caller> identify(HttpServerRequest request, Scope scope) {
        if (insecure) {
            return CompletableFuture.completedFuture(Caller.backEnd("insecure"));
        }
        try {
            Credentials shown = credentials.of(request, true);
            if (shown.apiKey().isPresent()) {
                ApiKey key = keys.find(shown.apiKey().get()).orElseThrow(() -> new RefusedException(Refusal.UNAUTHORIZED, "the API key is unknown"));
                key.require(scope);
                return CompletableFuture.completedFuture(Caller.backEnd(key.name()));
            }
            return identify(shown).toCompletableFuture().thenApply(identity -> client(identity, scope));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Identity> identify(Credentials shown) {
        if (shown.token().isPresent()) {
            return tokens.connection(shown.token().get());
        }
        Identity anonymous = tokens.withoutToken().orElseThrow(() -> new RefusedException(Refusal.UNAUTHORIZED, "there is no token and no API key"));
        return CompletableFuture.completedStage(anonymous);
    }

    private static Caller client(Identity identity, Scope scope) {
        if (scope == Scope.MANAGE) {
            throw identity.isAuthenticated() ? new RefusedException(Refusal.PERMISSION_DENIED, "only back ends may act on sessions")
                    : new RefusedException(Refusal.UNAUTHORIZED, "there is no API key");
        }
        return Caller.client(identity);
    }
}
