package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.channel.Who;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;

/** Who of the clients may do what in a channel: the namespace's options, the token's grants, the private prefix and user channels. Pure. */
final class Access {
    private final Namespaces namespaces;

    Access(Namespaces namespaces) {
        this.namespaces = namespaces;
    }

    /** Refuses to subscribe unless the identity may; {@code brought} = a token of its own names the channel, which is a grant and no more than that. */
    void checkSubscribe(Channel channel, Namespace namespace, Identity identity, boolean brought) {
        if (!allows(Grants.Action.SUBSCRIBE, channel, namespace, identity, brought, false)) {
            throw denied(Grants.Action.SUBSCRIBE);
        }
    }

    /** Refuses with {@link Refusal#PERMISSION_DENIED} unless the identity may; {@code subscribed} = it is subscribed to the channel now. */
    void check(Grants.Action action, Channel channel, Namespace namespace, Identity identity, boolean subscribed) {
        if (!allows(action, channel, namespace, identity, false, subscribed)) {
            throw denied(action);
        }
    }

    private static RefusedException denied(Grants.Action action) {
        return new RefusedException(Refusal.PERMISSION_DENIED, action.name().toLowerCase() + " is not permitted in this channel");
    }

    /** Whether it is for those who are subscribed to the channel. */
    boolean needsSubscription(Grants.Action action, Channel channel, Namespace namespace) {
        return !namespaces.isPrivate(channel) && option(action, namespace) == Who.SUBSCRIBER;
    }

    private boolean allows(Grants.Action action, Channel channel, Namespace namespace, Identity identity, boolean brought, boolean subscribed) {
        if (identity.grants().everything()) {
            return true;
        }
        boolean userChannel = namespace.userChannels() && channel.name().indexOf('#') >= 0;
        if (userChannel && !isNamed(identity, channel)) {
            return false;
        }
        boolean isPrivate = namespaces.isPrivate(channel);
        boolean isInvited = userChannel && !isPrivate && action == Grants.Action.SUBSCRIBE; // being named is the grant
        Who who = isPrivate ? Who.TOKEN : option(action, namespace);
        return switch (who) {
            case NOBODY -> false;
            case TOKEN -> isInvited || brought || identity.grants().allow(action, channel);
            case AUTHENTICATED -> brought || identity.isAuthenticated();
            case ANYONE -> true;
            case SUBSCRIBER -> subscribed;
        };
    }

    private static Who option(Grants.Action action, Namespace namespace) {
        return switch (action) {
            case SUBSCRIBE -> namespace.subscribe();
            case PUBLISH -> namespace.publish();
            case HISTORY -> namespace.history();
            case PRESENCE -> namespace.presenceRead();
        };
    }

    /** Whether the user is named behind the {@code #}: {@code dialog#42,43} is for the users 42 and 43 alone. */
    private static boolean isNamed(Identity identity, Channel channel) {
        if (!identity.isAuthenticated()) {
            return false;
        }
        String users = channel.name().substring(channel.name().indexOf('#') + 1);
        for (String user : users.split(",", -1)) {
            if (user.equals(identity.user())) {
                return true;
            }
        }
        return false;
    }
}
