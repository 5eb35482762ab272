package dev.tidings.websocket;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.session.Delivery;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.RetryWindow;
import dev.tidings.session.Session;
import dev.tidings.session.Wire;
import java.nio.charset.StandardCharsets;

/** Pushes as lines of JSON. Delivery path; on the session's lane. */
final class SocketWire implements Wire {
    private static final byte[] KEEPALIVE = "{}".getBytes(StandardCharsets.US_ASCII);

    private final Session session;
    private boolean extended;

    SocketWire(Session session, boolean extended) {
        this.session = session;
        this.extended = extended;
    }

    /** The client asked for the extensions in its first command. */
    void extend() {
        extended = true;
    }

    @Override
    public boolean extended() {
        return extended;
    }

    @Override
    public boolean streamsReplay() {
        return false;
    }

    @Override
    public void publication(Delivery delivery, long prev) {
        session.send(delivery.bytes(Delivery.Format.PUSH, prev, SocketWire::encode));
    }

    private static byte[] encode(Channel channel, Publication publication, long prev) {
        JsonWriter json = new JsonWriter(publication.data().length + 128);
        push(json, channel).name("pub");
        ProtocolWriter.publication(json, publication, prev);
        return json.end().end().toBytes();
    }

    @Override
    public void gap(Channel channel, Gap gap) {
        JsonWriter json = push(channel);
        ProtocolWriter.gap(json, "gap", gap);
        send(json);
    }

    @Override
    public void position(Channel channel, Position position) {
        JsonWriter json = push(channel);
        ProtocolWriter.position(json, "position", position);
        send(json);
    }

    @Override
    public void join(Channel channel, ClientInfo member) {
        member(channel, "join", member);
    }

    @Override
    public void leave(Channel channel, ClientInfo member) {
        member(channel, "leave", member);
    }

    private void member(Channel channel, String kind, ClientInfo member) {
        JsonWriter json = push(channel).object(kind).name("info");
        ProtocolWriter.clientInfo(json, member);
        send(json.end());
    }

    @Override
    public void subscribed(Channel channel, boolean recoverable, boolean positioned, Position position, byte[] data) {
        JsonWriter json = push(channel).object("subscribe");
        if (recoverable) {
            json.member("recoverable", true);
        }
        if (positioned) {
            json.member("positioned", true).member("epoch", position.epoch()).member("offset", position.offset());
        }
        if (data.length > 0) {
            json.raw("data", data);
        }
        send(json.end());
    }

    @Override
    public void unsubscribed(Channel channel, Unsubscribe reason) {
        send(push(channel).object("unsubscribe").member("code", reason.code()).member("reason", reason.reason()).end());
    }

    @Override
    public void refreshed(long ttlSeconds) {
        JsonWriter json = new JsonWriter().object().object("push").object("refresh").member("expires", ttlSeconds > 0);
        if (ttlSeconds > 0) {
            json.member("ttl", ttlSeconds);
        }
        send(json.end());
    }

    @Override
    public void drain(Disconnect cause, RetryWindow window, long deadlineMillis) {
        String reason = cause == Disconnect.DRAIN ? "shutdown" : cause.reason();
        send(new JsonWriter().object().object("push").object("drain").member("reason", reason).member("min", window.minMillis())
                .member("max", window.maxMillis()).member("deadline", deadlineMillis).end());
    }

    @Override
    public void keepalive() {
        session.send(KEEPALIVE);
    }

    @Override
    public void farewell(Ending ending) {
        // the close frame says it
    }

    private static JsonWriter push(Channel channel) {
        return push(new JsonWriter(128), channel);
    }

    private static JsonWriter push(JsonWriter json, Channel channel) {
        return json.object().object("push").member("channel", channel.name());
    }

    private void send(JsonWriter json) {
        session.send(json.end().end().toBytes());
    }
}
