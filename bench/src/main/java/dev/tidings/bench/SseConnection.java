package dev.tidings.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The SSE wire of one subscriber: sends the request, reads the head, the connect event, and from then on hands all bytes on. */
final class SseConnection extends ChannelInboundHandlerAdapter {
    /** A connect event of one channel is a tenth of this; whoever sends more without one is no hub. */
    private static final int OPENING_LENGTH_MAX = 16 * 1024;

    private final Subscriber subscriber;
    private final String authority;
    private StringBuilder opening = new StringBuilder();
    private Optional<RetryWindow> refusal = Optional.empty();
    private boolean refusedSoftly;

    SseConnection(Subscriber subscriber, String authority) {
        this.subscriber = subscriber;
        this.authority = authority;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        String target = "/v1/sse?channel=" + URLEncoder.encode(subscriber.channel(), StandardCharsets.UTF_8);
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers().set(Browser.eventSource(authority));
        context.writeAndFlush(request, context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        try {
            if (part instanceof HttpResponse response) {
                head(response);
            }
            if (part instanceof HttpContent content) {
                body(content.content());
            }
            if (part instanceof LastHttpContent) {
                ended("the hub ended the stream cleanly");
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended("the hub closed the stream");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        subscriber.onBroken(cause.toString());
    }

    private void head(HttpResponse response) {
        refusedSoftly = response.headers().contains("Tidings-Refused");
        if (!response.status().equals(HttpResponseStatus.OK)) {
            RetryWindow.parse(response.headers().get("Tidings-Retry", ""))
                    .ifPresentOrElse(subscriber::onRefused, () -> subscriber.onBroken("status " + response.status()));
        }
    }

    private void body(ByteBuf bytes) {
        if (opening != null) {
            open(bytes);
        }
        subscriber.onBytes(bytes);
    }

    private void open(ByteBuf bytes) {
        opening.append(bytes.toString(StandardCharsets.ISO_8859_1));
        if (refusedSoftly) {
            refusal = RetryWindow.parseStream(opening.toString());
        } else if (opening.indexOf("\"connect\":{") >= 0) {
            opening = null;
            subscriber.onSubscribed();
            return;
        }
        if (opening.length() > OPENING_LENGTH_MAX) {
            subscriber.onBroken("no connect event in the first " + OPENING_LENGTH_MAX + " bytes");
        }
    }

    private void ended(String reason) {
        refusal.ifPresentOrElse(subscriber::onRefused, () -> subscriber.onBroken(reason));
    }
}
