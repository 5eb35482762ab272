package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.TagFilter;
import java.util.List;
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
    /** What was published at the position, as far as can be told; where a server took over that was behind, there may be something else by now. */
    List<Publication> anchors = List.of();
    /** Whether it lacks what another server gave out again, and a gap has yet to say so. */
    boolean astray;
    /** Whether nobody can know that. */
    boolean excused;
    /** The node that told the position. */
    Optional<Node> node = Optional.empty();
    private Optional<Feed> leader = Optional.empty();
    /** The last publication without offset that arrived. */
    String lastPassing = "";

    View(Channel channel, Optional<TagFilter> filter, int rewind, boolean members) {
        this.channel = channel;
        this.filter = filter;
        this.rewind = rewind;
        this.members = members;
    }

    /**
     * A connection moved on; while two deliver, the further one counts, and of two epochs that of the newer connection. An answer or a gap, which may lead
     * back, counts if it is that of the newer connection, and then the other one has nothing more to say.
     */
    void follow(Feed feed, boolean newest, boolean leads) {
        if (newest && leads) {
            leader = Optional.of(feed);
        }
        boolean follows = leader.isEmpty() || leader.get() == feed || newest;
        feed.at().ifPresent(at -> {
            boolean same = position.isPresent() && position.get().epoch().equals(at.epoch());
            if (newest && leads || follows && (same ? at.offset() >= position.get().offset() : newest || position.isEmpty())) {
                position = Optional.of(at);
                feed.settle(this);
            }
        });
    }

    /** Forgets its position: the next subscription is a first visit. */
    void forget() {
        position = Optional.empty();
        anchors = List.of();
        astray = false;
        excused = false;
        node = Optional.empty();
    }
}
