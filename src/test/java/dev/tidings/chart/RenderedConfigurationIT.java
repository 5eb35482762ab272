package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubProcess;
import dev.tidings.testing.Jwt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged hub reads the file that the chart renders. */
class RenderedConfigurationIT {
    private static final String ALONE = "{replicaCount: 1, redis: {hosts: []}}";

    @TempDir
    private Path folder;

    /** The settings of a process that reads what is rendered; what comes from Secrets is given beside it, as in a pod. */
    private Map<String, String> settings(String... values) {
        Path file = folder.resolve("application.properties");
        try {
            Files.writeString(file, Chart.with(values).and(ALONE).render().all("ConfigMap").getFirst().at("/data").get("application.properties").asText());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return Map.of("smallrye.config.locations", file.toUri().toString(), "tidings.auth.hmac-secret", Jwt.SECRET, "tidings.api.keys", "key-of-chart",
                "tidings.auth.issuers.\"back.office\".hmac-secret", "a-secret-of-the-back-office-0123456789");
    }

    @Test
    void namespacesIssuersAndSettingsOfItsOwnArrive() {
        Map<String, String> settings = settings("{origins: ['https://app.example'], privatePrefix: '$', config: {tidings.ping: 20s, tidings.limits.outbox-bytes: 4194304}}",
                "auth: {issuer: main, audience: tidings, algorithms: [HS256], issuers: {back.office: {issuer: back-office, hmacSecret: {secret: back-office, key: token}}}}",
                "namespaces: {my-room: {historySize: 1000, historyTtl: 1h, recovery: stream, presence: true, joinLeave: true, presenceRead: subscriber, maxPublishSize: 4K}}");
        try (HubProcess hub = HubProcess.start(settings)) {
            HubProcess.Answer published = hub.post("/v1/publish", "key-of-chart", "{\"channel\":\"my-room:1\",\"data\":1}");

            assertEquals(200, published.status(), published.body());
            assertTrue(published.body().contains("\"offset\":1"), published.body());
            assertEquals(404, hub.post("/v1/publish", "key-of-chart", "{\"channel\":\"other:1\",\"data\":1}").status());
        }
    }

    @Test
    void aSettingOfTheFileThatMakesNoSenseStopsTheStart() {
        Map<String, String> settings = settings("config: {tidings.pong: soon}", "auth: {issuer: main, issuers: {back.office: {issuer: back-office, hmacSecret: {secret: back-office, key: token}}}}");

        assertTrue(HubProcess.failing(settings).contains("tidings.pong"));
    }
}
