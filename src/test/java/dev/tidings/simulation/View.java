package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.TagFilter;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a client knows of a channel beyond any one connection: the position it comes back with, and who it thinks is there. */
final class View {
    final Channel channel;
    final Optional<TagFilter> filter;
    final int rewind;
    final boolean members;
    final Set<String> known = new TreeSet<>();
    boolean wanted = true;
    Optional<Position> position = Optional.empty();
    /** The last publication without offset that arrived. */
    String lastPassing = "";

    View(Channel channel, Optional<TagFilter> filter, int rewind, boolean members) {
        this.channel = channel;
        this.filter = filter;
        this.rewind = rewind;
        this.members = members;
    }

    /** A connection moved on; while two deliver, the further one counts, and of two epochs that of the newer connection. */
    void follow(Feed feed, boolean newest) {
        feed.at().ifPresent(at -> {
            boolean same = position.isPresent() && position.get().epoch().equals(at.epoch());
            if (same ? at.offset() > position.get().offset() : newest || position.isEmpty()) {
                position = Optional.of(at);
            }
        });
    }

    /** Forgets its position: the next subscription is a first visit. */
    void forget() {
        position = Optional.empty();
    }
}
