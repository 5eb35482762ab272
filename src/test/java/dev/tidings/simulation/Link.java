package dev.tidings.simulation;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One node's broker: the store, seen over a network. A request is carried out at one moment and answered at a later one, on no lane; requests overtake
 * each other, but those that subscribe and unsubscribe keep their order. What the store tells comes in order, late, and while the weather is bad some
 * of it not at all, or twice.
 */
final class Link implements Broker, Store.Uplink {
    private final MemoryStore store;
    private final Schedule schedule;
    private final Weather weather;
    private final Set<Channel> subscribed = new HashSet<>();
    private final Deque<Consumer<Listener>> underWay = new ArrayDeque<>();
    private final Deque<Runnable> subscribing = new ArrayDeque<>();
    private Listener listener;
    private boolean silent;
    private boolean dead;

    Link(MemoryStore store) {
        this.store = store;
        this.schedule = store.schedule;
        this.weather = store.weather;
        store.add(this);
    }

    @Override
    public void listen(Listener itsListener) {
        listener = itsListener;
    }

    /** The store tells something. */
    void send(Channel channel, boolean mayDouble, Consumer<Listener> what) {
        if (weather.instantBroker) {
            what.accept(listener);
            return;
        }
        if (!subscribed.contains(channel) || silent && store.failing || store.failing && schedule.chance(weather.drops)) {
            return;
        }
        underWay.add(what);
        schedule.soon(weather.linkLatencyMicros, this::deliverNext);
        if (mayDouble && store.failing && schedule.chance(weather.doubles)) {
            underWay.add(what);
            schedule.soon(weather.linkLatencyMicros, this::deliverNext);
        }
    }

    private void deliverNext() {
        Consumer<Listener> next = underWay.poll();
        if (!dead) {
            next.accept(listener);
        }
    }

    @Override
    public Broker broker() {
        return this;
    }

    @Override
    public String leftovers() {
        return "";
    }

    /** As when a connection hangs. */
    @Override
    public void fallSilent(long millis) {
        schedule.note(() -> "link: silent for " + millis + " ms");
        silent = true;
        schedule.inMillis(millis, () -> silent = false);
    }

    boolean isSubscribed(Channel channel) {
        return subscribed.contains(channel);
    }

    @Override
    public void kill() {
        dead = true;
        store.remove(this);
    }

    @Override
    public CompletionStage<Published> publish(Publish publish) {
        return ask(0, weather.unknownOutcomes, () -> store.broker.publish(publish));
    }

    @Override
    public CompletionStage<History> history(Channel channel, Namespace namespace, HistoryQuery query) {
        store.reads++;
        return ask(weather.failingReads, 0, () -> store.broker.history(channel, namespace, query));
    }

    @Override
    public CompletionStage<Void> join(Channel channel, ClientInfo member) {
        return inOrder(() -> store.broker.join(channel, member));
    }

    @Override
    public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
        return inOrder(() -> store.broker.leave(channel, member));
    }

    @Override
    public CompletionStage<Void> subscribe(Channel channel) {
        if (store.failing && schedule.chance(weather.failingSubscribes)) {
            return inOrder(() -> CompletableFuture.failedStage(new RefusedException(Refusal.INTERNAL, "the broker is away")));
        }
        return inOrder(() -> {
            subscribed.add(channel);
            return store.broker.subscribe(channel);
        });
    }

    @Override
    public CompletionStage<Void> unsubscribe(Channel channel) {
        return inOrder(() -> {
            subscribed.remove(channel);
            return store.isSubscribed(channel) ? CompletableFuture.completedStage(null) : store.broker.unsubscribe(channel);
        });
    }

    @Override
    public boolean isConnected() {
        return !dead;
    }

    @Override
    public long historyBytes() {
        return store.broker.historyBytes();
    }

    private <T> CompletionStage<T> ask(double fails, double failsAfterwards, Supplier<CompletionStage<T>> question) {
        boolean failsBefore = store.failing && schedule.chance(fails);
        boolean failsAfter = store.failing && schedule.chance(failsAfterwards);
        Supplier<CompletionStage<T>> tried = () -> {
            CompletionStage<T> answer = failsBefore ? null : question.get();
            return failsBefore || failsAfter ? CompletableFuture.failedStage(new RefusedException(Refusal.INTERNAL, "the broker is away")) : answer;
        };
        if (weather.instantBroker) {
            return tried.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        schedule.soon(weather.brokerLatencyMicros, () -> {
            if (!dead) {
                CompletionStage<T> outcome = tried.get();
                schedule.soon(weather.brokerLatencyMicros, () -> complete(outcome, answer));
            }
        });
        return answer;
    }

    private <T> CompletionStage<T> inOrder(Supplier<CompletionStage<T>> request) {
        if (weather.instantBroker) {
            return request.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        subscribing.add(() -> {
            CompletionStage<T> outcome = request.get();
            schedule.soon(weather.brokerLatencyMicros, () -> complete(outcome, answer));
        });
        schedule.soon(weather.brokerLatencyMicros, () -> {
            Runnable next = subscribing.poll();
            if (!dead) {
                next.run();
            }
        });
        return answer;
    }

    private <T> void complete(CompletionStage<T> outcome, CompletableFuture<T> answer) {
        if (dead) {
            return;
        }
        outcome.whenComplete((value, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(value);
            }
        });
    }
}
