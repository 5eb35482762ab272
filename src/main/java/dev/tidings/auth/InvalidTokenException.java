package dev.tidings.auth;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;

/**
 * A token that will never be valid here: malformed, wrongly signed, of another issuer or audience, not yet valid. Its own type, because a WebSocket is
 * closed for it instead of being answered (protocol section 6); an expired token is refused with {@link Refusal#TOKEN_EXPIRED} instead.
 */
public final class InvalidTokenException extends RefusedException {
    InvalidTokenException(String detail) {
        super(Refusal.UNAUTHORIZED, detail);
    }
}
