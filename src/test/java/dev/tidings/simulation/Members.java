package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import java.util.Set;
import java.util.TreeSet;

/** Who must be in which channel once it is calm. */
final class Members {
    private Members() {
    }

    /** Where presence differs from who is there, or a client's idea from presence; empty = nowhere. */
    static String problem(World world) {
        boolean areToldSurely = world.weather.tellsMembersSurely() && !world.isCrowded();
        for (Channel channel : world.channels) {
            if (!world.namespaces.of(channel).presence()) {
                continue;
            }
            Set<String> present = new TreeSet<>(world.store.presence.members(channel).toCompletableFuture().join().keySet());
            Set<String> expected = new TreeSet<>();
            for (Client client : world.clients) {
                View view = client.views.get(channel);
                if (view != null && view.wanted) {
                    expected.add(client.clientId());
                }
            }
            if (!present.equals(expected)) {
                return channel + " has the members " + present + ", there are " + expected;
            }
            for (Client client : world.clients) {
                View view = client.views.get(channel);
                if (view != null && view.wanted && view.members && areToldSurely && !view.known.equals(present)) {
                    return client + " takes " + view.known + " for the members of " + channel + ", they are " + present;
                }
            }
        }
        return "";
    }
}
