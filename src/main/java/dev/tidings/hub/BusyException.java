package dev.tidings.hub;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.session.RetryWindow;

/** The node can't take this now; tells when to come back. */
public final class BusyException extends RefusedException {
    private final transient RetryWindow window;

    public BusyException(String detail, RetryWindow window) {
        super(Refusal.INTERNAL, detail);
        this.window = window;
    }

    /** When to come back. */
    public RetryWindow window() {
        return window;
    }
}
