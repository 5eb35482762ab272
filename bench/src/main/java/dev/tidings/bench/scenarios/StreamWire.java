package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tidings.bench.Browser;
import dev.tidings.bench.RetryWindow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A stream, read as an EventSource reads it: it keeps the last id and the last {@code retry}, and dies of any status but 200.
 */
final class StreamWire extends Wire {
    private static final String TIDINGS = "tidings";

    private final String authority;
    private final Map<String, Ledger> ledgers;
    private final Map<String, Optional<Place>> asked;
    private final Map<String, Ledger.Link> links = new HashMap<>();
    private final StringBuilder line = new StringBuilder();
    private final StringBuilder data = new StringBuilder();
    private String id = "";
    private String event = "";
    private String refusal = "";
    private String goodbye = "";
    private int gapsAwaited;
    private boolean hinted;

    StreamWire(Client client, String authority) {
        super(client);
        this.authority = authority;
        this.ledgers = client.ledgers().stream().collect(Collectors.toMap(Ledger::channel, ledger -> ledger));
        this.asked = client.ledgers().stream().collect(Collectors.toMap(Ledger::channel, Ledger::place));
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        String target = client.ledgers().stream().map(ledger -> "channel=" + URLEncoder.encode(ledger.channel(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/v1/sse?", ""));
        var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers().set(Browser.eventSource(authority));
        if (!client.lastEventId().isEmpty()) {
            request.headers().set("Last-Event-ID", client.lastEventId());
        }
        context.writeAndFlush(request, context.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
        try {
            if (part instanceof HttpResponse response) {
                head(response);
            }
            if (part instanceof HttpContent content && !hasEnded()) {
                body(content.content());
            }
            if (part instanceof LastHttpContent && !hasEnded()) {
                end(End.of(End.Kind.CUT, "the stream ended cleanly"));
            }
        } finally {
            ReferenceCountUtil.release(part);
        }
    }

    private void head(HttpResponse response) {
        refusal = response.headers().get("Tidings-Refused", "");
        if (!response.status().equals(HttpResponseStatus.OK)) {
            end(End.of(End.Kind.DEAD, "status " + response.status().code()));
        }
    }

    private void body(ByteBuf bytes) {
        String text = bytes.toString(StandardCharsets.UTF_8);
        int from = 0;
        for (int newline = text.indexOf('\n'); newline >= 0 && !hasEnded(); newline = text.indexOf('\n', from)) {
            line.append(text, from, newline);
            line(line.toString());
            line.setLength(0);
            from = newline + 1;
        }
        line.append(text, from, text.length());
    }

    private void line(String text) {
        if (text.isEmpty()) {
            dispatch();
            return;
        }
        int colon = text.indexOf(':');
        if (colon == 0) {
            return;
        }
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(text.startsWith(": ", colon) ? colon + 2 : colon + 1);
        switch (field) {
            case "retry" -> {
                client.streamRetry(Long.parseLong(value));
                hinted = wasOpen();
            }
            case "id" -> id = value;
            case "event" -> event = value;
            case "data" -> data.append(value);
            default -> { }
        }
    }

    private void dispatch() {
        String text = data.toString();
        data.setLength(0);
        String kind = event;
        event = "";
        if (text.isEmpty()) {
            return;
        }
        JsonNode json = Json.parse(text);
        if (kind.equals(TIDINGS)) {
            control(json);
        } else {
            publication(json);
        }
        if (!id.isEmpty()) {
            client.lastEventId(id);
        }
    }

    private void publication(JsonNode json) {
        JsonNode publication = json.get("pub");
        Ledger.Link link = links.get(json.get("channel").asText());
        JsonNode content = publication.get("data");
        client.publication(link, publication.get("offset").asLong(), content.get("n").asInt(), content.get("t").asLong());
    }

    private void control(JsonNode json) {
        if (json.has("connect")) {
            json.get("connect").get("subs").properties().forEach(entry -> subscribed(entry.getKey(), entry.getValue()));
            if (gapsAwaited == 0) {
                opened();
            }
        } else if (json.has("gap")) {
            gap(json.get("channel").asText(), json.get("gap"));
        } else if (json.has("disconnect")) {
            JsonNode disconnect = json.get("disconnect");
            goodbye = disconnect.get("code").asInt() + " " + disconnect.get("reason").asText();
        } else if (json.has("unsubscribe")) {
            // A stream can't subscribe again on the same connection.
            end(End.of(End.Kind.CLOSED, "unsubscribed: " + json));
        }
    }

    private void subscribed(String channel, JsonNode result) {
        if (result.has("error")) {
            end(End.of(End.Kind.DEAD, result.toString()));
        } else if (result.path("was_recovering").asBoolean() && !result.path("recovered").asBoolean()) {
            gapsAwaited++;
        } else {
            links.put(channel, ledgers.get(channel).subscribed(asked.get(channel), Json.place(result), System.nanoTime()));
        }
    }

    private void gap(String channel, JsonNode gap) {
        String reason = gap.get("reason").asText();
        Place to = Json.place(gap.get("to"));
        Ledger.Link link = links.get(channel);
        if (link != null) {
            link.gap(reason, to, System.nanoTime());
            return;
        }
        links.put(channel, ledgers.get(channel).subscribedAfterGap(reason, to, System.nanoTime()));
        gapsAwaited--;
        if (gapsAwaited == 0 && links.size() == ledgers.size()) {
            opened();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        var wait = Optional.of(new RetryWindow(client.streamRetry(), client.streamRetry()));
        if (!refusal.isEmpty()) {
            end(new End(End.Kind.REFUSED, refusal, wait));
        } else if (!goodbye.isEmpty()) {
            end(new End(goodbye.startsWith("3008") ? End.Kind.SLOW : End.Kind.CLOSED, goodbye, wait));
        } else {
            end(new End(hinted ? End.Kind.TOLD : End.Kind.CUT, hinted ? "hint" : "cut", wait));
        }
    }

    @Override
    protected void goodbye(Channel channel) {
        channel.close();
    }
}
