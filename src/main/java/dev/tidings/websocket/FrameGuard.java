package dev.tidings.websocket;

import dev.tidings.session.Disconnect;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;

/**
 * Takes data frames where Netty has decoded them, and carries them out before more is read. Left to the framework they would pile up: it puts each into a
 * queue without a bound, of some 700 bytes for a frame of 25, and twenty clients that send faster than they are served empty a heap of 400 MB. It would
 * also replace what is not UTF-8, and two channels would become one.
 *
 * <p>Makes a client that sends a malformed or too large frame hear why, too. Left alone, Netty's frame decoder writes a close frame of its own past Vert.x's
 * encoder, which fails, and Vert.x then drops the connection: the client sees 1006 and would come back with the same frame.
 *
 * <p>Put in place before the upgrade is answered, because what the client sends next must not come another way. On the channel's event loop, which is the
 * session's lane.
 */
final class FrameGuard extends ChannelInboundHandlerAdapter {
    private static final String NAME = "tidings.frames";
    private static final String CLOSE_NAME = "tidings.close";
    /** The last handler of Vert.x. */
    private static final String VERTX = "handler";
    /** Frames that may come after the answer to the upgrade and before the conversation begins, which is in the same turn of the loop or the next. */
    private static final int MAX_HELD = 8;

    private final ArrayDeque<WebSocketFrame> held = new ArrayDeque<>(0);
    private Conversation conversation;
    private ByteArrayOutputStream fragments;
    private boolean isViolated;

    private FrameGuard() {
    }

    /** Puts a guard in front of Vert.x. Without one, in a pipeline that is not as expected, frames come through the framework. */
    static void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(VERTX) != null && pipeline.get(NAME) == null) { // there is one if an upgrade failed on this connection before
            pipeline.addBefore(VERTX, NAME, new FrameGuard());
        }
    }

    /** The upgrade is done: frames go to this conversation from now on. */
    static void begin(Channel channel, Conversation conversation) {
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandlerContext decoder = pipeline.context(WebSocketFrameDecoder.class);
        if (decoder != null && pipeline.get(NAME) instanceof FrameGuard guard) {
            pipeline.addBefore(decoder.name(), CLOSE_NAME, new OwnCloseOnly());
            guard.conversation = conversation;
            guard.held.forEach(guard::take);
            guard.held.clear();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        switch (message) {
            case PingWebSocketFrame ping when !context.channel().isWritable() -> ping.release(); // pongs that nobody reads would pile up
            case PingWebSocketFrame _, PongWebSocketFrame _, CloseWebSocketFrame _ -> super.channelRead(context, message);
            case WebSocketFrame frame when conversation != null -> take(frame);
            case WebSocketFrame frame when held.size() < MAX_HELD -> held.add(frame);
            case WebSocketFrame frame -> {
                frame.release();
                context.close();
            }
            default -> super.channelRead(context, message);
        }
    }

    private void take(WebSocketFrame frame) {
        try {
            if (isViolated || !conversation.isLive()) {
                fragments = null;
            } else if (frame.rsv() != 0) {
                violate(Disconnect.BAD_REQUEST); // RFC 6455 section 5.2: no extension was agreed on
            } else if (frame instanceof BinaryWebSocketFrame) {
                conversation.binary();
            } else if (conversation.isTooBig(frame.content().readableBytes() + (fragments == null ? 0 : fragments.size()))) {
                violate(Disconnect.MESSAGE_TOO_BIG);
            } else {
                takeText(ByteBufUtil.getBytes(frame.content()), frame.isFinalFragment());
            }
        } finally {
            frame.release();
        }
    }

    /** The decoder lets fragments through in order only: a first one, then continuations. */
    private void takeText(byte[] text, boolean isFinal) {
        if (isFinal && fragments == null) {
            conversation.text(text);
            return;
        }
        if (fragments == null) {
            fragments = new ByteArrayOutputStream(text.length);
        }
        fragments.writeBytes(text);
        if (isFinal) {
            byte[] whole = fragments.toByteArray();
            fragments = null;
            conversation.text(whole);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        Throwable root = cause instanceof CorruptedWebSocketFrameException || cause.getCause() == null ? cause : cause.getCause();
        if (root instanceof CorruptedWebSocketFrameException corrupted && conversation != null) {
            violate(WebSocketCloseStatus.MESSAGE_TOO_BIG.equals(corrupted.closeStatus()) ? Disconnect.MESSAGE_TOO_BIG : Disconnect.BAD_REQUEST);
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    private void violate(Disconnect cause) {
        if (!isViolated) {
            isViolated = true;
            fragments = null;
            conversation.violated(cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        held.forEach(ReferenceCountUtil::release);
        held.clear();
    }

    /** Lets only encoded close frames through: the one of the decoder, which comes here unencoded, would end the connection before ours is said. */
    private static final class OwnCloseOnly extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof CloseWebSocketFrame) {
                ReferenceCountUtil.release(message); // its promise is left open: its listener would close the connection
            } else {
                super.write(context, message, promise);
            }
        }
    }
}
