package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.params.MigrateParams;

/** A cluster whose masters fail and whose slots move. */
class RedisClusterTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int SLOT = Keys.slot("news");

    @RegisterExtension
    final Rig rig = new Rig();

    private RedisCluster cluster(boolean replicated) {
        rig.mode(RedisSettings.Mode.CLUSTER);
        return rig.keep(new RedisCluster(Backend.program("redis-server"), 3, replicated));
    }

    private static String[] hosts(RedisCluster cluster) {
        return cluster.masters().stream().map(RedisProcess::address).toArray(String[]::new);
    }

    /** Moves the slot of {@code news}, one key after the other, while it is published to. */
    private static void move(RedisCluster cluster, RedisProcess from, RedisProcess to, Publisher publisher) {
        to.ask(jedis -> jedis.clusterSetSlotImporting(SLOT, RedisCluster.id(from)));
        from.ask(jedis -> jedis.clusterSetSlotMigrating(SLOT, RedisCluster.id(to)));
        for (List<String> keys = keys(from); !keys.isEmpty(); keys = keys(from)) {
            String key = keys.getFirst();
            from.ask(jedis -> jedis.migrate("127.0.0.1", to.port(), 0, 5_000, new MigrateParams(), key));
        }
        int during = publisher.count();
        await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> publisher.count() > during + 10); // through ASK
        to.ask(jedis -> jedis.clusterSetSlotNode(SLOT, RedisCluster.id(to)));
        cluster.masters().forEach(each -> each.ask(jedis -> jedis.clusterSetSlotNode(SLOT, RedisCluster.id(to))));
    }

    private static List<String> keys(RedisProcess process) {
        return process.ask(jedis -> jedis.clusterGetKeysInSlot(SLOT, 10));
    }

    private void assertMovesUnderLoad(RedisCluster cluster, RedisProcess to) {
        RedisProcess from = cluster.owner(SLOT);
        TestNode reader = rig.node("n-1", hosts(cluster)).subscribed();
        TestNode writer = rig.node("n-2", hosts(cluster));
        Publisher publisher = rig.keep(new Publisher(writer, TestNode.NEWS));
        await().atMost(LONG).until(() -> publisher.count() > 30);

        move(cluster, from, to, publisher);
        int moved = publisher.count();
        await().atMost(LONG).until(() -> publisher.count() > moved + 30);
        List<String> acknowledged = publisher.stop();

        assertEquals(List.of(), publisher.refusals(), "publishers notice nothing");
        assertEquals(acknowledged, writer.history());
        reader.awaitNoneLost(acknowledged);
        await().atMost(LONG).until(() -> subscribed(to) && !subscribed(from));
    }

    private boolean subscribed(RedisProcess process) {
        return process.ask(jedis -> {
            List<?> names = (List<?>) jedis.sendCommand(redis.clients.jedis.Protocol.Command.PUBSUB, "SHARDCHANNELS", rig.prefix() + ":{news}:c");
            return !names.isEmpty();
        });
    }

    @Test
    void aSlotMovesUnderLoadAndNobodyNotices() {
        RedisCluster cluster = cluster(false);
        RedisProcess to = cluster.masters().stream().filter(each -> each != cluster.owner(SLOT)).findFirst().orElseThrow();

        assertMovesUnderLoad(cluster, to);
    }

    @Test
    void aSlotMovesToAMasterThatHadNoneAndWasNotKnown() {
        RedisCluster cluster = cluster(false);

        assertMovesUnderLoad(cluster, cluster.join());
    }

    @Test
    void aMasterFailsUnderLoadAndNothingIsLostInSilence() {
        RedisCluster cluster = cluster(true);
        RedisProcess dies = cluster.owner(SLOT);
        RedisProcess heir = cluster.replicas().get(cluster.masters().indexOf(dies));
        TestNode reader = rig.node("n-1", hosts(cluster)).subscribed();
        TestNode writer = rig.node("n-2", hosts(cluster));
        Channel elsewhere = IntStream.range(0, 1_000).mapToObj(i -> new Channel("c" + i)).filter(channel -> cluster.owner(Keys.slot(channel.name())) != dies).findFirst()
                .orElseThrow();
        Publisher publisher = rig.keep(new Publisher(writer, TestNode.NEWS));
        Publisher undisturbed = rig.keep(new Publisher(writer, elsewhere));
        await().atMost(LONG).until(() -> publisher.count() > 50);

        dies.kill();
        await().atMost(LONG).ignoreExceptionsInstanceOf(JedisConnectionException.class).until(() -> heir.ask(jedis -> jedis.info("replication")).contains("role:master"));
        int before = publisher.count();
        await().atMost(LONG).until(() -> publisher.count() > before + 50);
        List<String> acknowledged = publisher.stop();
        undisturbed.stop();
        await().atMost(LONG).until(() -> reader.heardData().contains(acknowledged.getLast()));
        reader.awaitConnected(true);

        Set<String> epochs = reader.heard.stream().map(publication -> publication.epoch()).collect(Collectors.toSet());
        List<String> missing = new ArrayList<>(acknowledged);
        missing.removeAll(reader.heardData());
        missing.removeAll(reader.history());
        assertEquals("", Publisher.wrong(reader.heard));
        assertTrue(missing.isEmpty() || epochs.size() == 2 && reader.tops.stream().anyMatch(top -> top.epoch().equals(reader.heard.getLast().epoch())),
                () -> "lost without a word: " + missing);
        assertTrue(rig.logged("Redis is away").size() <= 2, "once for each node: " + rig.logged(""));
    }

    @Test
    void everyMasterOfTheClusterTellsAndNoChannelIsHeardTwice() {
        RedisCluster cluster = cluster(false);
        TestNode reader = rig.node("n-1", cluster.masters().getFirst().address());
        TestNode writer = rig.node("n-2", cluster.masters().getLast().address());
        List<Channel> channels = IntStream.range(0, 300).mapToObj(i -> new Channel("c" + i)).toList();
        channels.forEach(reader::subscribed);

        channels.forEach(channel -> writer.publishing(channel, channel.name(), "").join());

        await().atMost(LONG).until(() -> reader.heard.size() >= 300);
        assertEquals(channels.stream().map(Channel::name).sorted().toList(), reader.heardData().stream().sorted().toList());
    }
}
