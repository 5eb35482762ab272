package dev.tidings.api;

import dev.tidings.websocket.HostileSocketTest;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against what was packaged. */
@QuarkusIntegrationTest
@TestProfile(HostileSocketTest.Impatient.class)
class HostileRequestIT extends HostileRequestTest {
}
