package dev.tidings.websocket;

import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnBinaryMessage;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnError;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.buffer.Buffer;

/** The endpoint at {@code /v1/ws}: hands each callback on. */
@WebSocket(path = "/v1/ws")
public final class SocketEndpoint {
    private final SocketDoor door;

    SocketEndpoint(SocketDoor door) {
        this.door = door;
    }

    @NonBlocking
    @OnOpen
    void opened(WebSocketConnection connection) {
        door.opened(connection);
    }

    @NonBlocking
    @OnTextMessage
    void text(Buffer frame, WebSocketConnection connection) {
        door.text(connection, frame);
    }

    @NonBlocking
    @OnBinaryMessage
    void binary(Buffer frame, WebSocketConnection connection) {
        door.binary(connection);
    }

    @NonBlocking
    @OnClose
    void closed(CloseReason reason, WebSocketConnection connection) {
        door.closed(connection, reason);
    }

    @NonBlocking
    @OnError
    void failed(Throwable failure, WebSocketConnection connection) {
        door.failed(connection, failure);
    }
}
