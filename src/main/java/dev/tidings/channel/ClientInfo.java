package dev.tidings.channel;

/**
 * Who is behind a session, as other clients may see it.
 *
 * @param user     the user id of the token; "" for an anonymous session
 * @param client   the client id
 * @param connInfo JSON from the connection's token; empty = none
 * @param chanInfo JSON from the subscription's token; empty = none
 */
public record ClientInfo(String user, String client, byte[] connInfo, byte[] chanInfo) {
    private static final byte[] NOTHING = {};
    /** Stands for "nobody is told": a publication of a back end. */
    public static final ClientInfo NONE = new ClientInfo("", "", NOTHING, NOTHING);

    /** Whether this names a client or user. */
    public boolean isPresent() {
        return this != NONE;
    }

    /** The same with other channel information. */
    public ClientInfo withChanInfo(byte[] info) {
        return new ClientInfo(user, client, connInfo, info);
    }
}
