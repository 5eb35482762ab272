package dev.tidings.websocket;

import dev.tidings.auth.Credentials;
import dev.tidings.auth.RequestCredentials;
import dev.tidings.channel.RefusedException;
import io.quarkus.websockets.next.HttpUpgradeCheck;
import io.quarkus.websockets.next.UserData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at an upgrade before it is accepted: selects the subprotocol, and refuses when all that are offered are unknown (400). What depends on the user is
 * told after the upgrade, by a close code, because a browser shows every refused handshake as 1006.
 */
@Singleton
final class SocketUpgrade implements HttpUpgradeCheck {
    /** The subprotocol of the extended dialect. */
    static final String EXTENDED = "tidings.v1.json";
    /** What was found in the upgrade, for the conversation that follows. */
    static final UserData.TypedKey<Found> FOUND = new UserData.TypedKey<>("tidings.upgrade");
    private static final List<String> BY_PREFERENCE = List.of(EXTENDED, "centrifuge-json");
    private static final String VERSION = "13";
    private static final String HEADER = "Sec-WebSocket-Protocol";

    private final RequestCredentials credentials;

    /**
     * What an upgrade brought.
     *
     * @param credentials the credentials; none when they are contradictory or malformed
     * @param extended    whether the extended dialect was selected
     * @param connection  the connection beneath
     */
    record Found(Optional<Credentials> credentials, boolean extended, HttpConnection connection) {
    }

    SocketUpgrade(RequestCredentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public Uni<CheckResult> perform(HttpUpgradeContext context) {
        HttpServerRequest request = context.httpRequest();
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            return CheckResult.rejectUpgrade(426, Map.of("Sec-WebSocket-Version", List.of(VERSION))); // RFC 6455 section 4.4
        }
        if (!isKey(request.getHeader("Sec-WebSocket-Key"))) {
            return CheckResult.rejectUpgrade(400);
        }
        List<String> offered = RequestCredentials.subprotocols(request);
        Optional<String> selected = BY_PREFERENCE.stream().filter(offered::contains).findFirst();
        if (selected.isEmpty() && !offered.stream().allMatch(Credentials::isCarrier)) {
            return CheckResult.rejectUpgrade(400);
        }
        FrameGuard.install(((ConnectionBase) request.connection()).channel());
        context.userData().put(FOUND, new Found(credentials(request), selected.filter(EXTENDED::equals).isPresent(), request.connection()));
        // Below, the client's preference counts and not ours, and a header that only carries a token would be echoed: leave it one choice or none.
        request.headers().remove(HEADER);
        selected.ifPresent(protocol -> request.headers().set(HEADER, protocol));
        return CheckResult.permitUpgrade();
    }

    /** RFC 6455 section 4.2.1: base64 of 16 bytes. */
    private static boolean isKey(String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false; // not base64
        }
    }

    private Optional<Credentials> credentials(HttpServerRequest request) {
        try {
            return Optional.of(credentials.of(request, false));
        } catch (RefusedException e) {
            return Optional.empty(); // told after the upgrade: 3501
        }
    }
}
