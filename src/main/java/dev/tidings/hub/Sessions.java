package dev.tidings.hub;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The introduced sessions of this node by client id and by user, and the client ids that ended a moment ago. Guarded by its monitor. */
final class Sessions {
    /** How long after its end a client id can be taken over. */
    static final long TAKEOVER_MILLIS = 10_000;
    /** Ended client ids that are remembered. */
    static final int MAX_ENDED = 100_000;

    private final InstantSource clock;
    private final Map<String, Set<Subscriber>> byUser = new LinkedHashMap<>();
    private final Map<String, Subscriber> byClient = new LinkedHashMap<>();
    private final Map<String, Ended> ended = new LinkedHashMap<>();

    private record Ended(String user, long at) {
    }

    Sessions(InstantSource clock) {
        this.clock = clock;
    }

    /** The client id for a new session of the user: the one it names if that is its own, live or ended a moment ago; else {@code fresh}. */
    synchronized String clientFor(String user, String wanted, String fresh) {
        if (user.isEmpty() || wanted.isEmpty()) {
            return fresh;
        }
        Subscriber live = byClient.get(wanted);
        if (live != null) {
            return live.user().equals(user) ? wanted : fresh;
        }
        Ended gone = ended.get(wanted);
        return gone != null && gone.user.equals(user) && clock.millis() - gone.at <= TAKEOVER_MILLIS ? wanted : fresh;
    }

    /** Adds a session unless the user has {@code limit} already; 0 = no limit. Whether it was added. */
    synchronized boolean add(Subscriber subscriber, String user, String client, int limit) {
        if (!user.isEmpty()) {
            Set<Subscriber> known = byUser.getOrDefault(user, Set.of());
            if (limit > 0 && known.size() >= limit) {
                return false;
            }
        }
        subscriber.belongsTo(user);
        byUser.computeIfAbsent(user, _ -> new LinkedHashSet<>(2)).add(subscriber);
        byClient.put(client, subscriber);
        ended.remove(client);
        return true;
    }

    /** Removes a session; its client id can be taken over for a moment, unless another session has it. */
    synchronized void remove(Subscriber subscriber) {
        Set<Subscriber> ofUser = byUser.get(subscriber.user());
        if (ofUser == null || !ofUser.remove(subscriber)) {
            return;
        }
        if (ofUser.isEmpty()) {
            byUser.remove(subscriber.user());
        }
        String client = subscriber.session().client();
        if (byClient.remove(client, subscriber) && !subscriber.user().isEmpty()) {
            ended.put(client, new Ended(subscriber.user(), clock.millis()));
            forgetEnded();
        }
    }

    private void forgetEnded() {
        var oldest = ended.values().iterator();
        while (oldest.hasNext()) {
            Ended next = oldest.next();
            if (ended.size() <= MAX_ENDED && clock.millis() - next.at <= TAKEOVER_MILLIS) {
                return;
            }
            oldest.remove();
        }
    }

    /** The sessions that a back end means; empty texts leave open. */
    synchronized List<Subscriber> find(String user, String client, String session) {
        List<Subscriber> found = new ArrayList<>();
        if (!user.isEmpty()) {
            found.addAll(byUser.getOrDefault(user, Set.of()));
        } else if (!client.isEmpty() && session.isEmpty()) {
            Subscriber only = byClient.get(client);
            if (only != null) {
                found.add(only);
            }
        } else {
            byUser.values().forEach(found::addAll);
        }
        found.removeIf(s -> !client.isEmpty() && !s.session().client().equals(client) || !session.isEmpty() && !s.session().id().equals(session));
        return found;
    }

    synchronized int size() {
        int size = 0;
        for (Set<Subscriber> subscribers : byUser.values()) {
            size += subscribers.size();
        }
        return size;
    }
}
