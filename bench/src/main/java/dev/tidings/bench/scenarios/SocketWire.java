package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.bench.Browser;
import dev.tidings.bench.RetryWindow;
import dev.tidings.bench.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** A WebSocket: subscribes with its positions as centrifuge-js does and, extended, obeys {@code drain} and reads {@code gap}. */
final class SocketWire extends Wire {
    /** A whole recovery may come in one message, of several frames. */
    private static final int MESSAGE_LENGTH_MAX = 64 * 1024 * 1024;
    private static final int CONNECT_ID = 1;
    private static final int NORMAL_CLOSURE = 1_000;
    private static final long RESUBSCRIBE_MIN_MILLIS = 500;
    private static final long RESUBSCRIBE_MAX_MILLIS = 20_000;
    private static final int UNSUBSCRIBED_FOR_NOW = 2_500;
    private static final int DOUBLINGS_MAX = 6;

    private final boolean extended;
    private final WebSocketClientHandshaker handshaker;
    private final List<Ledger> ledgers;
    private final Map<String, Ledger.Link> links = new HashMap<>();
    /** What was asked under which id. */
    private final Map<Integer, Request> requests = new HashMap<>();
    private int lastId = CONNECT_ID;

    private record Request(Ledger ledger, Optional<Place> asked, int attempt) {
    }

    SocketWire(Client client, String authority) {
        super(client);
        this.extended = client.transport() == Transport.WEBSOCKET_EXTENDED;
        this.ledgers = client.ledgers();
        this.handshaker = WebSocketClientHandshakerFactory.newHandshaker(URI.create("ws://" + authority + "/v1/ws"), WebSocketVersion.V13,
                extended ? Transport.EXTENDED_SUBPROTOCOL : null, false, Browser.webSocket(authority), MESSAGE_LENGTH_MAX);
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
                case TextWebSocketFrame frame -> text(context, frame.text());
                case PingWebSocketFrame frame -> context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()), context.voidPromise());
                case CloseWebSocketFrame frame -> end(End.ofClose(frame.statusCode(), frame.reasonText()));
                default -> end(End.of(End.Kind.DEAD, "unexpected " + part));
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void upgraded(ChannelHandlerContext context, FullHttpResponse response) {
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            Optional<RetryWindow> window = RetryWindow.parse(response.headers().get("Tidings-Retry", ""));
            end(new End(window.isPresent() ? End.Kind.REFUSED : End.Kind.CLOSED, "status " + response.status().code(), window));
            return;
        }
        handshaker.finishHandshake(context.channel(), response);
        context.pipeline().addBefore(context.name(), "messages", new WebSocketFrameAggregator(MESSAGE_LENGTH_MAX));
        var commands = new StringBuilder("{\"id\":" + CONNECT_ID + ",\"connect\":{\"name\":\"tidings-scenarios\"}}");
        ledgers.forEach(ledger -> commands.append('\n').append(subscribe(ledger, 0)));
        send(context, commands.toString());
    }

    /** The command that subscribes to a channel, or does so again. */
    private String subscribe(Ledger ledger, int attempt) {
        int id = ++lastId;
        Optional<Place> place = ledger.place();
        requests.put(id, new Request(ledger, place, attempt));
        String recovery = place.map(at -> ",\"recover\":true,\"epoch\":\"" + at.epoch() + "\",\"offset\":" + at.offset()).orElse("");
        return "{\"id\":" + id + ",\"subscribe\":{\"channel\":\"" + ledger.channel() + "\",\"positioned\":true,\"recoverable\":true" + recovery + "}}";
    }

    private static void send(ChannelHandlerContext context, String text) {
        context.writeAndFlush(new TextWebSocketFrame(text), context.voidPromise());
    }

    private void text(ChannelHandlerContext context, String text) {
        for (String line : text.split("\n")) {
            if (hasEnded()) {
                return;
            }
            JsonNode json = Json.parse(line);
            if (json.has("push")) {
                push(context, json.get("push"));
            } else if (json.has("id")) {
                reply(context, json);
            } else if (json.isEmpty()) {
                send(context, "{}");
            }
        }
    }

    private void reply(ChannelHandlerContext context, JsonNode reply) {
        int id = reply.get("id").asInt();
        JsonNode error = reply.get("error");
        if (id == CONNECT_ID) {
            if (error != null) {
                end(End.of(error.path("temporary").asBoolean() ? End.Kind.CLOSED : End.Kind.DEAD, "connect: " + error));
            }
            return;
        }
        Request request = requests.remove(id);
        if (error == null) {
            subscribed(request, reply.get("subscribe"));
        } else if (error.path("temporary").asBoolean()) {
            client.troubled("subscribe: " + error);
            long bound = Math.min(RESUBSCRIBE_MAX_MILLIS, RESUBSCRIBE_MIN_MILLIS << Math.min(request.attempt, DOUBLINGS_MAX));
            context.executor().schedule(() -> again(context, request), RESUBSCRIBE_MIN_MILLIS + ThreadLocalRandom.current().nextLong(bound),
                    TimeUnit.MILLISECONDS);
        } else {
            end(End.of(End.Kind.DEAD, "subscribe: " + error));
        }
    }

    private void again(ChannelHandlerContext context, Request request) {
        if (!hasEnded()) {
            send(context, subscribe(request.ledger, request.attempt + 1));
        }
    }

    private void subscribed(Request request, JsonNode result) {
        long now = System.nanoTime();
        Place at = Json.place(result);
        Ledger ledger = request.ledger;
        boolean gap = result.path("was_recovering").asBoolean() && !result.path("recovered").asBoolean();
        Ledger.Link link = gap ? ledger.subscribedAfterGap(gapReason(request, result), result.has("gap") ? Json.place(result.get("gap").get("to")) : at, now)
                : ledger.subscribed(request.asked, at, now);
        links.put(ledger.channel(), link);
        result.path("publications").forEach(publication -> publication(link, publication));
        if (links.size() == ledgers.size() && requests.isEmpty()) {
            opened();
        }
    }

    /** A plain connection is not told why. */
    private static String gapReason(Request request, JsonNode result) {
        if (result.has("gap")) {
            return result.get("gap").get("reason").asText();
        }
        boolean sameEpoch = request.asked.map(Place::epoch).orElse("").equals(result.get("epoch").asText());
        return sameEpoch ? "expired" : "epoch";
    }

    private void push(ChannelHandlerContext context, JsonNode push) {
        String channel = push.path("channel").asText();
        if (push.has("pub")) {
            publication(links.get(channel), push.get("pub"));
        } else if (push.has("gap")) {
            links.get(channel).gap(push.get("gap").get("reason").asText(), Json.place(push.get("gap").get("to")), System.nanoTime());
        } else if (push.has("drain")) {
            client.moveWithin(new RetryWindow(push.get("drain").get("min").asLong(), push.get("drain").get("max").asLong()));
        } else if (push.has("unsubscribe")) {
            unsubscribed(context, channel, push.get("unsubscribe"));
        }
    }

    private void unsubscribed(ChannelHandlerContext context, String channel, JsonNode unsubscribe) {
        client.troubled("unsubscribe: " + unsubscribe);
        if (unsubscribe.get("code").asInt() < UNSUBSCRIBED_FOR_NOW) {
            end(End.of(End.Kind.DEAD, "unsubscribed: " + unsubscribe));
            return;
        }
        links.remove(channel);
        Ledger ledger = ledgers.stream().filter(any -> any.channel().equals(channel)).findFirst().orElseThrow();
        send(context, subscribe(ledger, 0));
    }

    private void publication(Ledger.Link link, JsonNode publication) {
        JsonNode content = publication.get("data");
        client.publication(link, publication.get("offset").asLong(), content.get("n").asInt(), content.get("t").asLong());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(End.of(End.Kind.CUT, "cut"));
    }

    @Override
    protected void goodbye(Channel channel) {
        channel.writeAndFlush(new CloseWebSocketFrame(NORMAL_CLOSURE, "migrated")).addListener(ChannelFutureListener.CLOSE);
    }
}
