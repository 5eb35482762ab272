package dev.tidings.session;

/**
 * One session's end: the cause with the code and reason that its client is told.
 *
 * @param cause  the constant that is counted
 * @param code   the close code, usually the cause's
 * @param reason the close reason, at most {@link #MAX_REASON_BYTES} bytes
 */
public record Ending(Disconnect cause, int code, String reason) {
    /** RFC 6455 section 5.5: a control frame has 125 bytes, two of them for the code. */
    public static final int MAX_REASON_BYTES = 123;

    /** The end with the cause's own code and reason. */
    public static Ending of(Disconnect cause) {
        return new Ending(cause, cause.code(), cause.reason());
    }

    /** The end that tells its client to come back at a random time in the window. */
    public static Ending of(Disconnect cause, RetryWindow window) {
        return new Ending(cause, cause.code(), cause.reason() + ";min=" + window.minMillis() + ";max=" + window.maxMillis());
    }

    /** The end by a back end with a code of its own; a code of the table counts as that constant. */
    public static Ending application(int code, String reason) {
        for (Disconnect cause : Disconnect.values()) {
            if (cause.code() == code && cause != Disconnect.APPLICATION && code >= 3000) {
                return new Ending(cause, code, reason.isEmpty() ? cause.reason() : reason);
            }
        }
        return new Ending(Disconnect.APPLICATION, code, reason);
    }

    /** Whether the client should come back; protocol section 11: by the code's range. */
    public boolean reconnect() {
        return cause == Disconnect.APPLICATION ? !(code >= 3500 && code < 4000 || code >= 4500 && code < 5000) : cause.reconnect();
    }

    /** Whether the client is gone for good, so that its presence ends at once. */
    public boolean leaves() {
        return cause == Disconnect.APPLICATION ? !reconnect() : cause.leaves();
    }
}
