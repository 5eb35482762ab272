package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.presence.Presence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** One node's presence: that of the store, seen over a network. Requests keep their order and are answered late, on no lane; some fail. */
final class RemotePresence implements Presence {
    private final Store store;
    private final Schedule schedule;
    private final Deque<Runnable> requests = new ArrayDeque<>();
    private boolean dead;

    RemotePresence(Store store) {
        this.store = store;
        this.schedule = store.schedule;
    }

    /** The node is gone. */
    void kill() {
        dead = true;
    }

    @Override
    public CompletionStage<Boolean> enter(Channel channel, ClientInfo info, String claim) {
        return ask(() -> store.presence.enter(channel, info, claim));
    }

    @Override
    public CompletionStage<Boolean> leave(Channel channel, String client, String claim) {
        return ask(() -> store.presence.leave(channel, client, claim).thenApply(removed -> {
            if (removed) {
                store.removed(channel, client);
            }
            return removed;
        }));
    }

    @Override
    public CompletionStage<Void> refresh(Channel channel, ClientInfo info, String claim) {
        return ask(() -> store.presence.refresh(channel, info, claim));
    }

    @Override
    public CompletionStage<Map<String, ClientInfo>> members(Channel channel) {
        return ask(() -> store.presence.members(channel));
    }

    @Override
    public CompletionStage<Stats> stats(Channel channel) {
        return ask(() -> store.presence.stats(channel));
    }

    @Override
    public CompletionStage<List<Departed>> expire() {
        return ask(() -> store.presence.expire().thenApply(departed -> {
            store.departed(departed);
            return departed;
        }));
    }

    @Override
    public CompletionStage<Void> claim(String client, String user, String claim, Duration ttl) {
        return ask(() -> store.presence.claim(client, user, claim, ttl));
    }

    @Override
    public CompletionStage<Void> release(String client, String claim, Duration ttl) {
        return ask(() -> store.presence.release(client, claim, ttl));
    }

    @Override
    public CompletionStage<Optional<String>> owner(String client) {
        return ask(() -> store.presence.owner(client));
    }

    private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
        boolean fails = store.failing && schedule.chance(store.weather.failingPresence);
        Supplier<CompletionStage<T>> tried = fails
                ? () -> CompletableFuture.failedStage(new RefusedException(Refusal.INTERNAL, "presence is away")) : question;
        if (store.weather.instantBroker) {
            return tried.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.add(() -> tried.get().whenComplete((value, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(value);
            }
        }));
        schedule.soon(store.weather.brokerLatencyMicros, () -> {
            Runnable next = requests.poll();
            if (!dead) {
                next.run();
            }
        });
        return answer;
    }
}
