package dev.tidings.app;

import dev.tidings.testing.Hubs;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same against what was packaged. */
@QuarkusIntegrationTest
@TestProfile(Hubs.Insecure.class)
class ConsoleIT extends ConsoleTest {
}
