package dev.tidings.bench;

/** How a subscriber is connected: the wire and, on the WebSocket, the dialect. */
public enum Transport {
    SSE,
    WEBSOCKET_PLAIN,
    WEBSOCKET_EXTENDED;

    /** The subprotocol that selects the extended dialect. */
    public static final String EXTENDED_SUBPROTOCOL = "tidings.v1.json";
}
