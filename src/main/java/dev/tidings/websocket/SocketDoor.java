package dev.tidings.websocket;

import dev.tidings.auth.Credentials;
import dev.tidings.auth.Tokens;
import dev.tidings.hub.Admission;
import dev.tidings.hub.Hub;
import dev.tidings.hub.Subscriber;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.UserData;
import io.quarkus.websockets.next.WebSocketConnection;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Turns connections of WebSockets Next into conversations. Every callback comes on the connection's event loop, which is the session's lane. */
public final class SocketDoor {
    private static final Logger LOG = Logger.getLogger(SocketDoor.class);
    private static final UserData.TypedKey<Conversation> CONVERSATION = new UserData.TypedKey<>("tidings.conversation");

    private final Hub hub;
    private final DoorOptions options;

    /**
     * The door of a hub.
     *
     * @param version     what clients are told that they talk to
     * @param node        the name of this process
     * @param messageSize bytes of a client's message
     */
    public SocketDoor(Hub hub, Tokens tokens, InstantSource clock, String version, String node, int messageSize) {
        this.hub = hub;
        this.options = new DoorOptions(hub, tokens, new Replies(version, node, hub.limits(), messageSize), messageSize, clock, LOG::error);
    }

    void opened(WebSocketConnection connection) {
        SocketUpgrade.Found found = connection.userData().get(SocketUpgrade.FOUND);
        Optional<Admission.Refused> refused = hub.admit();
        if (refused.isPresent()) {
            Disconnect cause = refused.get().reason() == Admission.Reason.DRAIN ? Disconnect.DRAIN : Disconnect.OVERLOAD;
            String reason = Ending.of(cause, refused.get().window()).reason();
            close(connection, Disconnect.OVERLOAD.code(), reason);
            return;
        }
        SocketTransport transport = new SocketTransport(connection, found.connection());
        Subscriber subscriber = hub.open(hub.lane(), transport, session -> new SocketWire(session, found.extended()));
        transport.attach(subscriber.session());
        Conversation conversation = new Conversation(options, subscriber, found.credentials().orElse(Credentials.NONE));
        connection.userData().put(CONVERSATION, conversation);
        if (found.credentials().isEmpty()) {
            subscriber.session().end(Ending.of(Disconnect.BAD_REQUEST));
        }
        FrameGuard.begin(((ConnectionBase) found.connection()).channel(), conversation);
    }

    private static void close(WebSocketConnection connection, int code, String reason) {
        connection.close(new CloseReason(code, reason)).subscribe().with(_ -> {
        }, failure -> LOG.debug("a refused connection was gone before it was told", failure));
    }

    void text(WebSocketConnection connection, Buffer frame) {
        Conversation conversation = connection.userData().get(CONVERSATION);
        if (conversation != null) {
            conversation.text(frame.getBytes());
        }
    }

    void binary(WebSocketConnection connection) {
        Conversation conversation = connection.userData().get(CONVERSATION);
        if (conversation != null) {
            conversation.binary();
        }
    }

    void closed(WebSocketConnection connection, CloseReason reason) {
        Conversation conversation = connection.userData().get(CONVERSATION);
        if (conversation != null) {
            conversation.closed(reason != null && reason.getCode() == CloseReason.NORMAL.getCode() ? Disconnect.CLIENT_CLOSED : Disconnect.CONNECTION_LOST);
        }
    }

    void failed(WebSocketConnection connection, Throwable failure) {
        if (failure instanceof IOException || failure instanceof DecoderException || failure instanceof VertxException) {
            LOG.debugf("a connection failed: %s", failure); // the peer's doing; its end is counted
            closed(connection, null);
            return;
        }
        LOG.error("a conversation failed", failure);
        close(connection, Disconnect.INTERNAL.code(), Disconnect.INTERNAL.reason());
    }
}
