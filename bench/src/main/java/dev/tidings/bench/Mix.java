package dev.tidings.bench;

import java.util.List;

/** Which transports the subscribers of a scenario use, in turn. */
enum Mix {
    /** Half SSE, half WebSocket, of which half extended. */
    MIXED(Transport.SSE, Transport.WEBSOCKET_PLAIN, Transport.SSE, Transport.WEBSOCKET_EXTENDED),
    SSE(Transport.SSE),
    WEBSOCKET(Transport.WEBSOCKET_PLAIN, Transport.WEBSOCKET_EXTENDED);

    private final List<Transport> turns;

    Mix(Transport... turns) {
        this.turns = List.of(turns);
    }

    /** The transport of the subscriber with this number. */
    Transport of(int number) {
        return turns.get(number % turns.size());
    }
}
