package dev.tidings.session;

/**
 * The connection under a session: writes bytes and closes. All calls come on the session's lane. Reports back through the session:
 * {@link Session#written} after each write, {@link Session#connectionClosed} once.
 */
public interface Transport {
    /** Which door it belongs to. */
    Kind kind();

    /** Writes the batch, with one write and one flush, then reports {@link Session#written}. The session never has two writes under way. */
    void write(Outbox.Batch batch);

    /** Says goodbye as its wire does, after what was written, then closes. */
    void close(Ending ending);

    /** Drops the connection at once: the peer does not take a goodbye. */
    void abort();

    /** The doors, as the metric label {@code transport} names them. */
    enum Kind {
        WEBSOCKET, SSE;

        /** The value of the metric label. */
        public String label() {
            return name().toLowerCase();
        }
    }
}
