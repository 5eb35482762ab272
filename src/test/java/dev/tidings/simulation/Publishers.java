package dev.tidings.simulation;

import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Caller;
import dev.tidings.hub.PublishRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Those who publish: back ends that repeat what may have failed under the same key, and clients through their sessions. */
final class Publishers {
    private static final int MOST_TRIES = 4;

    private final World world;
    private final Schedule schedule;
    private long count;

    Publishers(World world) {
        this.world = world;
        this.schedule = world.schedule;
    }

    /** A request with whatever the seed draws. */
    PublishRequest draw(Channel channel) {
        Namespace namespace = world.namespaces.of(channel);
        boolean skips = schedule.chance(0.05);
        String key = schedule.chance(0.4) ? "key" + count : "";
        Optional<Position> condition = !skips && namespace.hasHistory() && schedule.chance(0.05) ? Optional.of(guess(channel)) : Optional.empty();
        long version = schedule.chance(0.1) ? schedule.between(1, 50) : 0;
        String tag = "abc".substring((int) schedule.between(0, 2)).substring(0, 1);
        Set<String> exclude = schedule.chance(0.1) ? world.anyClientId() : Set.of();
        return request(channel, tag, skips, key, condition, version, exclude);
    }

    private PublishRequest request(Channel channel, String tag, boolean skips, String key, Optional<Position> condition, long version, Set<String> exclude) {
        String data = "p" + count++ + "." + "x".repeat((int) schedule.between(0, 60));
        return new PublishRequest(channel, data.getBytes(StandardCharsets.US_ASCII), "", "", Map.of("tag", tag), ClientInfo.NONE, skips, key, condition,
                version, "", exclude);
    }

    /** A plain publication that every subscriber must get. */
    PublishRequest drawLast(Channel channel) {
        return request(channel, "a", false, "", Optional.empty(), 0, Set.of());
    }

    private Position guess(Channel channel) {
        Position top = world.store.top(channel);
        return schedule.random.nextBoolean() ? top : top.at(top.offset() + 1);
    }

    /** Publishes as a back end does. */
    void publish(PublishRequest request) {
        publish(world.pickNode(), Caller.backEnd("back"), request);
    }

    /** Publishes, and repeats what may have failed if it has a key. */
    void publish(Node node, Caller caller, PublishRequest request) {
        attempt(node, caller, request, 1);
    }

    private void attempt(Node node, Caller caller, PublishRequest request, int number) {
        node.hub.publish(caller, request).whenComplete((published, failure) -> {
            if (failure == null) {
                check(request, published);
                if (!request.idempotencyKey().isEmpty() && number < MOST_TRIES && schedule.chance(0.2)) {
                    again(caller, request, number); // the answer was lost on its way
                }
            } else if (isTemporary(failure) && !request.idempotencyKey().isEmpty() && number < MOST_TRIES) {
                again(caller, request, number);
            }
        });
    }

    private void again(Caller caller, PublishRequest request, int number) {
        schedule.inMillis(schedule.between(1, 5_000), () -> {
            Node node = world.pickNode();
            attempt(node, caller.session().isPresent() ? Caller.backEnd(caller.scope()) : caller, request, number + 1);
        });
    }

    private boolean isTemporary(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (!(cause instanceof RefusedException refused)) {
            throw schedule.fail("publishing failed with " + cause);
        }
        boolean expected = Set.of(Refusal.INTERNAL, Refusal.CONDITION_FAILED, Refusal.IDEMPOTENCY_MISMATCH).contains(refused.refusal());
        schedule.check(expected, () -> "publishing was refused: " + refused.refusal());
        schedule.check(refused.refusal() != Refusal.IDEMPOTENCY_MISMATCH, () -> "a repetition was taken for another request");
        return refused.refusal().temporary();
    }

    private void check(PublishRequest request, Published published) {
        if (published.skipped() || published.position().isEmpty()) {
            return;
        }
        Position at = published.position().get();
        String name = Truth.nameOf(new String(request.data(), StandardCharsets.US_ASCII));
        schedule.check(!world.truth.named(request.channel(), at.epoch(), at.offset(), name).isEmpty(), () -> name + " was said to be at " + at + " in " + request.channel());
        boolean held = request.condition().isEmpty() || request.condition().get().offset() == at.offset() - 1;
        schedule.check(held, () -> name + " was accepted at " + at + " under the condition " + request.condition());
    }
}
