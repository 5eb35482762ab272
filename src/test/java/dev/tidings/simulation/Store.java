package dev.tidings.simulation;

import dev.tidings.broker.Broker;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.presence.MemoryPresence;
import dev.tidings.presence.Presence;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the nodes share: streams, members, and links on which each node is told what happens. */
abstract class Store {
    static final Duration PRESENCE_TTL = Duration.ofSeconds(60);

    final Schedule schedule;
    final Weather weather;
    final Truth truth;
    /** Who is in which channel; another one after the data was lost. */
    MemoryPresence presence;
    /** Whether requests fail and links lose now; off in the calm at the end. */
    boolean failing = true;
    /** How often nodes have read. */
    long reads;
    private final Map<String, Integer> untoldLeaves = new HashMap<>();

    /** One node's way to the store. */
    interface Uplink {
        /** The broker that the node's hub uses. */
        Broker broker();

        /** What the store tells the node is lost for a while, and nobody notices yet. */
        void fallSilent(long millis);

        /** The node is gone. */
        void kill();

        /** What it still holds for subscriptions that are gone; empty = nothing. */
        String leftovers();
    }

    Store(Schedule schedule, Weather weather) {
        this.schedule = schedule;
        this.weather = weather;
        this.truth = new Truth(schedule);
        this.presence = new MemoryPresence(schedule.clock, PRESENCE_TTL);
    }

    /** Connects a node. */
    abstract Uplink connect();

    /** Loses everything. */
    abstract void wipe();

    /** What is done about once a second. */
    abstract void sweep();

    /** Where a stream is now. */
    abstract Position top(Channel channel);

    /** The oldest offset that a stream retains now. */
    abstract long oldest(Channel channel);

    /** The faults stop: what is away comes back. */
    void recover() {
        failing = false;
    }

    /** Whether a server may have taken over that was behind, so that acknowledged publications are lost. */
    boolean wentBack() {
        return false;
    }

    /** What is held when all times to live are over; empty = nothing. */
    abstract String remains();

    // -- members: whoever is removed leaves once -----------------------------------------------------------------------------------------------

    void removed(Channel channel, String client) {
        untoldLeaves.merge(channel + " " + client, 1, Integer::sum);
    }

    void departed(List<Presence.Departed> departed) {
        departed.forEach(each -> removed(each.channel(), each.info().client()));
    }

    /** The subscribers of a channel are told that a member left. */
    void tellsLeave(Channel channel, ClientInfo member) {
        schedule.note(() -> "store: " + member.client() + " left " + channel);
        int untold = untoldLeaves.merge(channel + " " + member.client(), -1, Integer::sum);
        schedule.check(untold >= 0, () -> member.client() + " was removed from " + channel + " once and is told to have left twice");
    }
}
