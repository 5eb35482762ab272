package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Nodes;
import dev.tidings.broker.Publish;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.testing.ManualClock;
import dev.tidings.testing.Publications;
import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rule that the documentation recommends for the hub's user at Redis: it is enough for everything that the hub does, and has nothing that it does not. */
class AclRuleTest {
    private static final Path PAGE = Path.of("docs", "operations.md");
    /** What a hub of tests does not do: there are no replicas to wait for. */
    private static final Set<String> FOR_REPLICAS = Set.of("wait");

    @RegisterExtension
    final Rig rig = new Rig();

    /** The words of the rule behind the user's name; with those for a cluster. */
    private static String[] rule(boolean forCluster) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int first = lines.indexOf(lines.stream().filter(line -> line.startsWith("ACL SETUSER tidings ")).findFirst().orElseThrow());
        String rule = lines.subList(first, lines.size()).stream().takeWhile(line -> !line.startsWith("```")).collect(Collectors.joining(" "));
        String more = lines.stream().filter(line -> line.startsWith("+spublish ")).findFirst().orElseThrow();
        return Arrays.stream((rule + (forCluster ? " " + more : "")).replace("ACL SETUSER tidings ", "").replace("PASSWORD", "pw").strip().split("\\s+"))
                .toArray(String[]::new);
    }

    private static Set<String> commands(String[] rule) {
        return Arrays.stream(rule).filter(word -> word.startsWith("+")).map(word -> word.substring(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void join(CompletionStage<?> stage) {
        stage.toCompletableFuture().join();
    }

    /** Everything that a hub does. */
    private void doEverything(String... hosts) {
        TestNode node = rig.prefix("tidings").login("tidings", "pw").node("n-1", hosts).subscribed();
        node.publish("1");
        node.publish("2", "key");
        node.publish("2", "key");
        node.awaitHeard("1", "2");
        node.history();
        join(node.broker.history(TestNode.NEWS, TestNode.RETAINED, new HistoryQuery(-1, 1, true)));
        join(node.broker.publish(new Publish(TestNode.NEWS, TestNode.RETAINED, Publications.version(1, "3"), Optional.empty(), Optional.of(new Position(node.top().epoch(), 2)),
                "", false)));
        join(node.broker.publish(new Publish(TestNode.NEWS, TestNode.RETAINED, Publications.of("4"), Optional.empty(), Optional.empty(), "", true)));
        for (int i = 0; i < 64; i++) {
            node.publish("looks for what is over its time");
        }
        ManualClock clock = new ManualClock();
        RedisPresence presence = new RedisPresence(node.client, clock, Duration.ofMinutes(1));
        ClientInfo ada = new ClientInfo("ada", "c1", new byte[0], new byte[0]);
        join(presence.enter(TestNode.NEWS, ada, "s1"));
        join(presence.refresh(TestNode.NEWS, ada, "s1"));
        join(presence.members(TestNode.NEWS));
        join(presence.stats(TestNode.NEWS));
        join(presence.leave(TestNode.NEWS, "c1", "s1"));
        clock.advance(Duration.ofMinutes(1));
        join(presence.expire());
        join(presence.claim("c1", "ada", "s1", Duration.ofMinutes(1)));
        join(presence.owner("c1"));
        join(presence.release("c1", "s1", Duration.ofMinutes(1)));
        join(node.broker.join(TestNode.NEWS, ada));
        RedisNodes nodes = new RedisNodes(node.client, "n-1");
        nodes.answer(_ -> CompletableFuture.completedStage(new byte[0]));
        join(nodes.report(new Nodes.Report("n-1", Nodes.State.READY, 1, 2, "1", 0)));
        join(nodes.ask(new byte[0]));
        join(nodes.leave("n-1"));
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void theRuleIsEnough(Backend backend) throws IOException {
        RedisProcess redis = rig.keep(backend == Backend.REDIS_6 ? RedisProcess.embedded() : RedisProcess.of(Backend.program(backend == Backend.REDIS ? "redis-server"
                : "valkey-server")));
        String[] rule = rule(false);
        redis.ask(jedis -> jedis.aclSetUser("tidings", rule));

        doEverything(redis.address());

        assertEquals(List.of(), redis.ask(jedis -> jedis.aclLog()).stream().map(Object::toString).toList());
        assertEquals(List.of(), rig.logged("NOPERM"));
    }

    @Test
    void theRuleIsEnoughForACluster() throws IOException {
        RedisCluster cluster = rig.keep(new RedisCluster(Backend.program("redis-server"), 3, false));
        String[] rule = rule(true);
        cluster.masters().forEach(master -> master.ask(jedis -> jedis.aclSetUser("tidings", rule)));
        rig.mode(RedisSettings.Mode.CLUSTER);

        doEverything(cluster.masters().stream().map(RedisProcess::address).toArray(String[]::new));

        assertEquals(List.of(), rig.logged("NOPERM"));
    }

    @Test
    void theRuleHasNothingThatIsNotUsed() throws IOException {
        RedisProcess redis = rig.redis();
        String[] rule = rule(false);
        redis.ask(jedis -> jedis.aclSetUser("tidings", rule));
        TestNode old = rig.prefix("tidings").login("tidings", "pw").node("n-0", redis).subscribed();
        old.publish("so that its connection unsubscribes");
        redis.ask(jedis -> jedis.del("tidings:{news}:m")); // a stream without a meta is dropped
        doEverything(redis.address());
        old.publish("1", "another key");
        old.broker.unsubscribe(TestNode.NEWS);
        org.awaitility.Awaitility.await().atMost(Rig.PATIENCE).until(() -> old.broker.feedCount() == 0 && used(redis).contains("unsubscribe"));

        Set<String> unused = commands(rule);
        unused.removeAll(used(redis));
        unused.removeAll(FOR_REPLICAS);
        unused.remove("xtrim"); // what is over its time: an hour at least
        unused.remove("lpop"); // the same for idempotency keys
        assertTrue(unused.isEmpty(), unused::toString);
    }


    private static Set<String> used(RedisProcess redis) {
        return redis.ask(jedis -> jedis.info("commandstats")).lines().filter(line -> line.startsWith("cmdstat_"))
                .map(line -> line.substring("cmdstat_".length(), line.indexOf(':'))).collect(Collectors.toSet());
    }
}
