package dev.tidings.hub;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.session.Wire;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** How subscriptions of this node begin and end: each on its lane, and what is returned completes there. */
final class Subscribing {
    private static final History NOTHING = new History(new Position("", 0), 1, List.of());

    private final HubLimits limits;
    private final Broker broker;
    private final Subscriptions subscriptions;
    private final Attendance attendance;
    private final HubMetrics metrics;
    private final AtomicLong count = new AtomicLong();

    Subscribing(HubLimits limits, Broker broker, Subscriptions subscriptions, Attendance attendance, HubMetrics metrics) {
        this.limits = limits;
        this.broker = broker;
        this.subscriptions = subscriptions;
        this.attendance = attendance;
        this.metrics = metrics;
    }

    /** Registers first, then reads history, then answers: {@link Subscription} says which race this order closes. */
    CompletionStage<Subscribed> begin(Subscription subscription, SubscribeRequest request) {
        Subscriber subscriber = subscription.subscriber;
        subscriber.add(subscription);
        count.incrementAndGet();
        CompletableFuture<Subscribed> answer = new CompletableFuture<>();
        ready(subscription).thenCompose(_ -> attendance.enter(subscription, request.members()))
                .thenCompose(members -> readFor(subscription, request).thenApply(history -> new Read(history, members)))
                .whenComplete((read, failure) -> subscriber.lane().execute(() -> {
                    if (failure != null) {
                        subscriber.remove(subscription, true);
                        answer.completeExceptionally(new RefusedException(Refusal.INTERNAL, "the channel can't be read now"));
                    } else {
                        answer(subscription, request, read, answer);
                    }
                }));
        return answer;
    }

    /** Puts the subscription into the index; completes on its lane, and fails when it ended meanwhile: who is gone must not become a member. */
    private CompletionStage<Void> ready(Subscription subscription) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        subscriptions.add(subscription).whenComplete((_, failure) -> subscription.subscriber.lane().execute(() -> {
            if (failure != null) {
                ready.completeExceptionally(failure);
            } else if (subscription.isOver()) {
                ready.completeExceptionally(new RefusedException(Refusal.EXPIRED));
            } else {
                ready.complete(null);
            }
        }));
        return ready;
    }

    private record Read(History history, Optional<Map<String, ClientInfo>> members) {
    }

    private CompletionStage<History> readFor(Subscription subscription, SubscribeRequest request) {
        if (!subscription.namespace.hasHistory()) {
            return CompletableFuture.completedStage(NOTHING);
        }
        Wire wire = subscription.subscriber.session().wire();
        int page = wire.streamsReplay() ? limits.historyPage() : limits.recovery();
        return broker.history(subscription.channel, subscription.namespace, Start.query(request, subscription.namespace, wire.extended(), page));
    }

    private void answer(Subscription subscription, SubscribeRequest request, Read read, CompletableFuture<Subscribed> answer) {
        if (subscription.isOver()) {
            answer.completeExceptionally(new RefusedException(Refusal.EXPIRED, "the subscription ended before it began"));
            return;
        }
        Subscribed subscribed = subscription.begin(request, read.history, limits.recovery(), read.members);
        if (subscribed.wasRecovering()) {
            metrics.recovered(subscribed.gap().map(gap -> gap.reason().label()).orElse("recovered"));
            subscribed.gap().ifPresent(gap -> metrics.gap(gap.reason()));
        }
        if (request.rejectUnrecovered() && subscribed.wasRecovering() && !subscribed.recovered()) {
            subscription.subscriber.remove(subscription, true);
            answer.completeExceptionally(new RefusedException(Refusal.UNRECOVERABLE_POSITION));
        } else {
            answer.complete(subscribed);
        }
    }

    /** The subscription was taken from its session; {@code leaves} = its client is gone from the channel for good. Once. */
    void ended(Subscription subscription, boolean leaves) {
        subscription.over();
        subscriptions.remove(subscription);
        count.decrementAndGet();
        attendance.leave(subscription, leaves);
    }

    /** Subscriptions of all sessions; any thread. */
    long count() {
        return count.get();
    }
}
