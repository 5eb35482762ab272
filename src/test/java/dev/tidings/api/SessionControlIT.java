package dev.tidings.api;

import dev.tidings.testing.Hubs;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against what was packaged. */
@QuarkusIntegrationTest
@TestProfile(Hubs.Secured.class)
class SessionControlIT extends SessionControlTest {
}
