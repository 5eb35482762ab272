package dev.tidings.sse;

import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Outbox;
import dev.tidings.session.Session;
import dev.tidings.session.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * The standard transport of this door: chunks of a response of Vert.x. On the session's lane. A stream never ends cleanly: the browser would take that for
 * the last word of a request that is over, and only an abrupt end makes sure that the next attempt is a new connection.
 */
final class StreamTransport implements Transport {
    private static final long HTTP2_CANCEL = 0x8;

    private final HttpServerRequest request;
    private Session session;
    private boolean begun;
    private Outbox.Batch held;

    StreamTransport(HttpServerRequest request) {
        this.request = request;
    }

    void attach(Session itsSession) {
        session = itsSession;
    }

    @Override
    public Kind kind() {
        return Kind.SSE;
    }

    /** The response has its head: from now on it may be written to. What was to be written before is, behind {@code first}. Whether there was anything. */
    boolean begin(byte[] first) {
        begun = true;
        if (held == null) {
            return false;
        }
        write(held, Buffer.buffer(first));
        held = null;
        return true;
    }

    /** What comes while the subscriptions are being made waits: there is no head yet, and it may be a status that the request is answered with. */
    @Override
    public void write(Outbox.Batch batch) {
        if (begun) {
            write(batch, Buffer.buffer((int) batch.bytes()));
        } else {
            held = batch;
        }
    }

    private void write(Outbox.Batch batch, Buffer buffer) {
        for (int i = 0; i < batch.count(); i++) {
            buffer.appendBytes(batch.messages()[i]);
        }
        request.response().write(buffer).onComplete(done -> {
            if (done.succeeded()) {
                session.written(batch);
            } else {
                session.connectionClosed(Disconnect.CONNECTION_LOST);
            }
        });
    }

    @Override
    public void close(Ending ending) {
        cut(request);
    }

    @Override
    public void abort() {
        if (request.version() == HttpVersion.HTTP_2) {
            cut(request);
            return;
        }
        Channel channel = ((ConnectionBase) request.connection()).channel();
        if (!channel.isOpen()) {
            return; // it was closed in this turn of the loop, and Vert.x tells it in the next one
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0); // else the kernel keeps what the peer does not read, megabytes of it, for minutes
        channel.pipeline().firstContext().close(); // past Vert.x, which would wait until the peer has read everything
    }

    /** Ends a response without its end. */
    static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(HTTP2_CANCEL);
        } else {
            request.connection().close();
        }
    }
}
