package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.presence.Presence;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who of this node is in which channel: enters members, announces joins and leaves, and delays the leave of a client that is expected back. A client that
 * comes back under its id claims its entry anew, and the delayed leave of its old session then removes nothing.
 */
final class Attendance {
    /** How long a client that lost its connection is still a member. */
    static final Duration LEAVE_DELAY = Duration.ofSeconds(5);

    private final Presence presence;
    private final Broker broker;

    Attendance(Presence presence, Broker broker) {
        this.presence = presence;
        this.broker = broker;
    }

    /** Makes the session's client a member, if the channel keeps them; the members if {@code wanted}. Registered before, so no join is missed. */
    CompletionStage<Optional<Map<String, ClientInfo>>> enter(Subscription subscription, boolean wanted) {
        boolean isMember = subscription.details().overrides().presence().apply(subscription.namespace.presence());
        if (!isMember) {
            return CompletableFuture.completedStage(wanted && subscription.namespace.presence() ? Optional.of(Map.of()) : Optional.empty());
        }
        Subscriber subscriber = subscription.subscriber;
        ClientInfo member = subscriber.info().withChanInfo(subscription.details().info());
        subscription.entered(member);
        subscriber.becameMember();
        return presence.enter(subscription.channel, member, subscriber.session().id()).thenCompose(isNew -> {
            if (isNew && isAnnounced(subscription)) {
                broker.join(subscription.channel, member);
            }
            return wanted ? presence.members(subscription.channel).thenApply(Optional::of) : CompletableFuture.completedStage(Optional.empty());
        });
    }

    private static boolean isAnnounced(Subscription subscription) {
        return subscription.details().overrides().joinLeave().apply(subscription.namespace.joinLeave());
    }

    /** The members of a channel by client id. */
    CompletionStage<Map<String, ClientInfo>> members(Channel channel) {
        return presence.members(channel);
    }

    /** How many are in a channel. */
    CompletionStage<Presence.Stats> stats(Channel channel) {
        return presence.stats(channel);
    }

    /** The subscription ended; {@code atOnce} = the client will not come back. On its lane. */
    void leave(Subscription subscription, boolean atOnce) {
        if (!subscription.member().isPresent()) {
            return;
        }
        if (atOnce) {
            leaveNow(subscription);
        } else {
            subscription.subscriber.lane().after(LEAVE_DELAY, () -> leaveNow(subscription));
        }
    }

    private void leaveNow(Subscription subscription) {
        ClientInfo member = subscription.member();
        presence.leave(subscription.channel, member.client(), subscription.subscriber.session().id()).thenAccept(removed -> {
            if (removed && isAnnounced(subscription)) {
                broker.leave(subscription.channel, member);
            }
        });
    }

    /** Keeps the session's memberships from expiring. On its lane. */
    void refresh(Subscriber subscriber) {
        for (Subscription subscription : subscriber.subscriptions()) {
            if (subscription.member().isPresent()) {
                presence.refresh(subscription.channel, subscription.member(), subscriber.session().id());
            }
        }
    }

    /** Announces the leave of members that nobody refreshed. */
    void expire() {
        presence.expire().thenAccept(departed -> departed.forEach(gone -> announce(gone.channel(), gone.info())));
    }

    private void announce(Channel channel, ClientInfo member) {
        broker.leave(channel, member); // subscribers of channels without joins and leaves don't look at it
    }
}
