package dev.tidings.redis;

import static dev.tidings.testing.NamespaceBuilder.namespace;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidings.broker.Broker;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.Publications;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A node's access to Redis and its broker, and in place of the hub what the hub would have been told. */
final class TestNode implements Broker.Listener, AutoCloseable {
    static final Channel NEWS = new Channel("news");
    /** Much history, so that what is missing was lost and not dropped. */
    static final Namespace RETAINED = namespace("default").history(100_000, Duration.ofMinutes(10)).metaTtl(Duration.ofHours(1)).build();

    final RedisClient client;
    final RedisBroker broker;
    final List<Publication> heard = new CopyOnWriteArrayList<>();
    final List<Position> tops = new CopyOnWriteArrayList<>();

    TestNode(RedisClient client, Vertx vertx) {
        this.client = client;
        Timer timer = new Timer() {
            @Override
            public void soon(Runnable task) {
                vertx.runOnContext(_ -> task.run());
            }

            @Override
            public void after(long millis, Runnable task) {
                vertx.setTimer(millis, _ -> task.run());
            }
        };
        this.broker = new RedisBroker(new RedisStore(client, new SecureRandom()), new Namespaces(Map.of(Namespace.DEFAULT_NAME, RETAINED), ""), timer);
        broker.listen(this);
        client.open();
    }

    @Override
    public void published(Channel channel, Publication publication) {
        heard.add(publication);
    }

    @Override
    public void joined(Channel channel, ClientInfo member) {
        // not asked here
    }

    @Override
    public void left(Channel channel, ClientInfo member) {
        // not asked here
    }

    @Override
    public void compared(Channel channel, Position top) {
        tops.add(top);
    }

    void awaitConnected(boolean isConnected) {
        await().atMost(Rig.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> client.isConnected() == isConnected);
    }

    TestNode subscribed() {
        return subscribed(NEWS);
    }

    TestNode subscribed(Channel channel) {
        broker.subscribe(channel).toCompletableFuture().orTimeout(Rig.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        return this;
    }

    CompletableFuture<Published> publishing(Channel channel, String data, String key) {
        Optional<Publish.IdempotencyKey> idempotency = key.isEmpty() ? Optional.empty() : Optional.of(new Publish.IdempotencyKey("test", key, "hash"));
        return broker.publish(new Publish(channel, RETAINED, Publications.of(data), idempotency, Optional.empty(), "", false)).toCompletableFuture();
    }

    CompletableFuture<Published> publishing(String data) {
        return publishing(NEWS, data, "");
    }

    Position publish(String data) {
        return publishing(data).join().position().orElseThrow();
    }

    Published publish(String data, String key) {
        return publishing(NEWS, data, key).join();
    }

    /** How a publication is refused. */
    RefusedException refusal(String data) {
        return refusal(publishing(data));
    }

    static RefusedException refusal(CompletableFuture<?> request) {
        return assertInstanceOf(RefusedException.class, assertThrows(CompletionException.class, request::join).getCause());
    }

    /** What the stream retains. */
    List<String> history() {
        return history(NEWS);
    }

    List<String> history(Channel channel) {
        return broker.history(channel, RETAINED, HistoryQuery.after(0, 10_000)).toCompletableFuture().join().publications().stream().map(TestNode::data).toList();
    }

    Position top() {
        return broker.history(NEWS, RETAINED, HistoryQuery.TOP).toCompletableFuture().join().top();
    }

    static String data(Publication publication) {
        return new String(publication.data(), StandardCharsets.UTF_8);
    }

    /** What was heard, in its order. */
    List<String> heardData() {
        return heard.stream().map(TestNode::data).toList();
    }

    /** Waits until it has heard exactly that, in this order. */
    void awaitHeard(List<String> data) {
        await().atMost(Rig.PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertEquals(data, heardData()));
    }

    /**
     * Waits until the last of these was heard, and holds that none is lost: what could not be read in the moment when it was missed is handed over as a
     * hole, and each subscription reads it for itself.
     */
    void awaitNoneLost(List<String> data) {
        await().atMost(Rig.PATIENCE.multipliedBy(3)).pollInterval(Duration.ofMillis(20)).until(() -> heardData().contains(data.getLast()));
        List<String> missing = new ArrayList<>(data);
        missing.removeAll(heardData());
        if (!missing.isEmpty()) {
            missing.removeAll(history());
        }
        assertEquals(List.of(), missing);
        assertEquals("", Publisher.wrong(heard));
    }

    void awaitHeard(String... data) {
        awaitHeard(List.of(data));
    }

    @Override
    public void close() {
        client.close();
    }
}
