package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.presence.MemoryPresence;
import dev.tidings.presence.Presence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node's presence, which tells whose a client id is when the test says so, or fails. */
final class SteeredPresence implements Presence {
    final MemoryPresence store;
    /** Whether who asks for an owner waits for {@link #answer}. */
    boolean holdsOwners;
    /** Whether client ids can't be claimed, released or looked up. */
    boolean isAway;
    /** How often an owner was asked for, and how often an id was claimed or released. */
    int asked;
    int written;
    private final Deque<Runnable> held = new ArrayDeque<>();

    SteeredPresence(MemoryPresence store) {
        this.store = store;
    }

    /** The first of those who wait gets its answer. */
    void answer() {
        held.remove().run();
    }

    @Override
    public CompletionStage<Boolean> enter(Channel channel, ClientInfo info, String claim) {
        return store.enter(channel, info, claim);
    }

    @Override
    public CompletionStage<Boolean> leave(Channel channel, String client, String claim) {
        return store.leave(channel, client, claim);
    }

    @Override
    public CompletionStage<Void> refresh(Channel channel, ClientInfo info, String claim) {
        return store.refresh(channel, info, claim);
    }

    @Override
    public CompletionStage<Map<String, ClientInfo>> members(Channel channel) {
        return store.members(channel);
    }

    @Override
    public CompletionStage<Stats> stats(Channel channel) {
        return store.stats(channel);
    }

    @Override
    public CompletionStage<List<Departed>> expire() {
        return store.expire();
    }

    @Override
    public CompletionStage<Void> claim(String client, String user, String claim, Duration ttl) {
        written++;
        return isAway ? away() : store.claim(client, user, claim, ttl);
    }

    @Override
    public CompletionStage<Void> release(String client, String claim, Duration ttl) {
        written++;
        return isAway ? away() : store.release(client, claim, ttl);
    }

    @Override
    public CompletionStage<Optional<String>> owner(String client) {
        asked++;
        if (isAway) {
            return away();
        }
        if (!holdsOwners) {
            return store.owner(client);
        }
        CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
        held.add(() -> answer.complete(store.owner(client).toCompletableFuture().join()));
        return answer;
    }

    private static <T> CompletionStage<T> away() {
        return CompletableFuture.failedStage(new IllegalStateException("the store is away"));
    }
}
