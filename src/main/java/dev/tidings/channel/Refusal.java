package dev.tidings.channel;

/**
 * Why a request is refused: the error codes of the protocol. The only list of them; replies, problem documents, docs and metrics read it.
 * Codes 100 to 113 are Centrifuge's; 412, 413 and 422 are ours, from the range 400 to 1999 that Centrifuge leaves to servers.
 */
public enum Refusal {
    /** Nothing is known to be wrong with the request; it may be sent again. */
    INTERNAL(100, "internal server error", true),
    /** There is no token, or it is not valid here. */
    UNAUTHORIZED(101, "unauthorized", false),
    /** The channel's namespace does not exist. */
    UNKNOWN_CHANNEL(102, "unknown channel", false),
    /** The caller is known and may not do this. */
    PERMISSION_DENIED(103, "permission denied", false),
    /** There is no such command. */
    METHOD_NOT_FOUND(104, "method not found", false),
    /** The session is subscribed to the channel. */
    ALREADY_SUBSCRIBED(105, "already subscribed", false),
    /** A count is over its limit: channels, commands in a batch, tags. */
    LIMIT_EXCEEDED(106, "limit exceeded", false),
    /** The request is malformed. */
    BAD_REQUEST(107, "bad request", false),
    /** The channel's namespace has this switched off. */
    NOT_AVAILABLE(108, "not available", false),
    /** The token was valid once; a fresh one helps. */
    TOKEN_EXPIRED(109, "token expired", false),
    /** The session or subscription is over its time. */
    EXPIRED(110, "expired", false),
    /** Over a rate; wait, then send it again. */
    TOO_MANY_REQUESTS(111, "too many requests", true),
    /** The position can't be recovered from what is retained. */
    UNRECOVERABLE_POSITION(112, "unrecoverable position", false),
    /** The stream's top is not the one the publisher expected. */
    CONDITION_FAILED(412, "condition failed", false),
    /** The payload is over its limit. */
    TOO_LARGE(413, "payload too large", false),
    /** The idempotency key was used with another payload. */
    IDEMPOTENCY_MISMATCH(422, "idempotency key was used with another payload", false);

    private final int code;
    private final String message;
    private final boolean temporary;

    Refusal(int code, String message, boolean temporary) {
        this.code = code;
        this.message = message;
        this.temporary = temporary;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The text on the wire where nothing more precise is known. */
    public String message() {
        return message;
    }

    /** Whether the same request may succeed later. */
    public boolean temporary() {
        return temporary;
    }
}
