package dev.tidings.simulation;

import dev.tidings.broker.MemoryBroker;
import java.time.Duration;

/** The end of a run: everybody leaves, one way or another, and nothing may be left. */
final class Departure {
    /** Less than a member lives without a refresh: nobody may have to wait for that to be forgotten. */
    private static final int SECONDS_TO_FORGET = 40;

    private final World world;
    private final Schedule schedule;

    Departure(World world) {
        this.world = world;
        this.schedule = world.schedule;
    }

    /** Leaves, and checks. */
    void leave() {
        schedule.note(() -> "-- everybody leaves --");
        if (schedule.random.nextInt(3) == 0) {
            drain();
        } else {
            for (Client client : world.clients) {
                if (schedule.random.nextInt(3) == 0) {
                    client.cut(schedule.between(0, 2_000));
                }
                client.goOffline();
                if (schedule.random.nextInt(3) == 0) {
                    client.goOnline(); // and it changes its mind while it is being taken in
                    schedule.soon(3_000_000, client::goOffline);
                }
            }
        }
        schedule.run(10_000);
        world.eventually(SECONDS_TO_FORGET, this::leftover);
        checkStore();
    }

    /** All nodes are emptied; the last window ends with nobody. */
    private void drain() {
        for (Node node : world.nodes) {
            if (!node.isDead()) {
                node.hub.drain().start(Duration.ofMillis(schedule.between(0, 20_000)));
            }
        }
        schedule.run(21_000);
        world.clients.forEach(Client::goOffline);
    }

    private String leftover() {
        for (Node node : world.nodes) {
            String left = node.leftovers();
            if (!left.isEmpty()) {
                return node + " still holds " + left;
            }
        }
        int members = world.store.presence.size();
        return members == 0 ? claims() : members + " members are still present";
    }

    /** Client ids are their users' for a moment after their sessions, unless nobody could release them. */
    private String claims() {
        boolean areReleased = world.weather.failingPresence == 0 && world.nodes.stream().noneMatch(Node::isDead);
        return areReleased && world.store.presence.claims() > 0 ? world.store.presence.claims() + " client ids are still claimed" : "";
    }

    /** When all times to live are over the store is empty, and its count of bytes says so. */
    private void checkStore() {
        schedule.clock.advance(World.META_TTL.plus(MemoryBroker.IDEMPOTENCY_WINDOW));
        world.store.sweep();
        schedule.check(world.store.remains().isEmpty(), () -> "the broker still has " + world.store.remains());
    }
}
