package dev.tidings.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The hubs that tests run inside their own process. Each is one more start of Quarkus: few tests need one of their own. */
public final class Hubs {
    private Hubs() {
    }

    /** With tokens, API keys and an origin that may call. */
    public static final class Secured implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return HubSettings.secured().inProcess();
        }
    }

    /** Without authentication, as somebody tries it out. */
    public static final class Insecure implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return HubSettings.insecure().inProcess();
        }
    }

    /** With room for two connections, and with clocks that run fast. */
    public static final class Small implements QuarkusTestProfile {
        /** How many connections it takes. */
        public static final int CONNECTIONS = 2;

        @Override
        public Map<String, String> getConfigOverrides() {
            return HubSettings.secured().with("tidings.connections.max", Integer.toString(CONNECTIONS)).with("tidings.auth.anonymous", "true")
                    .with("tidings.ping", "1s").with("tidings.pong", "1s").with("tidings.limits.connect-timeout", "1s").with("tidings.limits.commands-burst", "20")
                    .with("tidings.limits.commands-per-second", "1").with("tidings.limits.errors-per-minute", "2").with("tidings.limits.publishes-per-second", "5")
                    .with("tidings.limits.channels", "2").with("tidings.limits.message-size", "1K").inProcess();
        }
    }
}
