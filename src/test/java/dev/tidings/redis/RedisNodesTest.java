package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.broker.Nodes;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisNodesTest {
    @RegisterExtension
    final Rig rig = new Rig();

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Nodes.Report report(String node, long connections) {
        return new Nodes.Report(node, Nodes.State.READY, connections, 100, "1.0", 0);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Function<byte[], CompletionStage<byte[]>> saying(String name) {
        return question -> CompletableFuture.completedStage(bytes(name + " heard " + new String(question, StandardCharsets.UTF_8)));
    }

    private RedisNodes nodes(RedisProcess redis, String name, Function<byte[], CompletionStage<byte[]>> respondent) {
        return nodes(rig.node(name, redis), name, respondent);
    }

    private RedisNodes nodes(TestNode node, String name, Function<byte[], CompletionStage<byte[]>> respondent) {
        RedisNodes nodes = new RedisNodes(node.client, name);
        nodes.answer(respondent);
        String own = rig.prefix() + ":{nodes}:node:" + name;
        await().atMost(Rig.PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> join(node.client.publish("nodes", own, bytes("0:x\n"))) == 1);
        return nodes;
    }

    private static List<String> texts(List<byte[]> answers) {
        return answers.stream().map(answer -> new String(answer, StandardCharsets.UTF_8)).sorted().toList();
    }

    @Test
    void reportsAreSeenByAllInTheOrderOfTheirNames() {
        RedisProcess redis = rig.redis();
        RedisNodes b = new RedisNodes(rig.node("b", redis).client, "b");
        RedisNodes a = new RedisNodes(rig.node("a", redis).client, "a");

        join(b.report(report("b", 7)));
        List<Nodes.Report> seen = join(a.report(new Nodes.Report("a", Nodes.State.DRAINING, 3, 50, "2.0\nx", 0)));

        assertEquals(List.of("a", "b"), seen.stream().map(Nodes.Report::node).toList());
        Nodes.Report own = seen.getFirst();
        assertEquals("DRAINING 3 50 2.0\nx", own.state() + " " + own.connections() + ' ' + own.limit() + ' ' + own.version());
        assertTrue(Math.abs(own.time() - System.currentTimeMillis()) < 60_000, "by Redis' clock");
        assertEquals(7, seen.getLast().connections());
    }

    @Test
    void whoLeavesIsGoneAtOnceAndWhoIsSilentAfterItsTime() {
        RedisProcess redis = rig.redis();
        AtomicInteger ahead = new AtomicInteger();
        TestNode node = rig.node("a", redis);
        TestNode later = rig.scripts(script -> script.replace("local clock = redis.call('TIME')", "local clock = redis.call('TIME')\nclock[1] = clock[1] + "
                + ahead.get())).node("b", redis);
        ahead.set(16);
        TestNode muchLater = rig.node("c", redis);
        RedisNodes a = new RedisNodes(node.client, "a");
        RedisNodes b = new RedisNodes(later.client, "b");

        join(a.report(report("a", 1)));
        assertEquals(2, join(b.report(report("b", 1))).size());
        join(a.leave("a"));
        assertEquals(1, join(b.report(report("b", 1))).size());
        join(a.report(report("a", 1)));
        List<Nodes.Report> seen = join(new RedisNodes(muchLater.client, "c").report(report("c", 1)));

        assertEquals(List.of("c"), seen.stream().map(Nodes.Report::node).toList());
        assertEquals(List.of("c"), List.copyOf(redis.ask(jedis -> jedis.hkeys(rig.prefix() + ":{nodes}:reports"))));
        assertTrue(redis.ask(jedis -> jedis.pttl(rig.prefix() + ":{nodes}:reports")) > 0, "nothing stays when all are gone");
    }

    @Test
    void aReportInWordsOfAnotherVersionIsPassedOver() {
        RedisProcess redis = rig.redis();
        RedisNodes a = new RedisNodes(rig.node("a", redis).client, "a");
        redis.ask(jedis -> jedis.hset(rig.prefix() + ":{nodes}:reports", "z", System.currentTimeMillis() + "\nready\n1"));

        assertEquals(List.of("a"), join(a.report(report("a", 1))).stream().map(Nodes.Report::node).toList());
    }

    @Test
    void allOthersAnswerAndTheOneWhoAsksDoesNot() {
        RedisProcess redis = rig.redis();
        RedisNodes a = nodes(redis, "a", saying("a"));
        nodes(redis, "b", saying("b"));
        nodes(redis, "c", saying("c"));

        assertEquals(List.of("b heard hello", "c heard hello"), texts(join(a.ask(bytes("hello")))));
    }

    @Test
    void aloneNobodyAnswersAndNobodyIsWaitedFor() {
        RedisNodes a = nodes(rig.redis(), "a", saying("a"));
        long from = System.nanoTime();

        List<byte[]> answers = join(a.ask(bytes("hello")));

        assertEquals(List.of(), answers);
        assertTrue(Duration.ofNanos(System.nanoTime() - from).toMillis() < RedisNodes.ANSWER_MILLIS);
    }

    @Test
    void whoFailsOrThrowsIsNotWaitedFor() {
        RedisProcess redis = rig.redis();
        RedisNodes a = nodes(redis, "a", saying("a"));
        nodes(redis, "b", _ -> CompletableFuture.failedStage(new IllegalStateException("not now")));
        nodes(redis, "c", _ -> {
            throw new IllegalStateException("never");
        });
        nodes(redis, "d", saying("d"));
        long from = System.nanoTime();

        List<String> answers = texts(join(a.ask(bytes("hello"))));

        assertEquals(List.of("d heard hello"), answers);
        assertTrue(Duration.ofNanos(System.nanoTime() - from).toMillis() < RedisNodes.ANSWER_MILLIS);
    }

    @Test
    void whoNeverAnswersIsWaitedForNoLongerThanTheTime() {
        RedisProcess redis = rig.redis();
        RedisNodes a = nodes(redis, "a", saying("a"));
        nodes(redis, "b", _ -> new CompletableFuture<>());
        nodes(redis, "c", saying("c"));

        assertEquals(List.of("c heard hello"), texts(join(a.ask(bytes("hello")))));
    }

    @Test
    void nodesWithNamesOfOtherThingsAnswerAllTheSame() {
        RedisProcess redis = rig.redis();
        RedisNodes all = nodes(redis, "all", saying("all"));
        nodes(redis, "c", saying("c"));
        TestNode channel = rig.node("reports", redis);
        channel.subscribed(new dev.tidings.channel.Channel("nodes"));
        nodes(channel, "reports", saying("reports"));

        assertEquals(List.of("c heard hello", "reports heard hello"), texts(join(all.ask(bytes("hello")))));
        assertEquals(List.of(), rig.logged("can't be read"), "nothing comes to the channel that is called nodes");
    }

    @Test
    void whatSomebodyElsePublishesThereIsPassedOverAndSaidOnce() {
        RedisProcess redis = rig.redis();
        TestNode node = rig.node("a", redis);
        RedisNodes a = nodes(node, "a", saying("a"));
        nodes(redis, "b", saying("b"));
        for (String garbage : List.of("", "x", "\n", "x:y\n", ":\n", "99999999999999999999:a\n")) {
            join(node.client.publish("nodes", rig.prefix() + ":{nodes}:node:a", bytes(garbage)));
        }

        assertEquals(List.of("b heard hello"), texts(join(a.ask(bytes("hello")))));
        assertEquals(1, rig.logged("can't be read").size());
    }

    @Test
    void withoutRedisAskingAndReportingFail() {
        RedisProcess redis = rig.redis();
        TestNode node = rig.node("a", redis);
        RedisNodes a = nodes(node, "a", saying("a"));
        redis.kill();
        node.awaitConnected(false);

        assertInstanceOf(RefusedException.class, assertThrows(CompletionException.class, () -> join(a.ask(bytes("hello")))).getCause());
        assertInstanceOf(RefusedException.class, assertThrows(CompletionException.class, () -> join(a.report(report("a", 1)))).getCause());
    }
}
