package dev.tidings.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The introduced sessions of this node by client id and by user. Guarded by its monitor. */
final class Sessions {
    private final Map<String, Set<Subscriber>> byUser = new LinkedHashMap<>();
    private final Map<String, Subscriber> byClient = new LinkedHashMap<>();

    /** Whose the client id is, if one of this node's sessions has it. */
    synchronized Optional<String> userOf(String client) {
        return Optional.ofNullable(byClient.get(client)).map(Subscriber::user);
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
        return true;
    }

    /** Removes a session, if it is there. */
    synchronized void remove(Subscriber subscriber) {
        Set<Subscriber> ofUser = byUser.get(subscriber.user());
        if (ofUser == null || !ofUser.remove(subscriber)) {
            return;
        }
        if (ofUser.isEmpty()) {
            byUser.remove(subscriber.user());
        }
        byClient.remove(subscriber.session().client(), subscriber); // unless another session has taken the id over
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
