package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Publication;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What the broker really accepted, noted at the moment it did: what every client's view is held against. */
final class Truth {
    private final Schedule schedule;
    private final Map<Channel, Map<String, List<Publication>>> streams = new HashMap<>();
    private final Map<Channel, Map<String, Long>> versions = new HashMap<>();
    private final Map<String, Accepted> accepted = new HashMap<>();
    private long count;
    private boolean forgetful;

    /** When a publication was accepted among all, and in which incarnation. */
    record Accepted(long number, String epoch, boolean again) {
    }

    Truth(Schedule schedule) {
        this.schedule = schedule;
    }

    /** A publication got its place. */
    void accept(Channel channel, Publication publication) {
        String name = nameOf(publication);
        schedule.note(() -> "broker: " + channel + " accepted " + name + " at " + publication.epoch() + ":" + publication.offset());
        Accepted before = accepted.put(channel + " " + name, new Accepted(count++, publication.epoch(), accepted.containsKey(channel + " " + name)));
        boolean forgotten = before != null && (forgetful || !before.epoch.equals(publication.epoch()));
        schedule.check(before == null || forgotten, () -> name + " was accepted twice in " + channel + ", although its idempotency key was kept");
        if (publication.hasOffset()) {
            List<Publication> stream = streams.computeIfAbsent(channel, _ -> new HashMap<>()).computeIfAbsent(publication.epoch(), _ -> new ArrayList<>());
            schedule.check(publication.offset() == stream.size() + 1,
                    () -> channel + " gave offset " + publication.offset() + " after " + stream.size() + " in epoch " + publication.epoch());
            stream.add(publication);
            checkVersion(channel, publication);
        }
    }

    private void checkVersion(Channel channel, Publication publication) {
        if (publication.version() > 0) {
            Map<String, Long> ofChannel = versions.computeIfAbsent(channel, _ -> new HashMap<>());
            Long last = ofChannel.put(publication.epoch(), publication.version());
            schedule.check(last == null || last < publication.version(), () -> channel + " accepted version " + publication.version() + " after " + last);
        }
    }

    /** The store may lose streams that have no epoch to show it: their idempotency keys go with them. */
    void mayForgetKeys() {
        forgetful = true;
    }

    /** The publications of one incarnation, that of offset 1 first. */
    List<Publication> stream(Channel channel, String epoch) {
        return streams.getOrDefault(channel, Map.of()).getOrDefault(epoch, List.of());
    }

    /** The number of a publication among all that were accepted; none when it was accepted again after the store had forgotten it. */
    OptionalLong number(Channel channel, String name) {
        Accepted found = accepted.get(channel + " " + name);
        schedule.check(found != null, () -> name + " was delivered in " + channel + " and never accepted");
        return found.again ? OptionalLong.empty() : OptionalLong.of(found.number);
    }

    /** The name of a publication: its data up to the padding. */
    static String nameOf(Publication publication) {
        return nameOf(new String(publication.data(), StandardCharsets.US_ASCII));
    }

    static String nameOf(String data) {
        return data.substring(0, data.indexOf('.'));
    }
}
