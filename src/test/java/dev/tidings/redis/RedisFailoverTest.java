package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.RedisProcess;
import dev.tidings.testing.SteeredProxy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.Jedis;

/**
 * A replica takes over that did not have everything. It would give out offsets again under the same epoch, and whoever has the first ones would take
 * the second ones for repetitions. The address that nodes know leads to the old master and then to the new one.
 */
class RedisFailoverTest {
    @RegisterExtension
    final Rig rig = new Rig();

    /** A master with a replica that has three publications and not the two after them. */
    private final class Lagging {
        final RedisProcess master = rig.redis();
        final SteeredProxy replication = rig.keep(new SteeredProxy(master.port()));
        final RedisProcess replica = rig.replicaOf(replication.port());
        final SteeredProxy address = rig.keep(new SteeredProxy(master.port()));
        final TestNode knows = rig.node("n-1", address.address()).subscribed();
        Position before;

        Lagging() {
            for (int i = 1; i <= 3; i++) {
                before = knows.publish(Integer.toString(i));
            }
            await().atMost(Rig.PATIENCE).until(() -> replica.ask(jedis -> jedis.xlen(rig.prefix() + ":{news}:s")) == 3);
            replication.silence();
            knows.publish("4");
            before = knows.publish("5");
            knows.awaitHeard("1", "2", "3", "4", "5");
        }

        void promote() {
            master.kill();
            replica.ask(Jedis::slaveofNoOne);
        }

        void failOver() {
            promote();
            address.leadTo(replica.port());
        }
    }

    /** A master and a replica that both have the one publication. */
    private final class InStep {
        final RedisProcess master = rig.redis();
        final RedisProcess replica = rig.replicaOf(master.port());
        final SteeredProxy address = rig.keep(new SteeredProxy(master.port()));
        final TestNode node = rig.node("n-1", address.address()).subscribed();
        final Position first = node.publish("1");

        InStep() {
            await().atMost(Rig.PATIENCE).until(() -> replica.ask(jedis -> jedis.xlen(rig.prefix() + ":{news}:s")) == 1);
        }
    }

    @Test
    void aNodeThatComparesFindsItAndTheStreamHasANewEpoch() {
        Lagging redis = new Lagging();

        redis.failOver();
        await().atMost(Rig.PATIENCE).until(() -> !redis.knows.tops.isEmpty());

        assertNotEquals(redis.before.epoch(), redis.knows.tops.getFirst().epoch());
        assertEquals(0, redis.knows.tops.getFirst().offset());
    }

    @Test
    void aPublisherThatKnowsMoreDoesNotGiveItsOffsetsOutAgain() {
        Lagging redis = new Lagging();
        TestNode publisher = rig.node("n-2", redis.address.address()); // subscribed to nothing: it compares nothing
        Position sixth = publisher.publish("6");
        redis.knows.close();

        redis.failOver();
        publisher.awaitConnected(true);
        Position after = await().atMost(Rig.PATIENCE).ignoreExceptions().until(() -> publisher.publish("after"), position -> true);

        assertEquals(redis.before.epoch(), sixth.epoch());
        assertNotEquals(sixth.epoch(), after.epoch());
        assertEquals(1, after.offset());
    }

    @Test
    void offsetsThatANodeWithoutKnowledgeGaveOutAgainAreFoundByTheirTimes() {
        Lagging redis = new Lagging();
        redis.promote();
        TestNode stranger = rig.node("n-9", redis.replica);
        Position again4 = stranger.publish("other 4");
        stranger.publish("other 5");
        Position again6 = stranger.publish("other 6");

        redis.address.leadTo(redis.replica.port());
        await().atMost(Rig.PATIENCE).until(() -> !redis.knows.tops.isEmpty());
        Position next = stranger.publish("next");

        assertEquals(new Position(redis.before.epoch(), 4), again4);
        assertEquals(new Position(redis.before.epoch(), 6), again6, "the top is beyond what the node knows");
        assertNotEquals(redis.before.epoch(), redis.knows.tops.getFirst().epoch());
        assertEquals(new Position(redis.knows.tops.getFirst().epoch(), 1), next);
        redis.knows.awaitHeard("1", "2", "3", "4", "5", "next");
    }

    @Test
    void aReplicaThatHasEverythingGoesOnWhereItWas() {
        InStep redis = new InStep();

        redis.master.kill();
        redis.replica.ask(Jedis::slaveofNoOne);
        redis.address.leadTo(redis.replica.port());
        await().atMost(Rig.PATIENCE).until(() -> redis.node.tops.size() == 1);
        Position second = await().atMost(Rig.PATIENCE).ignoreExceptions().until(() -> redis.node.publish("2"), position -> true);

        assertEquals(List.of(redis.first), redis.node.tops);
        assertEquals(new Position(redis.first.epoch(), 2), second);
        redis.node.awaitHeard("1", "2");
    }

    @Test
    void requestsDoNotStayOnAnOldMasterWhenTheLinkIsOnTheNewOne() {
        InStep redis = new InStep();

        redis.replica.ask(Jedis::slaveofNoOne);
        redis.address.leadSubscriptionsTo(redis.replica.port()); // the old master lives, and its connections are open
        await().atMost(Rig.PATIENCE).until(() -> redis.node.tops.size() == 1);
        Position second = await().atMost(Rig.PATIENCE).ignoreExceptions().until(() -> redis.node.publish("2"), position -> true);

        assertEquals(new Position(redis.first.epoch(), 2), second);
        redis.node.awaitHeard("1", "2");
        assertEquals(1L, (long) redis.master.ask(jedis -> jedis.xlen(rig.prefix() + ":{news}:s")));
    }

    @Test
    void aLinkDoesNotStayOnAnOldMasterWhenRequestsGoToTheNewOne() {
        InStep redis = new InStep();

        redis.replica.ask(Jedis::slaveofNoOne);
        redis.address.leadRequestsTo(redis.replica.port());
        await().atMost(Rig.PATIENCE).until(() -> redis.node.tops.size() == 1);
        Position second = await().atMost(Rig.PATIENCE).ignoreExceptions().until(() -> redis.node.publish("2"), position -> true);

        assertEquals(new Position(redis.first.epoch(), 2), second);
        redis.node.awaitHeard("1", "2");
    }

    @Test
    void withMinReplicasAPublicationIsAnsweredWhenAReplicaHasIt() {
        RedisProcess master = rig.redis();
        RedisProcess replica = rig.replicaOf(master.port());
        TestNode node = rig.minReplicas(1).node("n-1", master);

        node.publish("1");

        assertEquals(1L, (long) replica.ask(jedis -> jedis.xlen(rig.prefix() + ":{news}:s")));
    }

    @Test
    void withMinReplicasAndNoneItIsRefusedAndSaysThatItIsPublished() {
        RedisProcess master = rig.redis();
        TestNode node = rig.minReplicas(1).timeout(Duration.ofMillis(400)).node("n-1", master);

        RefusedException refusal = node.refusal("1");

        assertEquals(Refusal.INTERNAL, refusal.refusal());
        assertEquals("published, but only 0 of 1 replicas have it: publish again with the same idempotency key", refusal.getMessage());
        assertEquals(List.of("1"), node.history());
        assertTrue(node.client.isConnected());
    }

    @Test
    void aRepetitionIsNotAnsweredBeforeReplicasHaveWhatItRepeats() {
        RedisProcess master = rig.redis("--repl-timeout", "60");
        RedisProcess replica = rig.replicaOf(master.port());
        TestNode first = rig.minReplicas(1).timeout(Duration.ofSeconds(2)).node("n-1", master);
        TestNode other = rig.node("n-2", master); // another connection, on which nothing was written
        replica.freeze();

        RefusedException unknown = TestNode.refusal(first.publishing(TestNode.NEWS, "1", "key-1"));
        RefusedException stillUnknown = TestNode.refusal(other.publishing(TestNode.NEWS, "1", "key-1"));
        replica.thaw();
        boolean duplicate = await().atMost(Rig.PATIENCE).ignoreExceptions().until(() -> other.publish("1", "key-1"), published -> true).duplicate();

        assertTrue(unknown.getMessage().contains("0 of 1 replicas"), unknown.getMessage());
        assertTrue(stillUnknown.getMessage().contains("0 of 1 replicas"), stillUnknown.getMessage());
        assertTrue(duplicate);
        assertFalse(replica.ask(jedis -> jedis.xlen(rig.prefix() + ":{news}:s")) == 0);
    }
}
