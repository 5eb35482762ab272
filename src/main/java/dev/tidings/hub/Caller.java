package dev.tidings.hub;

import dev.tidings.session.Identity;
import java.util.Optional;

/**
 * Who asks the hub for something: a back end, a client over HTTP, or a session.
 *
 * @param scope   what rates and idempotency keys are kept under
 * @param client  the client; none for a back end, whose rights its API key's scopes decided already
 * @param session the session it asks through
 */
public record Caller(String scope, Optional<Identity> client, Optional<Subscriber> session) {
    /** A back end with that API key's name. */
    public static Caller backEnd(String keyName) {
        return new Caller(keyName, Optional.empty(), Optional.empty());
    }

    /** A client with a token, over HTTP. */
    public static Caller client(Identity identity) {
        return new Caller(identity.scope(), Optional.of(identity), Optional.empty());
    }

    /** A client through its session. */
    public static Caller session(Subscriber subscriber) {
        Identity identity = subscriber.session().identity();
        return new Caller(identity.scope(), Optional.of(identity), Optional.of(subscriber));
    }
}
