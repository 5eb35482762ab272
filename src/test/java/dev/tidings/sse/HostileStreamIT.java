package dev.tidings.sse;

import dev.tidings.websocket.HostileSocketTest;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against what was packaged. */
@QuarkusIntegrationTest
@TestProfile(HostileSocketTest.Impatient.class)
class HostileStreamIT extends HostileStreamTest {
}
