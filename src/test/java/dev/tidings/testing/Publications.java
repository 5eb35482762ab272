package dev.tidings.testing;

import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Publication;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Publications for tests, as a publisher hands them in: without a place. */
public final class Publications {
    private Publications() {
    }

    /** One with this data, which should be JSON, and nothing else. */
    public static Publication of(String data) {
        return new Publication("", 0, 0, data.getBytes(StandardCharsets.UTF_8), ClientInfo.NONE, Map.of(), "", "", 0, Set.of());
    }

    /** One of a version. */
    public static Publication version(long version, String data) {
        return new Publication("", 0, 0, data.getBytes(StandardCharsets.UTF_8), ClientInfo.NONE, Map.of(), "", "", version, Set.of());
    }

    /** One with tags. */
    public static Publication tagged(String data, Map<String, String> tags) {
        return new Publication("", 0, 0, data.getBytes(StandardCharsets.UTF_8), ClientInfo.NONE, tags, "", "", 0, Set.of());
    }

    /** One that must not reach these clients. */
    public static Publication excluding(String data, Set<String> clients) {
        return new Publication("", 0, 0, data.getBytes(StandardCharsets.UTF_8), ClientInfo.NONE, Map.of(), "", "", 0, clients);
    }
}
