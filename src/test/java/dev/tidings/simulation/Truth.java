package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What was really accepted, noted at the moment it was: what every client's view is held against. The publications of one incarnation of a stream are a
 * branch; where a replica that was behind takes over, another branch begins at what it has, and what only the old one holds is lost.
 */
final class Truth {
    private final Schedule schedule;
    private final Map<Channel, Map<String, List<Branch>>> streams = new HashMap<>();
    private final Map<String, List<Accepted>> accepted = new HashMap<>();
    private long count;
    private boolean forgetful;

    /** When a publication was accepted among all, and in which branch; none where it has no place. */
    record Accepted(long number, Publication publication, Branch branch) {
    }

    /** The publications of an incarnation as one server knows them, that of offset 1 first; those that other branches share are the same objects. */
    static final class Branch {
        final String epoch;
        final List<Publication> publications = new ArrayList<>();

        private Branch(String epoch) {
            this.epoch = epoch;
        }

        /** A copy that goes its own way; it counts once it {@linkplain Truth#takeOver took over}. */
        Branch fork() {
            Branch fork = new Branch(epoch);
            fork.publications.addAll(publications);
            return fork;
        }

        boolean has(Publication publication) {
            long offset = publication.offset();
            return offset <= publications.size() && publications.get((int) offset - 1) == publication;
        }

        private long lastVersion() {
            for (Publication publication : publications.reversed()) {
                if (publication.version() > 0) {
                    return publication.version();
                }
            }
            return 0;
        }
    }

    Truth(Schedule schedule) {
        this.schedule = schedule;
    }

    // -- what happens --------------------------------------------------------------------------------------------------------------------------

    /** A stream began anew. */
    Branch begin(Channel channel, String epoch) {
        Branch branch = new Branch(epoch);
        takeOver(channel, branch);
        return branch;
    }

    /** From now on this is what the incarnation holds. */
    void takeOver(Channel channel, Branch branch) {
        streams.computeIfAbsent(channel, _ -> new HashMap<>()).computeIfAbsent(branch.epoch, _ -> new ArrayList<>(1)).add(branch);
    }

    /** A publication got its place in the only branch of its incarnation, or has none. */
    void accept(Channel channel, Publication publication) {
        List<Branch> known = publication.hasOffset() ? streams.computeIfAbsent(channel, _ -> new HashMap<>()).get(publication.epoch()) : null;
        accept(channel, publication, !publication.hasOffset() ? null : known == null ? begin(channel, publication.epoch()) : known.getLast());
    }

    /** A publication got its place in a branch. */
    void accept(Channel channel, Publication publication, Branch branch) {
        String name = nameOf(publication);
        schedule.note(() -> "broker: " + channel + " accepted " + name + " at " + publication.epoch() + ":" + publication.offset() + " at " + publication.time());
        List<Accepted> all = accepted.computeIfAbsent(channel + " " + name, _ -> new ArrayList<>(1));
        boolean again = !all.isEmpty() && !forgetful && all.getLast().publication.epoch().equals(publication.epoch());
        schedule.check(!again, () -> name + " was accepted twice in " + channel + ", although its idempotency key was kept");
        all.add(new Accepted(count++, publication, branch));
        if (publication.hasOffset()) {
            schedule.check(publication.offset() == branch.publications.size() + 1,
                    () -> channel + " gave offset " + publication.offset() + " after " + branch.publications.size() + " in epoch " + publication.epoch());
            schedule.check(publication.version() == 0 || publication.version() > branch.lastVersion(),
                    () -> channel + " accepted version " + publication.version() + " after " + branch.lastVersion());
            branch.publications.add(publication);
        }
    }

    /** The store may lose streams that have no epoch to show it: their idempotency keys go with them. */
    void mayForgetKeys() {
        forgetful = true;
    }

    // -- questions -----------------------------------------------------------------------------------------------------------------------------

    /** The publications of one incarnation, that of offset 1 first, as the server holds them that took over last. */
    List<Publication> stream(Channel channel, String epoch) {
        List<Branch> branches = branches(channel, epoch);
        return branches.isEmpty() ? List.of() : branches.getLast().publications;
    }

    private List<Branch> branches(Channel channel, String epoch) {
        return streams.getOrDefault(channel, Map.of()).getOrDefault(epoch, List.of());
    }

    /** What was ever given out at a place: more than one where a server took over that was behind. What is lost is left out where there is something else. */
    List<Publication> at(Channel channel, String epoch, long offset) {
        List<Publication> stream = stream(channel, epoch);
        if (offset == 0 || offset <= stream.size()) {
            return offset == 0 ? List.of() : List.of(stream.get((int) offset - 1));
        }
        List<Publication> found = new ArrayList<>(1);
        for (Branch branch : branches(channel, epoch)) {
            if (offset <= branch.publications.size() && !found.contains(branch.publications.get((int) offset - 1))) {
                found.add(branch.publications.get((int) offset - 1));
            }
        }
        return found;
    }

    /** The publications of that name that were given a place, each with its branch; empty where that place has none of that name. */
    List<Accepted> named(Channel channel, String epoch, long offset, String name) {
        return accepted.getOrDefault(channel + " " + name, List.of()).stream()
                .filter(each -> each.publication.offset() == offset && each.publication.epoch().equals(epoch)).toList();
    }

    /** The branches of an incarnation that hold one of these publications; all where there are none to hold. */
    List<Branch> branchesWith(Channel channel, String epoch, List<Publication> publications) {
        List<Branch> all = branches(channel, epoch);
        return publications.isEmpty() ? all : all.stream().filter(branch -> publications.stream().anyMatch(branch::has)).toList();
    }

    /** The number of a publication among all that were accepted; none when it was accepted again after the store had forgotten it. */
    OptionalLong number(Channel channel, String name) {
        List<Accepted> found = accepted.getOrDefault(channel + " " + name, List.of());
        schedule.check(!found.isEmpty(), () -> name + " was delivered in " + channel + " and never accepted");
        return found.size() > 1 ? OptionalLong.empty() : OptionalLong.of(found.getFirst().number);
    }

    /** The name of a publication: its data up to the padding. */
    static String nameOf(Publication publication) {
        return nameOf(new String(publication.data(), StandardCharsets.US_ASCII));
    }

    static String nameOf(String data) {
        return data.substring(0, data.indexOf('.'));
    }
}
