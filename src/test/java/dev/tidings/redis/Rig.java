package dev.tidings.redis;

import static org.awaitility.Awaitility.await;

import dev.tidings.testing.RedisProcess;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a failure test needs: nodes as they are in production, what they log, and an end of everything that was started. One for each test. */
final class Rig implements BeforeEachCallback, AfterEachCallback {
    /** How long anything may take. */
    static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final List<AutoCloseable> kept = new ArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            log.add(entry instanceof org.jboss.logmanager.ExtLogRecord formatted ? new PatternFormatter("%s").format(formatted) : entry.getMessage());
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };
    private Vertx vertx;
    private String prefix;
    private RedisSettings.Mode mode;
    private RedisSettings.Login login;
    private Optional<RedisSettings.Tls> tls;
    private int minReplicas;
    private Duration timeout;
    private UnaryOperator<String> scripts;

    @Override
    public void beforeEach(ExtensionContext context) {
        vertx = Vertx.vertx();
        prefix = "rig" + PREFIXES.incrementAndGet();
        mode = RedisSettings.Mode.STANDALONE;
        login = RedisSettings.Login.NONE;
        tls = Optional.empty();
        minReplicas = 0;
        timeout = Duration.ofSeconds(2);
        scripts = UnaryOperator.identity();
        log.clear();
        Logger.getLogger("dev.tidings.redis").addHandler(handler);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Logger.getLogger("dev.tidings.redis").removeHandler(handler);
        for (AutoCloseable each : kept.reversed()) {
            each.close();
        }
        kept.clear();
        vertx.close();
    }

    /** It ends with the test. */
    <T extends AutoCloseable> T keep(T what) {
        kept.add(what);
        return what;
    }

    /** The newest Redis that there is; replicas are served at once. */
    RedisProcess redis(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--repl-diskless-sync-delay", "0"));
        return keep(Backend.newest(all.toArray(String[]::new)));
    }

    /** A replica of the Redis on that port that has all its data. */
    RedisProcess replicaOf(int port) {
        RedisProcess replica = redis("--replicaof", "127.0.0.1", Integer.toString(port));
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> replica.ask(jedis -> jedis.info("replication")).contains("master_link_status:up"));
        return replica;
    }

    Rig prefix(String itsPrefix) {
        prefix = itsPrefix;
        return this;
    }

    String prefix() {
        return prefix;
    }

    Rig mode(RedisSettings.Mode itsMode) {
        mode = itsMode;
        return this;
    }

    Rig login(String username, String password) {
        login = new RedisSettings.Login(Optional.ofNullable(username), Optional.of(password));
        return this;
    }

    Rig tls(RedisSettings.Tls itsTls) {
        tls = Optional.of(itsTls);
        return this;
    }

    Rig minReplicas(int replicas) {
        minReplicas = replicas;
        return this;
    }

    Rig timeout(Duration itsTimeout) {
        timeout = itsTimeout;
        return this;
    }

    /** The scripts are changed so. */
    Rig scripts(UnaryOperator<String> change) {
        scripts = change;
        return this;
    }

    /** A node that begins to connect. */
    TestNode opening(String name, String... hosts) {
        RedisSettings settings = new RedisSettings(mode, Arrays.asList(hosts), "mymaster", login, RedisSettings.Login.NONE, tls, prefix, minReplicas, timeout, 2);
        return keep(new TestNode(new RedisClient(vertx, settings, name, scripts), vertx));
    }

    /** A node that is connected. */
    TestNode node(String name, String... hosts) {
        TestNode node = opening(name, hosts);
        node.awaitConnected(true);
        return node;
    }

    /** A node that is connected. */
    TestNode node(String name, RedisProcess redis) {
        return node(name, redis.address());
    }

    /** Lines logged so far that contain the text. */
    List<String> logged(String text) {
        return log.stream().filter(line -> line.contains(text)).toList();
    }
}
