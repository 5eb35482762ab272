package dev.tidings.hub;

import dev.tidings.presence.Presence;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets a client that moves or comes back keep its client id, and with it its members, on whatever node it arrives (protocol section 10). A session of a
 * user claims its id once, when it begins, and releases it when it ends; in between nothing is written. Sessions that can't name an id, plain ones and
 * those without a user, claim none.
 *
 * <p>Presence is asked, never needed: where it fails or is slow, the client gets a fresh id, and others see it leave and join.
 */
final class Continuity {
    /** How long after its end a client id can be taken over. */
    static final Duration TAKEOVER = Duration.ofSeconds(10);
    /** How long a connect waits to learn whose an id is. */
    static final Duration PATIENCE = Duration.ofSeconds(2);
    /** A session outlives its age by the time it is given to move; a claim that nobody releases, because the node crashed, ends after that. */
    private static final Duration BEYOND_AGE = Duration.ofMinutes(1);

    private final Sessions sessions;
    private final Presence presence;
    private final Duration claimTtl;

    /** {@code maxAge} = how long a connection may live. */
    Continuity(Sessions sessions, Presence presence, Duration maxAge) {
        this.sessions = sessions;
        this.presence = presence;
        this.claimTtl = maxAge.plus(BEYOND_AGE);
    }

    /**
     * The client id for a new session of the user: the one it names if that is its own, live or ended a moment ago, on any node; else a fresh one. On the
     * session's lane; completes there, and never fails.
     */
    CompletionStage<String> clientFor(Subscriber subscriber, String user, String wanted) {
        String fresh = subscriber.session().id();
        if (user.isEmpty() || wanted.isEmpty()) {
            return CompletableFuture.completedStage(fresh);
        }
        Optional<String> here = sessions.userOf(wanted);
        if (here.isPresent()) {
            return CompletableFuture.completedStage(here.get().equals(user) ? wanted : fresh);
        }
        CompletableFuture<String> answer = new CompletableFuture<>();
        Lane lane = subscriber.lane();
        presence.owner(wanted).whenComplete((owner, failure) ->
                lane.execute(() -> answer.complete(failure == null && owner.equals(Optional.of(user)) ? wanted : fresh)));
        if (!answer.isDone()) {
            lane.after(PATIENCE, () -> answer.complete(fresh));
        }
        return answer;
    }

    /** The session was introduced: its client id is its user's, for every node to know. */
    void began(Subscriber subscriber) {
        if (claims(subscriber)) { // when it fails the id can't be taken over, and nothing else is lost
            presence.claim(subscriber.session().client(), subscriber.user(), subscriber.session().id(), claimTtl);
        }
    }

    /** The session ended: its id can be taken over for a moment more, unless another session has claimed it. */
    void ended(Subscriber subscriber) {
        if (claims(subscriber)) {
            presence.release(subscriber.session().client(), subscriber.session().id(), TAKEOVER);
        }
    }

    private static boolean claims(Subscriber subscriber) {
        return !subscriber.user().isEmpty() && subscriber.session().wire().extended();
    }
}
