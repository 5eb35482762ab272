package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A master, its replica, and three sentinels that watch them. */
class RedisSentinelTest {
    private static final Duration FAILOVER = Duration.ofSeconds(60);

    @RegisterExtension
    final Rig rig = new Rig();

    private final List<RedisProcess> sentinels = new ArrayList<>();
    private RedisProcess master;
    private RedisProcess replica;

    private void start() throws IOException {
        Path program = Backend.program("redis-server");
        master = rig.redis();
        replica = rig.replicaOf(master.port());
        for (int i = 0; i < 3; i++) {
            Path file = Files.createTempFile(Files.createDirectories(Path.of("target", "redis")), "sentinel-", ".conf").toAbsolutePath();
            Files.writeString(file, """
                    sentinel monitor mymaster 127.0.0.1 %d 2
                    sentinel down-after-milliseconds mymaster 700
                    sentinel failover-timeout mymaster 5000
                    """.formatted(master.port()));
            sentinels.add(rig.keep(RedisProcess.of(program, file.toString(), "--sentinel")));
        }
        rig.mode(RedisSettings.Mode.SENTINEL);
        await().atMost(FAILOVER).until(() -> sentinels.stream().allMatch(each -> each.ask(jedis -> {
            var known = jedis.sentinelMasters().getFirst();
            return known.get("num-other-sentinels").equals("2") && known.get("num-slaves").equals("1");
        })));
    }

    private String[] hosts() {
        return sentinels.stream().map(RedisProcess::address).toArray(String[]::new);
    }

    @Test
    void aFailoverUnderLoadLosesAndDoublesNothingThatReplicasHad() throws IOException {
        start();
        TestNode reader = rig.node("n-1", hosts()).subscribed();
        TestNode writer = rig.minReplicas(1).timeout(Duration.ofSeconds(1)).node("n-2", hosts());
        Publisher publisher = rig.keep(new Publisher(writer, TestNode.NEWS));
        await().atMost(FAILOVER).until(() -> publisher.count() > 50);

        List<String> replicated = publisher.acknowledged();
        master.kill();
        await().atMost(FAILOVER).ignoreExceptionsInstanceOf(JedisConnectionException.class).until(() -> replica.ask(jedis -> jedis.info("replication")).contains("role:master"));
        master.start(); // the sentinels make it a replica
        int before = publisher.count();
        await().atMost(FAILOVER).until(() -> publisher.count() > before + 50);
        List<String> acknowledged = publisher.stop();
        await().atMost(FAILOVER).until(() -> reader.heardData().contains(acknowledged.getLast()));

        List<String> heard = reader.heardData();
        Set<String> epochs = reader.heard.stream().map(publication -> publication.epoch()).collect(Collectors.toSet());
        assertEquals("", Publisher.wrong(reader.heard));
        Set<String> doubled = Publisher.doubled(heard); // one that was heard of and not replicated is published again, under a new epoch
        assertTrue(epochs.size() > doubled.size() && replicated.stream().noneMatch(doubled::contains), doubled::toString);
        if (epochs.size() == 1) {
            reader.awaitConnected(true);
            reader.awaitNoneLost(acknowledged);
        } else { // it had heard of one that no replica has
            assertTrue(reader.tops.stream().anyMatch(top -> top.epoch().equals(reader.heard.getLast().epoch())), "lost without a word");
        }
    }

    @Test
    void aSentinelThatHangsAndOneThatIsGoneHoldNothingUp() throws IOException {
        start();
        sentinels.get(0).freeze();
        sentinels.get(1).kill();

        TestNode node = rig.node("n-1", hosts()).subscribed();

        assertEquals(1, node.publish("1").offset());
        node.awaitHeard("1");
    }

    @Test
    void aMasterNameThatNoSentinelKnowsIsSaid() throws IOException {
        start();
        sentinels.forEach(each -> each.ask(jedis -> jedis.sentinelRemove("mymaster")));

        TestNode node = rig.opening("n-1", hosts());

        await().atMost(FAILOVER).until(() -> rig.logged("no sentinel knows a master named mymaster").size() == 1);
        assertTrue(!node.client.isConnected());
    }
}
