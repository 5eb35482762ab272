package dev.tidings.bench.scenarios;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/** One connection of a client. Tells its {@link Client} when all channels are subscribed and, once, how it ended. On the client's event loop. */
abstract class Wire extends ChannelInboundHandlerAdapter {
    protected final Client client;
    private Channel connection;
    private boolean open;
    private boolean ended;

    Wire(Client client) {
        this.client = client;
    }

    final void attach(Channel channel) {
        connection = channel;
    }

    /** Whether all channels are subscribed and it has not ended. */
    final boolean isOpen() {
        return open && !ended;
    }

    /** Whether all channels ever were. */
    final boolean wasOpen() {
        return open;
    }

    final boolean hasEnded() {
        return ended;
    }

    /** All channels are subscribed. */
    protected final void opened() {
        if (!open && !ended) {
            open = true;
            client.opened(this);
        }
    }

    /** It is over; later calls do nothing. */
    final void end(End end) {
        if (!ended) {
            ended = true;
            if (connection != null) {
                connection.close();
            }
            client.ended(this, end);
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Anything but a failed network is something that a client can't make sense of.
        end(End.of(cause instanceof IOException ? End.Kind.CUT : End.Kind.DEAD, cause.toString()));
    }

    /** The client leaves: says goodbye where the wire has a word for it. */
    final void leave() {
        ended = true;
        if (connection != null) {
            goodbye(connection);
        }
    }

    /** Closes the connection, with what goes before it. */
    protected abstract void goodbye(Channel channel);

    /** Whether what the hub sends is read. */
    final void read(boolean reading) {
        if (connection != null) {
            connection.config().setAutoRead(reading);
        }
    }
}
