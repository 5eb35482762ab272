package dev.tidings.bench.balancer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One connection that a {@link Balancer} carries: its two halves, of which each reads only while the other takes. On the event loop. */
final class Carried {
    /** As much as is kept of what the client's side sent first, to choose connections by. */
    private static final int KEPT_BYTES = 2_048;

    private final Channel client;
    private final StringBuilder kept = new StringBuilder();
    private Channel backend;
    private Runnable onEnd = () -> { };
    private boolean toBackendStalled;
    private boolean toClientStalled;
    private boolean ended;

    Carried(Channel client) {
        this.client = client;
    }

    void begin(Channel newBackend, Runnable whenEnded) {
        backend = newBackend;
        onEnd = whenEnded;
        client.pipeline().addLast(new Half(true));
        backend.pipeline().addLast(new Half(false));
        if (!client.isActive()) {
            end(client);
        }
    }

    /** What of it does not pass from now on. */
    void stall(boolean toBackend, boolean toClient) {
        toBackendStalled = toBackend;
        toClientStalled = toClient;
        adjust();
    }

    private void adjust() {
        client.config().setAutoRead(!toBackendStalled && backend.isWritable());
        backend.config().setAutoRead(!toClientStalled && client.isWritable());
    }

    /** In lower case. */
    String firstBytes() {
        return kept.toString().toLowerCase(Locale.ROOT);
    }

    /** Ends both halves as if the network had failed. */
    void cut() {
        reset(client);
        reset(backend);
    }

    static void reset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException alreadyClosed) {
            // Then there is nobody to be told that the network failed.
        }
        channel.close();
    }

    /** One half ended: the other ends too, after what is under way to it. */
    private void end(Channel half) {
        if (!ended) {
            ended = true;
            onEnd.run();
            Channel other = half == client ? backend : client;
            other.writeAndFlush(half.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
            half.close();
        }
    }

    private final class Half extends ChannelInboundHandlerAdapter {
        private final boolean ofClient;

        Half(boolean ofClient) {
            this.ofClient = ofClient;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (ofClient && kept.length() < KEPT_BYTES && bytes instanceof ByteBuf text) {
                kept.append(text.toString(text.readerIndex(), Math.min(text.readableBytes(), KEPT_BYTES - kept.length()), StandardCharsets.ISO_8859_1));
            }
            Channel other = ofClient ? backend : client;
            other.write(bytes, other.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            (ofClient ? backend : client).flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            adjust();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(context.channel());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            cut();
            end(context.channel());
        }
    }
}
