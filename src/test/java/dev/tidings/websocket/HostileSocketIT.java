package dev.tidings.websocket;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against what was packaged. */
@QuarkusIntegrationTest
@TestProfile(HostileSocketTest.Impatient.class)
class HostileSocketIT extends HostileSocketTest {
}
