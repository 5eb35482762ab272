package dev.tidings.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The WebSocket wire of one subscriber: upgrades, connects, subscribes, answers pings, and hands all bytes on. */
final class WebSocketConnection extends ChannelInboundHandlerAdapter {
    /** As much as one frame of the hub may hold; it batches up to a fraction of it. */
    private static final int FRAME_LENGTH_MAX = 4 * 1024 * 1024;
    private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");
    private static final String KEEPALIVE = "{}";

    private final Subscriber subscriber;
    private final WebSocketClientHandshaker handshaker;

    WebSocketConnection(Subscriber subscriber, String authority) {
        this.subscriber = subscriber;
        String subprotocol = subscriber.transport() == Transport.WEBSOCKET_EXTENDED ? Transport.EXTENDED_SUBPROTOCOL : null;
        this.handshaker = WebSocketClientHandshakerFactory.newHandshaker(URI.create("ws://" + authority + "/v1/ws"), WebSocketVersion.V13,
                subprotocol, false, Browser.webSocket(authority), FRAME_LENGTH_MAX);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        handshaker.handshake(context.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        try {
            switch (part) {
                case FullHttpResponse response -> upgraded(context, response);
                case TextWebSocketFrame frame -> text(context, frame.content());
                case ContinuationWebSocketFrame frame -> subscriber.onBytes(frame.content());
                case PingWebSocketFrame frame -> context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()), context.voidPromise());
                case CloseWebSocketFrame frame -> closed(frame.statusCode(), frame.reasonText());
                default -> subscriber.onBroken("unexpected " + part);
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        subscriber.onBroken("the hub cut the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        subscriber.onBroken(cause.toString());
    }

    private void upgraded(ChannelHandlerContext context, FullHttpResponse response) {
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            RetryWindow.parse(response.headers().get("Tidings-Retry", ""))
                    .ifPresentOrElse(subscriber::onRefused, () -> subscriber.onBroken("status " + response.status()));
        } else if (response.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            subscriber.onBroken("the hub compresses: its figures could not be compared with those of a hub that doesn't");
        } else {
            handshaker.finishHandshake(context.channel(), response);
            send(context, """
                    {"id":1,"connect":{"name":"tidings-bench"}}
                    {"id":2,"subscribe":{"channel":"%s","positioned":true,"recoverable":true}}""".formatted(subscriber.channel()));
        }
    }

    private void text(ChannelHandlerContext context, ByteBuf text) {
        if (subscriber.connecting()) {
            reply(text.toString(StandardCharsets.UTF_8));
        }
        subscriber.onBytes(text);
        if (holdsKeepalive(text)) {
            send(context, KEEPALIVE);
        }
    }

    private void reply(String text) {
        Matcher version = VERSION.matcher(text);
        if (version.find()) {
            subscriber.onVersion(version.group(1));
        }
        if (text.contains("\"error\":{")) {
            subscriber.onBroken(text);
        } else if (text.contains("\"subscribe\":{")) {
            subscriber.onSubscribed();
        }
    }

    /** Whether a line of the frame is exactly <code>{}</code>. */
    private static boolean holdsKeepalive(ByteBuf text) {
        int end = text.writerIndex();
        int line = text.readerIndex();
        while (line < end) {
            int newline = text.indexOf(line, end, (byte) '\n');
            int lineEnd = newline < 0 ? end : newline;
            if (lineEnd - line == KEEPALIVE.length() && text.getByte(line) == '{') {
                return true;
            }
            line = lineEnd + 1;
        }
        return false;
    }

    private void closed(int code, String reason) {
        RetryWindow.parse(reason).ifPresentOrElse(subscriber::onRefused, () -> subscriber.onBroken("closed " + code + " " + reason));
    }

    private static void send(ChannelHandlerContext context, String text) {
        context.writeAndFlush(new TextWebSocketFrame(text), context.voidPromise());
    }
}
