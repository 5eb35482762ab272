package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** Redis is there and in no state to do what it is asked, or does not want to. */
class RedisRefusalsTest {
    @RegisterExtension
    final Rig rig = new Rig();

    private static void eventually(Runnable assertion) {
        await().atMost(Rig.PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(assertion::run);
    }

    private RedisProcess redis(Backend backend, String... arguments) {
        return rig.keep(backend == Backend.REDIS_6 ? RedisProcess.embedded(arguments) : RedisProcess.of(Backend.program(backend == Backend.REDIS ? "redis-server"
                : "valkey-server"), arguments));
    }

    private static void assertRefused(RefusedException refusal, String word) {
        assertEquals(Refusal.INTERNAL, refusal.refusal());
        assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aRedisThatIsFullRefusesPublicationsAndStillServesHistory(Backend backend) {
        RedisProcess redis = redis(backend, "--maxmemory-policy", "noeviction");
        TestNode node = rig.node("n-1", redis).subscribed();
        Position first = node.publish("1");

        redis.ask(jedis -> jedis.configSet("maxmemory", "1"));
        assertRefused(node.refusal("2"), "OOM, Redis has reached its maxmemory");
        List<String> whileFull = node.history();
        redis.ask(jedis -> jedis.configSet("maxmemory", "0"));

        assertEquals(List.of("1"), whileFull);
        assertEquals(new Position(first.epoch(), 2), node.publish("3"));
        node.awaitHeard("1", "3");
        assertTrue(node.client.isConnected());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aReplicaIsNotTakenForARedis(Backend backend) {
        RedisProcess master = redis(backend);
        RedisProcess replica = redis(backend, "--replicaof", "127.0.0.1", Integer.toString(master.port()));

        TestNode node = rig.opening("n-1", replica.address());

        eventually(() -> assertEquals(1, rig.logged("Redis is not there yet").size()));
        assertTrue(rig.logged("READONLY, it is a replica").size() == 1, () -> rig.logged("").toString());
        assertRefused(node.refusal("1"), "the store is away");
        replica.ask(Jedis::slaveofNoOne);
        node.awaitConnected(true);
        assertEquals(1, node.publish("1").offset());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aMasterThatBecomesAReplicaUnderneathIsNoticedByTheFirstWrite(Backend backend) {
        RedisProcess other = redis(backend);
        RedisProcess redis = redis(backend);
        TestNode node = rig.node("n-1", redis);
        node.publish("1");

        redis.ask(jedis -> jedis.slaveof("127.0.0.1", other.port()));
        eventually(() -> assertEquals(Refusal.INTERNAL, TestNode.refusal(node.publishing("2")).refusal()));
        node.awaitConnected(false);
        redis.ask(Jedis::slaveofNoOne);

        node.awaitConnected(true);
        assertEquals(1, rig.logged("Redis is away").size(), () -> rig.logged("").toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aPasswordThatIsMissingOrWrongIsSaidAndNotSpelledOut(Backend backend) {
        RedisProcess redis = redis(backend, "--requirepass", "s3cret");
        TestNode without = rig.opening("n-1", redis.address());
        eventually(() -> assertEquals(1, rig.logged("NOAUTH, it wants a password").size()));
        TestNode wrong = rig.login(null, "wr0ng").opening("n-2", redis.address());
        eventually(() -> assertEquals(1, rig.logged("WRONGPASS, user name or password are wrong").size()));

        TestNode right = rig.login(null, "s3cret").node("n-3", redis);
        Position first = right.publish("1");

        assertEquals(1, first.offset());
        assertRefused(without.refusal("2"), "the store is away");
        assertRefused(wrong.refusal("2"), "the store is away");
        assertEquals(List.of(), rig.logged("s3cret"));
        assertEquals(List.of(), rig.logged("wr0ng"));
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aUserWhoMayNotPublishIsRefusedAndSaidSo(Backend backend) {
        RedisProcess redis = redis(backend);
        redis.ask(jedis -> jedis.aclSetUser("poor", "on", ">pw", "~*", "&*", "+@all", "-xadd"));
        TestNode node = rig.login("poor", "pw").node("n-1", redis);

        assertRefused(node.refusal("1"), "NOPERM, the user may not do what the hub does");
        redis.ask(jedis -> jedis.aclSetUser("poor", "+xadd"));
        assertEquals(1, node.publish("1").offset());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aUserOfAnotherPrefixReachesNothing(Backend backend) {
        RedisProcess redis = redis(backend);
        redis.ask(jedis -> jedis.aclSetUser("other", "on", ">pw", "~other:*", "resetchannels", "&other:*", "+@all"));

        rig.login("other", "pw").opening("n-1", redis.address());

        eventually(() -> assertTrue(rig.logged("NOPERM").size() >= 1, () -> rig.logged("").toString()));
        assertEquals(Set.of(), redis.ask(jedis -> jedis.keys("*")));
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aKeyOfOursThatIsSomethingElseIsNotOverwritten(Backend backend) {
        RedisProcess redis = redis(backend);
        TestNode node = rig.node("n-1", redis);
        String foreign = rig.prefix() + ":{news}:m";
        redis.ask(jedis -> jedis.set(foreign, "theirs"));

        assertRefused(node.refusal("1"), "WRONGTYPE, a key of ours is something else: another application writes under this key prefix");

        assertEquals("theirs", redis.ask(jedis -> jedis.get(foreign)));
        assertTrue(node.client.isConnected());
        assertEquals(1, node.publishing(new Channel("sport"), "1", "").join().position().orElseThrow().offset());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aScriptThatIsKilledIsSaidAndTheNextOneWorks(Backend backend) {
        RedisProcess redis = redis(backend, "--lua-time-limit", "50");
        TestNode node = rig.timeout(Duration.ofSeconds(30)).scripts(script -> script.contains("-- Publishes: ")
                ? "if ARGV[3] and string.find(ARGV[3], 'slow') then while true do end end\n" + script : script).node("n-1", redis);
        node.publish("1");

        CompletableFuture<?> slow = node.publishing("slow");
        await().atMost(Rig.PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> redis.ask(jedis -> {
            try {
                jedis.scriptKill();
                return true;
            } catch (redis.clients.jedis.exceptions.JedisDataException e) {
                return false; // nothing runs yet
            }
        }));

        assertRefused(TestNode.refusal(slow), "the script was killed");
        assertEquals(2, node.publish("2").offset());
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void scriptsThatAreGoneAreSentAgain(Backend backend) {
        RedisProcess redis = redis(backend);
        TestNode node = rig.node("n-1", redis).subscribed();
        node.publish("1");

        redis.ask(Jedis::scriptFlush);
        List<? extends CompletableFuture<?>> requests = IntStream.range(0, 50).mapToObj(i -> node.publishing("again")).toList();
        requests.forEach(CompletableFuture::join);

        assertEquals(51, node.publishing("1").join().position().orElseThrow().offset() - 1);
        eventually(() -> assertEquals(52, node.heard.size()));
    }

    @ParameterizedTest
    @EnumSource(names = {"REDIS_6", "REDIS", "VALKEY"})
    void aMasterWithTooFewReplicasToWriteSaysSo(Backend backend) {
        RedisProcess redis = redis(backend, "--min-replicas-to-write", "1");
        TestNode node = rig.node("n-1", redis);

        assertRefused(node.refusal("1"), "NOREPLICAS, Redis has too few replicas to write");
        redis.ask(jedis -> jedis.configSet("min-replicas-to-write", "0"));
        assertEquals(1, node.publish("1").offset());
    }

    @Test
    void aStreamWhoseMetaWasEvictedHasANewEpochAndSkipsNothing() {
        RedisProcess redis = rig.redis();
        TestNode node = rig.node("n-1", redis).subscribed();
        Position first = node.publish("1");
        node.publish("2");
        node.awaitHeard("1", "2");

        redis.ask(jedis -> jedis.del(rig.prefix() + ":{news}:m"));
        Position third = node.publish("3");

        assertNotEquals(first.epoch(), third.epoch());
        assertEquals(1, third.offset());
        assertEquals(List.of("3"), node.history());
        node.awaitHeard("1", "2", "3");
    }

    @Test
    void aStreamWhoseEntriesWereEvictedKeepsItsOffsetsAndShowsWhatIsMissing() {
        RedisProcess redis = rig.redis();
        TestNode node = rig.node("n-1", redis);
        Position first = node.publish("1");
        node.publish("2");

        redis.ask(jedis -> jedis.del(rig.prefix() + ":{news}:s"));
        Position third = node.publish("3");
        long oldest = node.broker.history(TestNode.NEWS, TestNode.RETAINED, dev.tidings.broker.HistoryQuery.TOP).toCompletableFuture().join().oldest();

        assertEquals(new Position(first.epoch(), 3), third);
        assertEquals(3, oldest);
    }

    @Test
    void aRedisThatEvictsUnderPressureNeverHandsOutAnOffsetTwice() {
        RedisProcess redis = rig.redis("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru", "--maxmemory-samples", "10");
        TestNode node = rig.node("n-1", redis);
        Set<Position> positions = new TreeSet<>(java.util.Comparator.comparing(Position::epoch).thenComparing(Position::offset));
        String filler = "x".repeat(4_000);

        List<CompletableFuture<dev.tidings.broker.Published>> published = IntStream.range(0, 3_000)
                .mapToObj(i -> node.publishing(new Channel("c" + i % 300), filler, "")).toList();
        published.forEach(each -> positions.add(each.join().position().orElseThrow()));

        assertEquals(3_000, positions.size(), "an epoch is of one channel");
        assertTrue(redis.ask(jedis -> jedis.info("stats")).lines().anyMatch(line -> line.matches("evicted_keys:[1-9].*")), "nothing was evicted");
    }

    @Test
    void twoApplicationsUnderTwoPrefixesShareNothing() {
        RedisProcess redis = rig.redis();
        TestNode ours = rig.prefix("ours").node("n-1", redis).subscribed();
        TestNode theirs = rig.prefix("theirs").node("n-1", redis).subscribed();

        ours.publish("ours 1", "key");
        theirs.publish("theirs 1", "key");
        ours.publish("ours 2");
        ours.awaitHeard("ours 1", "ours 2");
        theirs.awaitHeard("theirs 1");
        Set<String> keys = redis.ask(jedis -> jedis.keys("*"));
        List<String> channels = redis.ask(jedis -> jedis.pubsubChannels("*"));

        assertEquals(List.of("ours 1", "ours 2"), ours.history());
        assertEquals(List.of("theirs 1"), theirs.history());
        assertTrue(keys.stream().allMatch(key -> key.startsWith("ours:{") || key.startsWith("theirs:{")), keys::toString);
        assertTrue(channels.stream().allMatch(name -> name.startsWith("ours:{") || name.startsWith("theirs:{")), channels::toString);
        assertEquals(keys.stream().filter(key -> key.startsWith("ours")).count(), keys.stream().filter(key -> key.startsWith("theirs")).count());
        assertEquals(4, channels.size(), "a heartbeat and a channel each");
    }
}
