package dev.tidings.websocket;

import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Outbox;
import dev.tidings.session.Session;
import dev.tidings.session.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.WebSocketConnection;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;

/** The standard transport of this door: one text frame of lines for everything pending, through WebSockets Next. On the session's lane. */
final class SocketTransport implements Transport {
    private final WebSocketConnection connection;
    private final HttpConnection beneath;
    private Session session;

    SocketTransport(WebSocketConnection connection, HttpConnection beneath) {
        this.connection = connection;
        this.beneath = beneath;
    }

    void attach(Session itsSession) {
        session = itsSession;
    }

    @Override
    public Kind kind() {
        return Kind.WEBSOCKET;
    }

    @Override
    public void write(Outbox.Batch batch) {
        connection.sendText(lines(batch)).subscribe().with(_ -> session.written(batch), _ -> session.connectionClosed(Disconnect.CONNECTION_LOST));
    }

    private static String lines(Outbox.Batch batch) {
        if (batch.count() == 1) {
            return new String(batch.messages()[0], StandardCharsets.UTF_8);
        }
        byte[] joined = new byte[(int) batch.bytes() + batch.count() - 1];
        int at = 0;
        for (int i = 0; i < batch.count(); i++) {
            if (i > 0) {
                joined[at++] = '\n';
            }
            byte[] message = batch.messages()[i];
            System.arraycopy(message, 0, joined, at, message.length);
            at += message.length;
        }
        return new String(joined, StandardCharsets.UTF_8);
    }

    @Override
    public void close(Ending ending) {
        connection.close(new CloseReason(ending.code(), ending.reason())).subscribe().with(_ -> {
        }, _ -> session.connectionClosed(ending.cause()));
    }

    @Override
    public void abort() {
        Channel channel = ((ConnectionBase) beneath).channel();
        if (!channel.isOpen()) {
            return; // it was closed in this turn of the loop, and Vert.x tells it in the next one
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0); // else the kernel keeps what the peer does not read, megabytes of it, for minutes
        channel.pipeline().firstContext().close(); // past Vert.x, which would wait until the peer has read everything
    }
}
