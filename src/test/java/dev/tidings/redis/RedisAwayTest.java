package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.RedisProcess;
import dev.tidings.testing.SteeredProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Redis is away: not there yet, killed, hanging, or behind a network that swallows and cuts. */
class RedisAwayTest {
    private static final String[] KEEPS_EVERYTHING = {"--appendonly", "yes", "--appendfsync", "always", "--save", ""};

    @RegisterExtension
    final Rig rig = new Rig();

    private static void eventually(Runnable assertion) {
        await().atMost(Rig.PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(assertion::run);
    }

    @Test
    void startedWithoutRedisItSaysSoOnceAndConnectsWhenItComes() {
        RedisProcess redis = rig.redis();
        redis.kill();

        TestNode node = rig.opening("n-1", redis.address());
        eventually(() -> assertEquals(1, rig.logged("Redis is not there yet").size()));
        RefusedException refusal = node.refusal("1");
        RefusedException subscription = TestNode.refusal(node.broker.subscribe(TestNode.NEWS).toCompletableFuture());
        redis.start();
        node.awaitConnected(true);

        assertEquals(List.of(Refusal.INTERNAL, Refusal.INTERNAL), List.of(refusal.refusal(), subscription.refusal()));
        assertEquals(1, rig.logged("Redis is not there yet").size());
        assertEquals(1, rig.logged("Redis was found").size());
        assertEquals(0, node.client.reconnects());
        assertEquals(1, node.subscribed().publish("1").offset());
        node.awaitHeard("1");
    }

    @Test
    void restartedWithItsDataNothingIsLostAndTheTopIsTold() {
        RedisProcess redis = rig.redis(KEEPS_EVERYTHING);
        TestNode reader = rig.node("n-1", redis).subscribed();
        TestNode writer = rig.node("n-2", redis);
        writer.publish("1");
        Position second = writer.publish("2");
        reader.awaitHeard("1", "2");

        redis.kill();
        reader.awaitConnected(false);
        redis.start();
        reader.awaitConnected(true);
        writer.awaitConnected(true);
        eventually(() -> assertEquals(List.of(second), reader.tops));
        Position third = writer.publish("3");

        reader.awaitHeard("1", "2", "3");
        assertEquals(new Position(second.epoch(), 3), third);
        assertEquals(2, rig.logged("Redis is away").size(), "once for each node");
        assertEquals(2, rig.logged("Redis is back").size());
    }

    @Test
    void whatWasPublishedWhileANodeWasCutOffIsFilledInOrder() {
        RedisProcess redis = rig.redis();
        SteeredProxy network = rig.keep(new SteeredProxy(redis.port()));
        TestNode reader = rig.node("n-1", network.address()).subscribed();
        TestNode writer = rig.node("n-2", redis);
        writer.publish("0");
        reader.awaitHeard("0");

        network.refuse(true);
        network.cut();
        reader.awaitConnected(false);
        IntStream.range(1, 1_000).forEach(i -> writer.publishing(Integer.toString(i)));
        Position last = writer.publish("1000");
        network.refuse(false);

        reader.awaitHeard(IntStream.rangeClosed(0, 1_000).mapToObj(Integer::toString).toList());
        eventually(() -> assertEquals(List.of(last), reader.tops));
    }

    @Test
    void restartedWithoutItsDataTheStreamHasANewEpoch() {
        RedisProcess redis = rig.redis("--save", "");
        TestNode reader = rig.node("n-1", redis).subscribed();
        TestNode writer = rig.node("n-2", redis);
        Position first = writer.publish("1");
        reader.awaitHeard("1");

        redis.kill();
        reader.awaitConnected(false);
        redis.start();
        reader.awaitConnected(true);
        eventually(() -> assertEquals(1, reader.tops.size()));
        writer.awaitConnected(true);
        Position again = writer.publish("new 1");

        assertNotEquals(first.epoch(), reader.tops.getFirst().epoch());
        assertEquals(new Position(reader.tops.getFirst().epoch(), 1), again);
        reader.awaitHeard("1", "new 1");
    }

    @Test
    void whileItIsAwayPublishersAreToldAtOnceAndNothingPretends() {
        RedisProcess redis = rig.redis(KEEPS_EVERYTHING);
        TestNode node = rig.node("n-1", redis).subscribed();
        redis.kill();
        node.awaitConnected(false);

        List<CompletableFuture<Published>> refused = IntStream.range(0, 100).mapToObj(i -> node.publishing("lost " + i)).toList();
        for (CompletableFuture<Published> each : refused) {
            assertEquals(Refusal.INTERNAL, TestNode.refusal(each).refusal());
        }
        redis.start();
        node.awaitConnected(true);

        assertEquals(List.of(), node.history());
        assertEquals(1, rig.logged("Redis is away").size());
    }

    @Test
    void aRedisThatHangsIsGivenUpAndUsedAgainWhenItGoesOn() {
        RedisProcess redis = rig.redis();
        TestNode node = rig.timeout(Duration.ofMillis(700)).node("n-1", redis).subscribed();
        node.publish("1");

        redis.freeze();
        RefusedException unknown = node.refusal("2");
        node.awaitConnected(false);
        redis.thaw();
        node.awaitConnected(true);
        node.publish("3");

        assertEquals(Refusal.INTERNAL, unknown.refusal());
        eventually(() -> assertEquals("3", node.heardData().getLast()));
        assertEquals(node.history(), node.heardData(), "whether or not the second one took effect");
    }

    @Test
    void aLinkThatIsDeafIsFoundAndFilled() {
        RedisProcess redis = rig.redis();
        SteeredProxy network = rig.keep(new SteeredProxy(redis.port()));
        TestNode reader = rig.node("n-1", network.address()).subscribed();
        TestNode writer = rig.node("n-2", redis);
        writer.publish("1");
        reader.awaitHeard("1");

        network.deafen();
        writer.publish("2");
        long from = System.nanoTime();

        reader.awaitHeard("1", "2");
        Duration within = Duration.ofNanos(System.nanoTime() - from);
        assertTrue(within.compareTo(Duration.ofSeconds(10)) < 0, () -> "after " + within);
        assertEquals(1, rig.logged("the link is deaf").size());
        writer.publish("3");
        reader.awaitHeard("1", "2", "3");
    }

    @Test
    void aPublicationWhoseAnswerIsLostIsRefusedAndItsRepetitionIsTold() {
        RedisProcess redis = rig.redis();
        SteeredProxy network = rig.keep(new SteeredProxy(redis.port()));
        TestNode node = rig.node("n-1", network.address());
        TestNode other = rig.node("n-2", redis);
        other.publishing(new Channel("sport"), "Redis knows the script now", "").join();

        network.loseAnswers(true);
        CompletableFuture<Published> unknown = node.publishing(TestNode.NEWS, "1", "key-1");
        eventually(() -> assertEquals(List.of("1"), other.history()));
        network.cut();
        RefusedException refusal = TestNode.refusal(unknown);
        network.loseAnswers(false);
        node.awaitConnected(true);
        Published again = node.publish("1", "key-1");

        assertEquals(Refusal.INTERNAL, refusal.refusal());
        assertTrue(again.duplicate());
        assertEquals(1, again.position().orElseThrow().offset());
        assertEquals(List.of("1"), other.history());
    }

    @Test
    void cutAgainAndAgainWhileManyPublishNothingIsLostOrDoubled() {
        RedisProcess redis = rig.redis();
        SteeredProxy network = rig.keep(new SteeredProxy(redis.port()));
        TestNode reader = rig.node("n-1", network.address()).subscribed();
        TestNode writer = rig.node("n-2", redis);
        List<CompletableFuture<Published>> published = new ArrayList<>();
        published.add(writer.publishing("0"));
        reader.awaitHeard("0"); // what was published before it heard anything, subscriptions read for themselves

        for (int i = 1; i < 2_000; i++) {
            published.add(writer.publishing(Integer.toString(i)));
            if (i % 100 == 99) {
                network.cut();
                published.getLast().join();
            }
        }
        published.forEach(CompletableFuture::join);

        reader.awaitNoneLost(IntStream.range(0, 2_000).mapToObj(Integer::toString).toList());
    }

    @Test
    void aSubscriptionThatIsNotConfirmedInTimeFailsAndLeavesNothing() {
        RedisProcess redis = rig.redis();
        TestNode node = rig.node("n-1", redis);
        redis.kill();
        node.awaitConnected(false);

        CompletionException failure = assertThrows(CompletionException.class, () -> node.broker.subscribe(TestNode.NEWS).toCompletableFuture().join());
        node.broker.unsubscribe(TestNode.NEWS);
        eventually(() -> assertEquals(0, node.broker.feedCount()));
        redis.start();
        node.awaitConnected(true);

        assertEquals(Refusal.INTERNAL, ((RefusedException) failure.getCause()).refusal());
        assertFalse(redis.ask(jedis -> jedis.pubsubChannels("*news*")).stream().findAny().isPresent());
        node.subscribed().publish("1");
        node.awaitHeard("1");
    }
}
