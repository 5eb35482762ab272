package dev.tidings.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {
    private static RedisSettings settings(RedisSettings.Mode mode, String prefix, String... hosts) {
        return new RedisSettings(mode, List.of(hosts), "mymaster", RedisSettings.Login.NONE, RedisSettings.Login.NONE, Optional.empty(), prefix, 0,
                Duration.ofSeconds(2), 2);
    }

    private static String refusal(org.junit.jupiter.api.function.Executable building) {
        return assertThrows(IllegalArgumentException.class, building).getMessage();
    }

    @ParameterizedTest
    @CsvSource({"redis, redis:6379", "redis:7000, redis:7000", "10.0.0.1:1, 10.0.0.1:1", "[::1]:7000, [::1]:7000", "[::1], [::1]:6379", "::1, [::1]:6379",
            "redis.example.com:65535, redis.example.com:65535"})
    void hostsAreReadWithAndWithoutAPort(String text, String endpoint) {
        assertEquals(endpoint, Endpoint.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":6379", "redis:", "redis:65536", "redis:99999", "redis:abc", "redis://redis:6379", "redis:-1", "a b", "redis:6379/0", "user@redis"})
    void hostsThatAreNoneAreRefusedByNameAndValue(String text) {
        String refusal = refusal(() -> settings(RedisSettings.Mode.CLUSTER, "tidings", text));

        assertTrue(refusal.contains("tidings.redis.hosts") && refusal.contains('"' + text + '"'), refusal);
    }

    @Test
    void aRedisThatStandsAloneHasOneHost() {
        String refusal = refusal(() -> settings(RedisSettings.Mode.STANDALONE, "tidings", "a", "b"));

        assertTrue(refusal.contains("tidings.redis.mode"), refusal);
        assertTrue(refusal(() -> settings(RedisSettings.Mode.CLUSTER, "tidings")).contains("tidings.redis.hosts is empty"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a{b", "a}b", "a\nb", "\u0000"})
    void prefixesThatWouldBreakKeysAreRefused(String prefix) {
        assertTrue(refusal(() -> settings(RedisSettings.Mode.STANDALONE, prefix, "redis")).contains("tidings.redis.key-prefix"));
    }

    @Test
    void aPrefixHas64CharactersAtMost() {
        settings(RedisSettings.Mode.STANDALONE, "p".repeat(64), "redis");

        assertTrue(refusal(() -> settings(RedisSettings.Mode.STANDALONE, "p".repeat(65), "redis")).contains("64"));
    }

    @Test
    void aUserWithoutAPasswordAndHalfACertificateAreRefused() {
        assertTrue(refusal(() -> new RedisSettings.Login(Optional.of("tidings"), Optional.empty())).contains("password"));
        assertTrue(refusal(() -> new RedisSettings.Tls(Optional.empty(), Optional.of(Path.of("c")), Optional.empty(), true)).contains("tidings.redis.tls.key-file"));
    }

    @Test
    void noPasswordIsPrinted() {
        RedisSettings settings = new RedisSettings(RedisSettings.Mode.STANDALONE, List.of("redis"), "m", new RedisSettings.Login(Optional.of("ada"), Optional.of("s3cret")),
                RedisSettings.Login.NONE, Optional.empty(), "tidings", 0, Duration.ofSeconds(2), 2);

        assertFalse(settings.toString().contains("s3cret"), settings.toString());
    }
}
