package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.hub.SessionControl.Target;
import dev.tidings.session.Ending;
import dev.tidings.session.Identity.ServerSubscription;
import java.util.Optional;
import java.util.Set;

/** What one node asks of all others about their sessions. The answer to each is how many sessions were reached. */
sealed interface Question {
    /** To end the sessions but those whose client id is spared. */
    record Disconnect(Target target, Set<String> spared, Ending ending) implements Question {
    }

    /** To end the sessions' subscriptions to a channel, or to all channels when there is none. */
    record Unsubscribe(Target target, Optional<Channel> channel) implements Question {
    }

    /** To subscribe the sessions to a channel. */
    record Subscribe(Target target, Channel channel, ServerSubscription details, Optional<Position> recoverSince) implements Question {
    }

    /** To give the sessions another lifetime, or to end them as expired. */
    record Refresh(Target target, boolean expired, long expiresAt) implements Question {
    }

    /** Whether there are sessions that are subscribed to a channel. */
    record Subscribed(Target target, Channel channel) implements Question {
    }
}
