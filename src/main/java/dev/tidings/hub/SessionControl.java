package dev.tidings.hub;

import dev.tidings.broker.Nodes;
import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
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

/**
 * What back ends do to the sessions of a user, on whatever node they are. Any thread may call. This node acts at once, each session on its lane, and asks the
 * others to do the same; the stages complete with the number of sessions reached when all have answered, or the time for it is over. Where the others can't
 * be asked this node has acted all the same, and the stage fails as one to be tried again: acting twice does no harm.
 */
public final class SessionControl {
    private final Hub hub;
    private final Sessions sessions;
    private final Nodes nodes;

    SessionControl(Hub hub, Sessions sessions, Nodes nodes) {
        this.hub = hub;
        this.sessions = sessions;
        this.nodes = nodes;
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
        return everywhere(new Question.Disconnect(target, spared, ending));
    }

    /** Ends the sessions' subscriptions to a channel, or to all channels when there is none; how many sessions had one. */
    public CompletionStage<Integer> unsubscribe(Target target, Optional<Channel> channel) {
        return everywhere(new Question.Unsubscribe(target, channel));
    }

    /** Subscribes the sessions to a channel and tells them; how many were not subscribed before. Refused when the channel's namespace is unknown. */
    public CompletionStage<Integer> subscribe(Target target, Channel channel, ServerSubscription details, Optional<Position> recoverSince) {
        return everywhere(new Question.Subscribe(target, channel, details, recoverSince));
    }

    /** Gives the sessions another lifetime: until {@code expiresAt} (0 = for ever), or ends them now when {@code expired}; how many. */
    public CompletionStage<Integer> refresh(Target target, boolean expired, long expiresAt) {
        return everywhere(new Question.Refresh(target, expired, expiresAt));
    }

    /** Whether a session of the user is subscribed to the channel. The other nodes are asked only when none of this one is. */
    CompletionStage<Boolean> isSubscribed(String user, Channel channel) {
        Question question = new Question.Subscribed(new Target(user, "", ""), channel);
        return here(question).thenCompose(count -> count > 0 ? CompletableFuture.completedStage(true) : elsewhere(question).handle((more, failure) -> {
            if (failure != null) {
                throw new RefusedException(Refusal.INTERNAL, "the other nodes can't be asked now whether the user is subscribed");
            }
            return more > 0;
        }));
    }

    /** What another node asks is done here; fails when it is nothing that this node knows. */
    CompletionStage<byte[]> answer(byte[] question) {
        try {
            return here(QuestionCodec.decode(question)).thenApply(QuestionCodec::answer);
        } catch (IllegalArgumentException | RefusedException e) { // of another version, or a namespace that only the other node has
            return CompletableFuture.failedStage(e);
        }
    }

    private CompletionStage<Integer> everywhere(Question question) {
        CompletionStage<Integer> here = here(question);
        CompletionStage<Integer> elsewhere = elsewhere(question);
        return here.thenCompose(count -> elsewhere.handle((more, failure) -> {
            if (failure != null) {
                throw new RefusedException(Refusal.INTERNAL, "done for " + count + " sessions of this node; the other nodes can't be asked now");
            }
            return count + more;
        }));
    }

    private CompletionStage<Integer> elsewhere(Question question) {
        return nodes.ask(QuestionCodec.encode(question)).thenApply(answers -> answers.stream().mapToInt(SessionControl::sessions).sum());
    }

    private static int sessions(byte[] answer) {
        try {
            return QuestionCodec.sessions(answer);
        } catch (IllegalArgumentException e) {
            return 0; // of another version: it has acted, and how often can't be known
        }
    }

    private CompletionStage<Integer> here(Question question) {
        return switch (question) {
            case Question.Disconnect it -> forEach(it.target(), subscriber -> disconnect(subscriber, it));
            case Question.Unsubscribe it -> forEach(it.target(), subscriber -> unsubscribe(subscriber, it));
            case Question.Subscribe it -> {
                hub.namespace(it.channel());
                yield tryForEach(it.target(), subscriber -> subscribe(subscriber, it));
            }
            case Question.Refresh it -> forEach(it.target(), subscriber -> refresh(subscriber, it));
            case Question.Subscribed it -> forEach(it.target(), subscriber -> subscriber.has(it.channel()));
        };
    }

    private static boolean disconnect(Subscriber subscriber, Question.Disconnect question) {
        boolean hit = !question.spared().contains(subscriber.session().client());
        if (hit) {
            subscriber.session().end(question.ending());
        }
        return hit;
    }

    private static boolean unsubscribe(Subscriber subscriber, Question.Unsubscribe question) {
        boolean hit = false;
        for (Subscription subscription : subscriber.subscriptions()) {
            if (question.channel().isEmpty() || question.channel().get().equals(subscription.channel)) {
                subscriber.end(subscription, Wire.Unsubscribe.SERVER);
                hit = true;
            }
        }
        return hit;
    }

    private CompletionStage<Boolean> subscribe(Subscriber subscriber, Question.Subscribe question) {
        if (!subscriber.session().isIntroduced() || subscriber.has(question.channel())) {
            return CompletableFuture.completedStage(false);
        }
        Recovery.Claim claim = question.recoverSince().<Recovery.Claim>map(Recovery.Claim.At::new).orElse(Recovery.NO_CLAIM);
        return hub.subscribe(subscriber, SubscribeRequest.to(question.channel()).claiming(claim), question.details(), true).handle((subscribed, failure) -> {
            if (failure == null) {
                tell(subscriber, subscribed);
            }
            return failure == null; // it has as many channels as it may, or history can't be read now
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

    private boolean refresh(Subscriber subscriber, Question.Refresh question) {
        Session session = subscriber.session();
        if (!session.isIntroduced()) {
            return false;
        }
        if (question.expired() || question.expiresAt() != 0 && question.expiresAt() <= hub.now()) {
            session.end(Ending.of(Disconnect.EXPIRED));
            return true;
        }
        Identity identity = session.identity().expiringAt(question.expiresAt());
        session.refresh(identity);
        session.wire().refreshed(question.expiresAt() == 0 ? 0 : Math.max(1, (question.expiresAt() - hub.now() + 999) / 1000));
        return true;
    }

    private interface Act {
        boolean on(Subscriber subscriber);
    }

    private interface Attempt {
        CompletionStage<Boolean> on(Subscriber subscriber);
    }

    private CompletionStage<Integer> forEach(Target target, Act act) {
        return tryForEach(target, subscriber -> CompletableFuture.completedStage(act.on(subscriber)));
    }

    /** How many of them it succeeded for. */
    private CompletionStage<Integer> tryForEach(Target target, Attempt attempt) {
        List<Subscriber> found = sessions.find(target.user, target.client, target.session);
        CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
        for (Subscriber subscriber : found) {
            all = all.thenCombine(CompletableFuture.supplyAsync(() -> attempt.on(subscriber), subscriber.lane()::execute).thenCompose(done -> done),
                    (count, done) -> done ? count + 1 : count);
        }
        return all;
    }
}
