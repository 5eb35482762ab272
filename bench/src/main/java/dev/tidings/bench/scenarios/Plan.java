package dev.tidings.bench.scenarios;

import java.util.List;

/**
 * What a scenario needs before it begins.
 *
 * @param backing  what is behind the hubs
 * @param hubs     how many hubs
 * @param clients  how many clients
 * @param pace     clients that connect a second
 * @param settings of every hub, as {@code name=value}
 * @param ownLinks whether each hub reaches Redis through a balancer of its own, which can misbehave
 */
record Plan(Backing backing, int hubs, int clients, int pace, List<String> settings, boolean ownLinks) {
    /** What hubs share. */
    enum Backing { NONE, STANDALONE, NOT_STARTED, SENTINEL, CLUSTER }

    /** Three hubs with one Redis and all clients. */
    static Plan usual(Settings settings) {
        return new Plan(Backing.STANDALONE, 3, settings.clients(), settings.pace(), List.of(), false);
    }

    Plan on(Backing other) {
        return new Plan(other, hubs, clients, pace, settings, ownLinks);
    }

    Plan with(String... more) {
        return new Plan(backing, hubs, clients, pace, List.of(more), ownLinks);
    }

    Plan withHubs(int count) {
        return new Plan(backing, count, clients, pace, settings, ownLinks);
    }

    Plan withClients(int count, int perSecond) {
        return new Plan(backing, hubs, count, perSecond, settings, ownLinks);
    }

    Plan withOwnLinks() {
        return new Plan(backing, hubs, clients, pace, settings, true);
    }
}
