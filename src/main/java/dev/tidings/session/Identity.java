package dev.tidings.session;

import dev.tidings.channel.Channel;
import java.util.Map;

/**
 * Who a session is and what it may do, as its token says. The core never sees the token.
 *
 * @param user           the user id; "" = anonymous
 * @param scope          what idempotency keys and rates are kept under: issuer and user, or an API key's name
 * @param grants         what it may do
 * @param info           JSON shown to other clients as {@code conn_info}; empty = none
 * @param subscriptions  channels it is subscribed to at connect, with what its token says of them
 * @param expiresAt      milliseconds since 1970 at which the session must have been refreshed; 0 = never
 * @param maxConnections sessions that the user may have at once; 0 = as configured
 */
public record Identity(String user, String scope, Grants grants, byte[] info, Map<Channel, ServerSubscription> subscriptions, long expiresAt,
        int maxConnections) {
    private static final byte[] NOTHING = {};
    /** A session without a token. */
    public static final Identity ANONYMOUS = new Identity("", "anonymous", Grants.NONE, NOTHING, Map.of(), 0, 0);
    /** A session on a hub that was told to be insecure. */
    public static final Identity INSECURE = new Identity("", "insecure", Grants.EVERYTHING, NOTHING, Map.of(), 0, 0);

    public Identity {
        subscriptions = Map.copyOf(subscriptions);
    }

    /** Whether there is a user. */
    public boolean isAuthenticated() {
        return !user.isEmpty();
    }

    /** The same until another time. */
    public Identity expiringAt(long millis) {
        return new Identity(user, scope, grants, info, subscriptions, millis, maxConnections);
    }

    /**
     * A channel that the token or a back end subscribes the session to.
     *
     * @param info      JSON shown to other clients as {@code chan_info}; empty = none
     * @param data      JSON handed to the client with the subscription; empty = none
     * @param expiresAt milliseconds since 1970 at which the subscription ends; 0 = never
     * @param overrides deviations from the namespace
     */
    public record ServerSubscription(byte[] info, byte[] data, long expiresAt, Overrides overrides) {
        /** Nothing special. */
        public static final ServerSubscription PLAIN = new ServerSubscription(NOTHING, NOTHING, 0, Overrides.NONE);
    }

    /** What a subscription token grants: one channel, and the same details. */
    public record SubscriptionToken(Channel channel, String user, String client, ServerSubscription subscription) {
    }

    /**
     * Where one subscription deviates from its namespace.
     *
     * @param presence      whether the session is a member
     * @param joinLeave     whether its joins and leaves are announced
     * @param pushJoinLeave whether joins and leaves are pushed to it although it did not ask
     */
    public record Overrides(Override presence, Override joinLeave, Override pushJoinLeave) {
        /** As the namespace says. */
        public static final Overrides NONE = new Overrides(Override.AS_IS, Override.AS_IS, Override.AS_IS);
    }

    /** One deviation. */
    public enum Override {
        /** As the namespace says. */
        AS_IS,
        /** On, whatever the namespace says. */
        ON,
        /** Off, whatever the namespace says. */
        OFF;

        /** The outcome for what the namespace says. */
        public boolean apply(boolean configured) {
            return this == AS_IS ? configured : this == ON;
        }
    }
}
