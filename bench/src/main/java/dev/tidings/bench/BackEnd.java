package dev.tidings.bench;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One back end: a keep-alive connection that sends one request after another. Used by one thread at a time, which waits for each answer; a virtual
 * thread where there are many.
 */
final class BackEnd extends SimpleChannelInboundHandler<FullHttpResponse> implements AutoCloseable {
    private static final int ANSWER_SECONDS_MAX = 30;

    private final String authority;
    private volatile Channel connection;
    private volatile CompletableFuture<String> answer = new CompletableFuture<>();

    BackEnd(String authority) {
        this.authority = authority;
    }

    /** Publishes one publication. */
    void publish(String channel, String data) {
        post("/v1/publish", "{\"channel\":\"" + channel + "\",\"data\":" + data + "}");
    }

    /** Publishes several with one request, in order. */
    void publish(String channel, Iterable<String> datas) {
        var body = new StringBuilder("{\"commands\":[");
        for (String data : datas) {
            body.append("{\"publish\":{\"channel\":\"").append(channel).append("\",\"data\":").append(data).append("}},");
        }
        body.setCharAt(body.length() - 1, ']');
        String replies = post("/v1/batch", body.append('}').toString());
        if (replies.contains("\"error\"")) {
            throw new BenchException("a publication of a batch was refused: " + replies);
        }
    }

    /** The answer's body; any other status than 200 is an exception. */
    String get(String target) {
        return ask(HttpMethod.GET, target, "");
    }

    private String post(String target, String body) {
        return ask(HttpMethod.POST, target, body);
    }

    private String ask(HttpMethod method, String target, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target, Unpooled.wrappedBuffer(bytes));
        request.headers()
                .set(HttpHeaderNames.HOST, authority)
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
        answer = new CompletableFuture<>();
        connection.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                answer.completeExceptionally(written.cause());
            }
        });
        try {
            return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new BenchException(method + " " + target + ": " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new BenchException(method + " " + target + ": no answer within " + ANSWER_SECONDS_MAX + " s");
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        connection = context.channel();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
        String body = response.content().toString(StandardCharsets.UTF_8);
        if (response.status().equals(HttpResponseStatus.OK)) {
            answer.complete(body);
        } else {
            answer.completeExceptionally(new BenchException("status " + response.status() + " " + body));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        answer.completeExceptionally(new BenchException("the hub closed the connection"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        answer.completeExceptionally(cause);
        context.close();
    }

    @Override
    public void close() {
        connection.close();
    }
}
