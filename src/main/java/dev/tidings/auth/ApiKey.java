package dev.tidings.auth;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.Set;

/**
 * A back end that was recognised by its API key.
 *
 * @param name   a name for logs, metrics and the scope of idempotency keys: made from the key's hash, of no use to who wants the key
 * @param scopes what it may do
 */
public record ApiKey(String name, Set<Scope> scopes) {
    public ApiKey {
        scopes = Set.copyOf(scopes);
    }

    /** What an API key may be used for. */
    public enum Scope {
        /** Publish. */
        PUBLISH,
        /** Read history and positions. */
        HISTORY,
        /** Read presence. */
        PRESENCE,
        /** Act on the sessions of users. */
        MANAGE;

        /** The word in the setting. */
        public String label() {
            return name().toLowerCase();
        }
    }

    /** Refuses with {@link Refusal#PERMISSION_DENIED} unless the key has the scope. */
    public void require(Scope scope) {
        if (!scopes.contains(scope)) {
            throw new RefusedException(Refusal.PERMISSION_DENIED, "the API key has no scope " + scope.label());
        }
    }
}
