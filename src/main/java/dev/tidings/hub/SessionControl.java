package dev.tidings.hub;

import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.session.Delivery;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Session;
import dev.tidings.session.Wire;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What back ends do to the sessions of a user. Any thread may call; each session is acted on in its lane, and the stages complete when all have been. */
public final class SessionControl {
    private final Hub hub;
    private final Sessions sessions;

    SessionControl(Hub hub, Sessions sessions) {
        this.hub = hub;
        this.sessions = sessions;
    }

    /**
     * Which sessions are meant: all that fit; empty texts fit all. At least one must be given.
     *
     * @param user    the user id
     * @param client  the client id
     * @param session the session's id
     */
    public record Target(String user, String client, String session) {
    }

    /** Ends the sessions but those whose client id is in {@code spared}; how many. */
    public CompletionStage<Integer> disconnect(Target target, Set<String> spared, Ending ending) {
        return forEach(target, subscriber -> {
            boolean hit = !spared.contains(subscriber.session().client());
            if (hit) {
                subscriber.session().end(ending);
            }
            return hit;
        });
    }

    /** Ends the sessions' subscriptions to a channel, or to all channels when there is none; how many sessions had one. */
    public CompletionStage<Integer> unsubscribe(Target target, Optional<Channel> channel) {
        return forEach(target, subscriber -> {
            boolean hit = false;
            for (Subscription subscription : subscriber.subscriptions()) {
                if (channel.isEmpty() || channel.get().equals(subscription.channel)) {
                    subscriber.end(subscription, Wire.Unsubscribe.SERVER);
                    hit = true;
                }
            }
            return hit;
        });
    }

    /** Subscribes the sessions to a channel and tells them; how many were not subscribed before. Refused when the channel's namespace is unknown. */
    public CompletionStage<Integer> subscribe(Target target, Channel channel, ServerSubscription details, Optional<Position> recoverSince) {
        hub.namespace(channel);
        Recovery.Claim claim = recoverSince.<Recovery.Claim>map(Recovery.Claim.At::new).orElse(Recovery.NO_CLAIM);
        return forEach(target, subscriber -> {
            if (!subscriber.session().isIntroduced() || subscriber.has(channel)) {
                return false;
            }
            hub.subscribe(subscriber, SubscribeRequest.to(channel).claiming(claim), details, true).thenAccept(subscribed -> tell(subscriber, subscribed));
            return true;
        });
    }

    private static void tell(Subscriber subscriber, Subscribed subscribed) {
        Wire wire = subscriber.session().wire();
        Position from = subscribed.from().orElse(new Position("", 0));
        wire.subscribed(subscribed.channel(), subscribed.recoverable(), subscribed.positioned(), from, subscribed.data());
        if (wire.extended()) {
            subscribed.gap().ifPresent(gap -> wire.gap(subscribed.channel(), gap));
        }
        for (Subscribed.Visible visible : subscribed.publications()) {
            wire.publication(new Delivery(subscribed.channel(), visible.publication()), visible.prev());
        }
        subscribed.goLive().run();
    }

    /** Gives the sessions another lifetime: until {@code expiresAt} (0 = for ever), or ends them now when {@code expired}; how many. */
    public CompletionStage<Integer> refresh(Target target, boolean expired, long expiresAt) {
        return forEach(target, subscriber -> {
            Session session = subscriber.session();
            if (!session.isIntroduced()) {
                return false;
            }
            if (expired) {
                session.end(Ending.of(Disconnect.EXPIRED));
                return true;
            }
            Identity identity = session.identity().expiringAt(expiresAt);
            session.refresh(identity);
            session.wire().refreshed(expiresAt == 0 ? 0 : Math.max(1, (expiresAt - hub.now() + 999) / 1000));
            return true;
        });
    }

    /** Whether a session of the user is subscribed to the channel. */
    CompletionStage<Boolean> isSubscribed(String user, Channel channel) {
        return forEach(new Target(user, "", ""), subscriber -> subscriber.has(channel)).thenApply(count -> count > 0);
    }

    private interface Act {
        boolean on(Subscriber subscriber);
    }

    private CompletionStage<Integer> forEach(Target target, Act act) {
        List<Subscriber> found = sessions.find(target.user, target.client, target.session);
        CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
        for (Subscriber subscriber : found) {
            CompletableFuture<Integer> one = new CompletableFuture<>();
            subscriber.lane().execute(() -> one.complete(act.on(subscriber) ? 1 : 0));
            all = all.thenCombine(one, Integer::sum);
        }
        return all;
    }
}
