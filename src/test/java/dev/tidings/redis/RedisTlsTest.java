package dev.tidings.redis;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.testing.RedisProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TLS to a Redis whose certificate is of an authority of the test's own. */
class RedisTlsTest {
    @TempDir
    static Path folder;

    @RegisterExtension
    final Rig rig = new Rig();

    private int tlsPort;

    @BeforeAll
    static void makeCertificates() throws Exception {
        assumeTrue(RedisProcess.onPath("openssl").isPresent(), "skipped: no openssl on the PATH");
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out",
                "ca.crt");
        certificate("here", "DNS:localhost");
        certificate("elsewhere", "DNS:redis.example");
        certificate("client", "DNS:hub");
    }

    private static void certificate(String name, String subject) throws Exception {
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr");
        Files.writeString(folder.resolve(name + ".ext"), "subjectAltName=" + subject);
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", name + ".ext", "-out", name + ".crt");
    }

    private static void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), said);
    }

    private static String file(String name) {
        return folder.resolve(name).toAbsolutePath().toString();
    }

    private String redis(String certificate, String authClients) throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            tlsPort = probe.getLocalPort();
        }
        rig.keep(RedisProcess.of(Backend.program("redis-server"), "--tls-port", Integer.toString(tlsPort), "--tls-cert-file", file(certificate + ".crt"), "--tls-key-file",
                file(certificate + ".key"), "--tls-ca-cert-file", file("ca.crt"), "--tls-auth-clients", authClients));
        return "localhost:" + tlsPort;
    }

    private static RedisSettings.Tls tls(boolean trusts, boolean hasCertificate, boolean verifies) {
        return new RedisSettings.Tls(trusts ? Optional.of(folder.resolve("ca.crt")) : Optional.empty(),
                hasCertificate ? Optional.of(folder.resolve("client.crt")) : Optional.empty(),
                hasCertificate ? Optional.of(folder.resolve("client.key")) : Optional.empty(), verifies);
    }

    private void assertWorks(String host) {
        TestNode node = rig.node("n-1", host).subscribed();
        node.publish("1");
        node.awaitHeard("1");
    }

    private void assertRefused(String host) {
        TestNode node = rig.opening("n-1", host);
        await().atMost(Rig.PATIENCE).until(() -> !rig.logged("Redis is not there yet").isEmpty());
        assertFalse(node.client.isConnected());
        assertEquals(List.of(), rig.logged("Redis was found"));
        node.close();
    }

    @Test
    void aCertificateOfTheAuthorityThatIsNamedIsTrusted() throws IOException {
        String host = redis("here", "no");

        rig.tls(tls(true, false, true));
        assertWorks(host);
    }

    @Test
    void anAuthorityThatIsNotNamedIsNotTrusted() throws IOException {
        String host = redis("here", "no");

        rig.tls(tls(false, false, true));
        assertRefused(host);
    }

    @Test
    void aCertificateOfAnotherHostIsRefusedUnlessNamesAreNotVerified() throws IOException {
        String host = redis("elsewhere", "no");

        rig.tls(tls(true, false, true));
        assertRefused(host);
        assertTrue(rig.logged("localhost").size() == 1, () -> rig.logged("").toString());
        rig.tls(tls(true, false, false));
        assertWorks(host);
    }

    @Test
    void aRedisThatWantsACertificateIsShownOne() throws IOException {
        String host = redis("here", "yes");

        rig.tls(tls(true, false, true));
        assertRefused(host);
        rig.tls(tls(true, true, true));
        assertWorks(host);
    }

    @Test
    void plainTextToATlsPortIsNotThere() throws IOException {
        assertRefused(redis("here", "no"));
    }
}
