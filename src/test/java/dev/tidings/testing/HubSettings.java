package dev.tidings.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of the hubs that tests start, by what they are for. */
public final class HubSettings {
    /** An API key with all scopes. */
    public static final String KEY = "key-of-tests";
    /** A page that may call. */
    public static final String ORIGIN = "https://app.example";

    private final Map<String, String> settings = new LinkedHashMap<>();

    private HubSettings() {
    }

    /** Nothing. */
    public static HubSettings none() {
        return new HubSettings();
    }

    /** Tokens and API keys: one for all scopes, and {@code only-<scope>} for each. */
    public static HubSettings secured() {
        return none().with("tidings.auth.hmac-secret", Jwt.SECRET)
                .with("tidings.api.keys", KEY + ",only-publish:publish,only-history:history,only-presence:presence,only-manage:manage")
                .with("tidings.origins", ORIGIN)
                .namespace("chat", "publish", "token", "presence", "true", "join-leave", "true").stream("chat", 100)
                .namespace("open", "subscribe", "anyone", "publish", "anyone", "history", "anyone", "presence-read", "anyone", "presence", "true", "join-leave", "true",
                        "ephemeral-publish", "true").stream("open", 100)
                .stream("brief", 3).namespace("brief", "subscribe", "authenticated", "history", "authenticated")
                .namespace("live", "subscribe", "authenticated")
                .namespace("small", "max-publish-size", "100");
    }

    /** No authentication, history and presence everywhere. */
    public static HubSettings insecure() {
        return none().with("tidings.insecure", "true").namespace("default", "presence", "true", "join-leave", "true").stream("default", 1000);
    }

    public HubSettings with(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** A namespace with pairs of option and value. */
    public HubSettings namespace(String name, String... options) {
        for (int i = 0; i < options.length; i += 2) {
            with("tidings.namespaces." + name + "." + options[i], options[i + 1]);
        }
        return this;
    }

    /** A namespace whose channels retain publications and are recovered. */
    public HubSettings stream(String name, int size) {
        return namespace(name, "history-size", Integer.toString(size), "history-ttl", "60s", "recovery", "stream");
    }

    public Map<String, String> map() {
        return Map.copyOf(settings);
    }

    /** The same for a hub that the framework starts, inside the test's own process or as what was packaged, on free ports. */
    public Map<String, String> inProcess() {
        return with("quarkus.http.test-port", "0").with("quarkus.management.test-port", "0").with("quarkus.management.port", "0").map();
    }
}
