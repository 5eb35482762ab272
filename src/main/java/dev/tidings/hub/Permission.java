package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether a caller may do something in a channel. Back ends may: the scopes of their API key were looked at before. Any thread. */
final class Permission {
    private static final CompletionStage<Void> GIVEN = CompletableFuture.completedStage(null);

    private final Access access;
    private final SessionControl control;

    Permission(Access access, SessionControl control) {
        this.access = access;
        this.control = control;
    }

    /** Completes when the caller may; a client over HTTP counts as subscribed when one of its user's sessions is. */
    CompletionStage<Void> check(Caller caller, Grants.Action action, Channel channel, Namespace namespace) {
        if (caller.client().isEmpty()) {
            return GIVEN;
        }
        Identity identity = caller.client().get();
        if (caller.session().isPresent()) {
            access.check(action, channel, namespace, identity, caller.session().get().has(channel));
            return GIVEN;
        }
        if (access.needsSubscription(action, channel, namespace) && identity.isAuthenticated()) {
            return control.isSubscribed(identity.user(), channel).thenAccept(subscribed -> access.check(action, channel, namespace, identity, subscribed));
        }
        access.check(action, channel, namespace, identity, false);
        return GIVEN;
    }
}
