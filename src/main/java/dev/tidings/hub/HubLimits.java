package dev.tidings.hub;

import dev.tidings.session.SessionLimits;
import java.time.Duration;

/**
 * The bounds and times of a node, beside those of each session.
 *
 * @param session          bounds and times of each session
 * @param channels         channels that a WebSocket session may be subscribed to
 * @param sseChannels      channels that an SSE session may be subscribed to
 * @param recovery         publications that one recovery may hold
 * @param historyPage      publications in one page of history
 * @param connections      connections at once
 * @param connectionsPerUser connections that one user may have on this node; 0 = no limit
 * @param handshakesPerSecond connections accepted in a second
 * @param publishesPerSecond publications of one API key or subject in a second; 0 = no limit
 * @param channelBytes     bytes of a channel's name
 * @param presenceTtl      how long a member counts as there without a refresh
 */
public record HubLimits(SessionLimits session, int channels, int sseChannels, int recovery, int historyPage, int connections, int connectionsPerUser,
        int handshakesPerSecond, int publishesPerSecond, int channelBytes, Duration presenceTtl) {
    /** The defaults of protocol section 14. */
    public static final HubLimits DEFAULTS = new HubLimits(SessionLimits.DEFAULTS, 128, 50, 300, 300, 20_000, 0, 500, 0, 255, Duration.ofSeconds(60));
}
