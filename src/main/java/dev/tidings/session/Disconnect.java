package dev.tidings.session;

/**
 * Every reason why a session ends: the only list of them. Close codes, metric labels and docs are read from here. Codes below 3000 are RFC 6455's
 * (1011) and IANA's registry (1012, 1013); 3000 to 3999 are Centrifuge's, with its reasons verbatim.
 */
public enum Disconnect {
    /** The client closed the connection: it means to go. */
    CLIENT_CLOSED(1000, "closed", false, true),
    /** The connection was lost: reset, timed out, or closed without a reason. The client is expected back. */
    CONNECTION_LOST(1006, "", true, false),
    /** A frame is larger than the limit. The same client would send it again. */
    MESSAGE_TOO_BIG(1009, "message too big", false, true),
    /** A fault of this node. */
    INTERNAL(1011, "internal", true, false),
    /** The node shuts down; clients are moved to others. */
    DRAIN(1012, "drain", true, false),
    /** The session is moved to even out the load. */
    REBALANCE(1012, "rebalance", true, false),
    /** The session is older than a connection may get. */
    MAX_AGE(1012, "max_age", true, false),
    /** Admission was refused. */
    OVERLOAD(1013, "overload", true, false),
    /** Closed by the back end without a code of its own. */
    CONNECTION_CLOSED(3000, "connection closed", true, false),
    /** A fault of the hub that the client can do nothing about. */
    SERVER_ERROR(3004, "internal server error", true, false),
    /** The connection's token ran out and was not refreshed. */
    EXPIRED(3005, "connection expired", true, false),
    /** A subscription's token ran out and was not refreshed. */
    SUBSCRIPTION_EXPIRED(3006, "subscription expired", true, false),
    /** The client reads more slowly than its channels publish. */
    SLOW(3008, "slow", true, false),
    /** Writing to the connection failed. */
    WRITE_ERROR(3009, "write error", true, false),
    /** The hub no longer knows what the client has seen. */
    INSUFFICIENT_STATE(3010, "insufficient state", true, false),
    /** The back end wants the client to connect again. */
    FORCE_RECONNECT(3011, "force reconnect", true, false),
    /** A keepalive was not answered in time. */
    NO_PONG(3012, "no pong", true, false),
    /** The client sends commands faster than the limit. */
    TOO_MANY_REQUESTS(3013, "too many requests", true, false),
    /** What the client holds is no longer valid: it must drop token and positions first. */
    STATE_INVALIDATED(3014, "state invalidated", true, false),
    /** The token is malformed, wrongly signed, of another issuer or audience, or revoked. */
    INVALID_TOKEN(3500, "invalid token", false, true),
    /** The client broke the protocol. */
    BAD_REQUEST(3501, "bad request", false, true),
    /** The client did not introduce itself in time. */
    STALE(3502, "stale", false, true),
    /** The back end does not want this client. */
    FORCE_DISCONNECT(3503, "force disconnect", false, true),
    /** The user has too many connections. */
    CONNECTION_LIMIT(3504, "connection limit", false, true),
    /** The session has too many channels. */
    CHANNEL_LIMIT(3505, "channel limit", false, true),
    /** The client speaks another protocol. */
    INAPPROPRIATE_PROTOCOL(3506, "inappropriate protocol", false, true),
    /** The client may not connect. */
    PERMISSION_DENIED(3507, "permission denied", false, true),
    /** The hub has this switched off. */
    NOT_AVAILABLE(3508, "not available", false, true),
    /** The client's commands failed too often. */
    TOO_MANY_ERRORS(3509, "too many errors", false, true),
    /** The back end closed it with a code of the application. */
    APPLICATION(4000, "application", true, false);

    private final int code;
    private final String reason;
    private final boolean reconnect;
    private final boolean leaves;

    Disconnect(int code, String reason, boolean reconnect, boolean leaves) {
        this.code = code;
        this.reason = reason;
        this.reconnect = reconnect;
        this.leaves = leaves;
    }

    /** The WebSocket close code. */
    public int code() {
        return code;
    }

    /** The close reason: a token of {@code [a-z0-9 _-]}, never JSON and never a bare number, which make centrifuge-js stop for good. */
    public String reason() {
        return reason;
    }

    /** Whether the client should come back. */
    public boolean reconnect() {
        return reconnect;
    }

    /** Whether the client is gone for good, so that its presence ends at once; otherwise it is expected back and its leave is delayed. */
    public boolean leaves() {
        return leaves;
    }

    /** The value of the metric label {@code reason}. */
    public String label() {
        return name().toLowerCase();
    }
}
