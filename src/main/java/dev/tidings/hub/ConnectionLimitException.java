package dev.tidings.hub;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;

/** The user has as many connections as it may have. Its own type, because a WebSocket is closed for it instead of being answered. */
public final class ConnectionLimitException extends RefusedException {
    ConnectionLimitException() {
        super(Refusal.LIMIT_EXCEEDED, "the user has too many connections");
    }
}
