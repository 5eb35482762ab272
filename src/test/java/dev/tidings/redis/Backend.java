package dev.tidings.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.RedisCluster;
import dev.tidings.testing.RedisProcess;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What contracts are held against. Each is started once for all tests, which have a key prefix each, and ends with the tests. */
enum Backend {
    /** The Redis 6.2 that comes with the build. */
    REDIS_6,
    /** The {@code redis-server} on the PATH. */
    REDIS,
    /** The {@code valkey-server} on the PATH. */
    VALKEY,
    /** A cluster of three masters of the {@code redis-server} on the PATH. */
    CLUSTER,
    /** A cluster of three masters of the {@code valkey-server} on the PATH. */
    VALKEY_CLUSTER;

    private static final Map<Backend, List<RedisProcess>> STARTED = new EnumMap<>(Backend.class);

    /** The program on the PATH, or the test is skipped and says why. */
    static Path program(String name) {
        Optional<Path> found = RedisProcess.onPath(name);
        assumeTrue(found.isPresent(), () -> "skipped: no " + name + " on the PATH");
        return found.get();
    }

    /** A Redis of the newest version that there is: sharded publish and subscribe need 7. */
    static RedisProcess newest(String... arguments) {
        return RedisProcess.onPath("redis-server").map(program -> RedisProcess.of(program, arguments)).orElseGet(() -> RedisProcess.embedded(arguments));
    }

    private Supplier<List<RedisProcess>> start() {
        return switch (this) {
            case REDIS_6 -> () -> List.of(RedisProcess.embedded());
            case REDIS -> of(program("redis-server"));
            case VALKEY -> of(program("valkey-server"));
            case CLUSTER -> cluster(program("redis-server"));
            case VALKEY_CLUSTER -> cluster(program("valkey-server"));
        };
    }

    private static Supplier<List<RedisProcess>> of(Path program) {
        return () -> List.of(RedisProcess.of(program));
    }

    private static Supplier<List<RedisProcess>> cluster(Path program) {
        return () -> new RedisCluster(program, 3, false).masters();
    }

    /** A Redis that knows these tags. */
    RedisFixture fixture(String... tags) {
        Supplier<List<RedisProcess>> start = start();
        List<RedisProcess> processes;
        synchronized (STARTED) {
            processes = STARTED.computeIfAbsent(this, _ -> start.get());
        }
        RedisSettings.Mode mode = processes.size() > 1 ? RedisSettings.Mode.CLUSTER : RedisSettings.Mode.STANDALONE;
        return new RedisFixture(mode, processes, java.util.Set.of(tags));
    }
}
