package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.app.HubStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the hub is told. */
class ConfigurationTest {
    private static final String DOCUMENTED = Chart.read(Path.of("docs", "configuration.md"));

    @TempDir
    private Path folder;

    static Stream<Path> files() {
        return Stream.concat(Chart.files("ci").stream(), Chart.files("examples").stream());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everySettingIsOneOfTheHubs(Path file) {
        List<String> unknown = Chart.withFile(file).render().settings().stringPropertyNames().stream().filter(key -> key.startsWith("tidings."))
                .map(key -> key.replaceAll("\"[^\"]+\"", "\"<name>\"")).filter(key -> !DOCUMENTED.contains("`" + key + "`")).sorted().toList();

        assertEquals(List.of(), unknown);
    }

    /** What the hub says of what is rendered, in a pod where everything that is mounted is there, and Secrets hold what they should. */
    private void start(Manifests manifests) throws IOException {
        Map<String, String> file = new HashMap<>();
        for (String key : manifests.settings().stringPropertyNames()) {
            if (key.startsWith("tidings.")) {
                file.put(key, manifests.settings().getProperty(key).replace("/etc/tidings/", folder + "/"));
            }
        }
        for (String mounted : String.join(",", file.values()).split(",")) {
            if (mounted.startsWith(folder.toString())) {
                Files.createDirectories(Path.of(mounted).getParent());
                Files.writeString(Path.of(mounted), "");
            }
        }
        Map<String, String> variables = new HashMap<>();
        manifests.container().at("/env").forEach(variable -> {
            if (variable.at("/valueFrom").has("secretKeyRef")) {
                variables.put(variable.at("/name").asText(), "a-text-of-a-secret-that-is-long-enough");
            }
        });
        HubStart.check(file, variables);
    }

    @ParameterizedTest
    @MethodSource("files")
    void theHubStartsWithIt(Path file) throws IOException {
        start(Chart.withFile(file).render());
    }

    /** Values at the bounds of the schema, which are the hub's. */
    @ParameterizedTest
    @ValueSource(strings = {
        "rebalance: {minAgeSeconds: 1, ratePerSecond: 10000, tolerancePercent: 100}",
        "rebalance: {ratePerSecond: 1, tolerancePercent: 1}",
        "redis: {minReplicas: 100, keyPrefix: p}",
        "redis: {keyPrefix: pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp}",
        "connections: {maxPerPod: 1000000, handshakesPerSecond: 1000000, maxAgeSeconds: 60}",
        "namespaces: {chat: {historySize: 1000000, historyTtl: 30d, recovery: cache}, room: {historySize: 0, historyTtl: 9d, metaTtl: 1ms, presence: true, joinLeave: true}}"})
    void theHubStartsAtTheBounds(String values) throws IOException {
        start(Chart.with(values).render());
    }

    @Test
    void theHubSaysWhatItWouldNotStartWith() {
        Manifests manifests = Chart.with("config: {tidings.limits.channels: 0}").render();

        assertTrue(assertThrows(IllegalArgumentException.class, () -> start(manifests)).getMessage().contains("tidings.limits.channels is 0"));
        assertThrows(RuntimeException.class, () -> start(Chart.with("config: {tidings.limit.channels: 1}").render()), "there is no such setting");
    }

    @Test
    void theDefaultsOfTheChartAreThoseOfTheHub() {
        Properties settings = Chart.with().render().settings();

        for (String key : List.of("tidings.connections.max", "tidings.connections.handshakes-per-second", "tidings.drain.window", "tidings.rebalance.tolerance-percent",
                "tidings.rebalance.rate-per-second", "tidings.rebalance.min-age", "tidings.rebalance.settle", "tidings.rebalance.enabled", "tidings.redis.min-replicas", "tidings.auth.anonymous")) {
            assertTrue(DOCUMENTED.lines().anyMatch(line -> line.startsWith("| `" + key + "`") && line.contains("| `" + settings.getProperty(key) + "` |")),
                    () -> key + "=" + settings.getProperty(key));
        }
    }

    @Test
    void theFileStandsBelowVariablesAndAboveWhatIsBuiltIn() {
        Manifests manifests = Chart.with().render();

        assertEquals("275", manifests.settings().getProperty("config_ordinal"));
        assertEquals("/etc/tidings/config/application.properties", manifests.env("SMALLRYE_CONFIG_LOCATIONS").at("/value").asText());
        assertTrue(manifests.container().at("/volumeMounts").toString().contains("{\"name\":\"config\",\"mountPath\":\"/etc/tidings/config\",\"readOnly\":true}"));
    }

    @Test
    void namespacesHaveTheHubsOptions() {
        Properties settings = Chart.with("namespaces: {chat: {historySize: 500, historyTtl: 1h, recovery: stream, presenceRead: anyone}, my-room: {presence: true}}").render().settings();

        assertEquals("500", settings.getProperty("tidings.namespaces.\"chat\".history-size"));
        assertEquals("1h", settings.getProperty("tidings.namespaces.\"chat\".history-ttl"));
        assertEquals("anyone", settings.getProperty("tidings.namespaces.\"chat\".presence-read"));
        assertEquals("true", settings.getProperty("tidings.namespaces.\"my-room\".presence"));
    }

    @Test
    void aTextIsWhatItWasAfterJavaAndTheHubHaveReadIt() {
        Properties settings = Chart.with("privatePrefix: '$'",
                "config: {quarkus.log.console.format: '%d{HH:mm:ss} C:\\temp ${HOME}'}").render().settings();

        assertEquals("$", settings.getProperty("tidings.private-prefix"));
        assertEquals("%d{HH:mm:ss} C:\\temp \\${HOME}", settings.getProperty("quarkus.log.console.format"));
    }

    @Test
    void listsAreSeparatedByCommas() {
        assertEquals("https://a.example,https://b.example", Chart.with("origins: ['https://a.example', 'https://b.example']").render().settings().getProperty("tidings.origins"));
    }

    @Test
    void withoutRedisNothingOfItIsSaid() {
        Properties settings = Chart.with("{replicaCount: 1, redis: {hosts: []}}").render().settings();

        assertTrue(settings.stringPropertyNames().stream().noneMatch(key -> key.startsWith("tidings.redis") || key.startsWith("tidings.rebalance")));
    }

    @Test
    void sentinelsAreToldTheMastersName() {
        Properties settings = Chart.with("redis: {mode: sentinel, masterName: main, hosts: ['a:26379', 'b:26379']}").render().settings();

        assertEquals("sentinel", settings.getProperty("tidings.redis.mode"));
        assertEquals("main", settings.getProperty("tidings.redis.master-name"));
        assertEquals("a:26379,b:26379", settings.getProperty("tidings.redis.hosts"));
    }

    @Test
    void theAuthorityOfRedisIsMounted() {
        Manifests manifests = Chart.with("redis: {tls: {enabled: true, caSecret: redis-ca, caKey: ca.pem}}").render();

        assertEquals("/etc/tidings/redis-ca/ca.pem", manifests.settings().getProperty("tidings.redis.tls.ca-file"));
        assertTrue(manifests.container().at("/volumeMounts").toString().contains("/etc/tidings/redis-ca"));
        assertTrue(manifests.pod().at("/spec/volumes").toString().contains("\"secretName\":\"redis-ca\""));
    }

    @Test
    void theHubsOwnCertificateForRedisIsMounted() {
        Manifests manifests = Chart.with("redis: {tls: {enabled: true, certSecret: mine}}").render();

        assertEquals("/etc/tidings/redis-certificate/tls.crt", manifests.settings().getProperty("tidings.redis.tls.cert-file"));
        assertEquals("/etc/tidings/redis-certificate/tls.key", manifests.settings().getProperty("tidings.redis.tls.key-file"));
        assertTrue(manifests.container().at("/volumeMounts").toString().contains("/etc/tidings/redis-certificate"));
        assertTrue(manifests.pod().at("/spec/volumes").toString().contains("\"secretName\":\"mine\""));
    }

    @Test
    void publicKeysAreMounted() {
        Manifests manifests = Chart.with("auth: {existingSecret: '', publicKeys: {existingConfigMap: issuer, files: [a.pem, b.json]}}").render();

        assertEquals("/etc/tidings/public-keys/a.pem,/etc/tidings/public-keys/b.json", manifests.settings().getProperty("tidings.auth.public-keys"));
        assertTrue(manifests.container().at("/volumeMounts").toString().contains("{\"name\":\"public-keys\",\"mountPath\":\"/etc/tidings/public-keys\",\"readOnly\":true}"));
    }

    @Test
    void credentialsComeFromSecretsAlone() {
        Manifests manifests = Chart.with("{auth: {hmacSecretKey: token, apiKeysKey: keys}, redis: {existingSecret: redis, usernameKey: user, sentinelUsernameKey: su, sentinelPasswordKey: sp}}").render();

        secret(manifests, "TIDINGS_AUTH_HMAC_SECRET", "keys", "token");
        secret(manifests, "TIDINGS_API_KEYS", "keys", "keys");
        secret(manifests, "TIDINGS_REDIS_USERNAME", "redis", "user");
        secret(manifests, "TIDINGS_REDIS_PASSWORD", "redis", "password");
        secret(manifests, "TIDINGS_REDIS_SENTINEL_USERNAME", "redis", "su");
        secret(manifests, "TIDINGS_REDIS_SENTINEL_PASSWORD", "redis", "sp");
        assertFalse(manifests.has("Secret"));
    }

    @Test
    void aKeyThatIsEmptyIsNotAskedFor() {
        Manifests manifests = Chart.with("{auth: {apiKeysKey: ''}, redis: {existingSecret: redis, passwordKey: ''}}").render();

        assertTrue(manifests.env("TIDINGS_API_KEYS").isMissingNode());
        assertTrue(manifests.env("TIDINGS_REDIS_PASSWORD").isMissingNode());
        assertTrue(manifests.env("TIDINGS_REDIS_USERNAME").isMissingNode());
    }

    @Test
    void furtherIssuersHaveTheirSecretInAVariableOfTheirOwn() {
        Manifests manifests = Chart.with("auth: {existingSecret: '', issuers: {back.office: {issuer: back, hmacSecret: {secret: other, key: token}}}}").render();

        secret(manifests, "TIDINGS_AUTH_ISSUERS__BACK_OFFICE__HMAC_SECRET", "other", "token");
        assertEquals("back", manifests.settings().getProperty("tidings.auth.issuers.\"back.office\".issuer"));
    }

    @Test
    void keysOfALaptopAreInASecretAndInNoOtherObject() {
        String secret = "a-secret-of-a-laptop-0123456789abcdef";
        Manifests manifests = Chart.bare().and("{replicaCount: 1, auth: {dev: {hmacSecret: " + secret + ", apiKeys: a-key-of-a-laptop}}}").render();

        assertEquals(secret, manifests.at("Secret", "/stringData/hmac-secret").asText());
        secret(manifests, "TIDINGS_AUTH_HMAC_SECRET", "live-tidings-dev", "hmac-secret");
        manifests.documents().stream().filter(object -> !object.at("/kind").asText().equals("Secret")).forEach(object -> {
            assertFalse(object.toString().contains(secret), object.toString());
            assertFalse(object.toString().contains("a-key-of-a-laptop"), object.toString());
        });
    }

    @Test
    void variablesAreAMapThatSeveralFilesFill() {
        Manifests manifests = Chart.with("extraEnv: {A: one, FLAG: false}", "extraEnv: {B: {valueFrom: {fieldRef: {fieldPath: metadata.name}}}}").render();

        assertEquals("one", manifests.env("A").at("/value").asText());
        assertEquals("\"false\"", manifests.env("FLAG").at("/value").toString());
        assertEquals("metadata.name", manifests.env("B").at("/valueFrom/fieldRef/fieldPath").asText());
    }

    @Test
    void aVariableIsNotEscapedAsALineOfAFileIs() {
        Manifests manifests = Chart.with("extraEnv: {PATTERN: '\\d+ ${HOME}', LINES: \"a\\nb\", RATIO: 0.25, LARGE: 12345678}").render();

        assertEquals("\\d+ ${HOME}", manifests.env("PATTERN").at("/value").asText());
        assertEquals("a\nb", manifests.env("LINES").at("/value").asText());
        assertEquals("\"0.25\"", manifests.env("RATIO").at("/value").toString());
        assertEquals("\"12345678\"", manifests.env("LARGE").at("/value").toString());
    }

    private static void secret(Manifests manifests, String variable, String name, String key) {
        JsonNode env = manifests.env(variable);

        assertEquals("{\"name\":\"" + name + "\",\"key\":\"" + key + "\"}", env.at("/valueFrom/secretKeyRef").toString(), variable);
        assertFalse(env.has("value"), variable);
    }
}
