package dev.tidings.sse;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.session.Delivery;
import dev.tidings.session.Delivery.Format;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.RetryWindow;
import dev.tidings.session.Session;
import dev.tidings.session.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Server-sent events. Keeps the client's positions, because each event's id is the cursor of all of them after that event. Delivery path; on the session's
 * lane.
 *
 * <p>Where a session has one stream, the id depends on the publication alone, and the whole event is shared by all such sessions.
 */
final class StreamWire implements Wire {
    private static final byte[] KEEPALIVE = ":\n".getBytes(StandardCharsets.US_ASCII);
    /** When to come back after a planned end; the spread is in the ends themselves. */
    static final RetryWindow COME_BACK = new RetryWindow(500, 3_000);

    private final Session session;
    private final Form form;
    private final RandomGenerator random;
    private final Cursor cursor;
    private final Map<Channel, Integer> places = new HashMap<>();
    private final long[] offsets;
    private final int[] epochHashes;
    private final String[] epochs;
    private int gapsWithoutId;

    /**
     * How publications are written.
     *
     * @param typed whether {@code event:} is the publication's event
     * @param raw   whether {@code data:} is the publication's data alone
     */
    record Form(boolean typed, boolean raw) {
    }

    /** {@code cursor} is of all channels of the session, those that are refused and those without history included. */
    StreamWire(Session session, Form form, Cursor cursor, RandomGenerator random) {
        this.session = session;
        this.form = form;
        this.random = random;
        this.cursor = cursor;
        List<Channel> streams = cursor.streams();
        for (int i = 0; i < streams.size(); i++) {
            places.put(streams.get(i), i);
        }
        this.offsets = new long[streams.size()];
        Arrays.fill(offsets, -1);
        this.epochHashes = new int[streams.size()];
        this.epochs = new String[streams.size()];
    }

    @Override
    public boolean extended() {
        return true;
    }

    @Override
    public boolean streamsReplay() {
        return true;
    }

    /** The client is at this position now. Whether the channel belongs to the cursor: one that a back end added does not, the next request won't name it. */
    boolean moveTo(Channel channel, Position position) {
        Integer place = places.get(channel);
        if (place == null) {
            return false;
        }
        offsets[place] = position.offset();
        if (!position.epoch().equals(epochs[place])) {
            epochs[place] = position.epoch();
            epochHashes[place] = Cursor.epochHash(position.epoch());
        }
        return true;
    }

    /** The cursor of the positions now. */
    String cursor() {
        return cursor.encode(offsets, epochHashes);
    }

    /** The next gaps come together, and only the last of them may carry an id: an id on an earlier one would swallow the later ones. */
    void expectGaps(int count) {
        gapsWithoutId = count - 1;
    }

    @Override
    public void publication(Delivery delivery, long prev) {
        Publication publication = delivery.publication();
        boolean moves = publication.hasOffset() && moveTo(delivery.channel(), publication.position());
        if (moves && offsets.length == 1 && !form.typed && !form.raw) {
            session.send(delivery.bytes(Format.SINGLE_STREAM_EVENT, prev, this::encodeWithId));
            return;
        }
        if (form.typed && !publication.event().isEmpty()) {
            session.send(utf8("event: " + publication.event() + "\n"));
        }
        if (moves) {
            session.send(idLine());
        }
        session.send(form.raw ? delivery.bytes(Format.RAW_EVENT, -1, StreamWire::encodeRaw) : delivery.bytes(Format.EVENT, prev, StreamWire::encode));
    }

    private byte[] idLine() {
        return utf8("id: " + cursor() + "\n");
    }

    private byte[] encodeWithId(Channel channel, Publication publication, long prev) {
        return write(new JsonWriter(publication.data().length + 192).bytes(idLine()), channel, publication, prev);
    }

    private static byte[] encode(Channel channel, Publication publication, long prev) {
        return write(new JsonWriter(publication.data().length + 128), channel, publication, prev);
    }

    private static byte[] write(JsonWriter json, Channel channel, Publication publication, long prev) {
        json.ascii("data: ").object().member("channel", channel.name()).name("pub");
        ProtocolWriter.publication(json, publication, prev);
        return json.end().ascii("\n\n").toBytes();
    }

    private static byte[] encodeRaw(Channel channel, Publication publication, long prev) {
        return new JsonWriter(publication.data().length + 16).ascii("data: ").bytes(publication.data()).ascii("\n\n").toBytes();
    }

    @Override
    public void gap(Channel channel, Gap gap) {
        boolean moves = moveTo(channel, gap.to());
        boolean withId = moves && gapsWithoutId <= 0;
        gapsWithoutId--;
        JsonWriter json = control(withId).member("channel", channel.name());
        ProtocolWriter.gap(json, "gap", gap);
        send(json);
    }

    @Override
    public void position(Channel channel, Position position) {
        JsonWriter json = control(moveTo(channel, position)).member("channel", channel.name());
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
        JsonWriter json = control(false).member("channel", channel.name()).object(kind).name("info");
        ProtocolWriter.clientInfo(json, member);
        send(json.end());
    }

    @Override
    public void subscribed(Channel channel, boolean recoverable, boolean positioned, Position position, byte[] data) {
        JsonWriter json = control(false).member("channel", channel.name()).object("subscribe").member("recoverable", recoverable)
                .member("positioned", positioned);
        if (positioned) {
            json.member("epoch", position.epoch()).member("offset", position.offset());
        }
        if (data.length > 0) {
            json.raw("data", data);
        }
        send(json.end());
    }

    @Override
    public void unsubscribed(Channel channel, Unsubscribe reason) {
        send(control(false).member("channel", channel.name()).object("unsubscribe").member("code", reason.code()).member("reason", reason.reason()).end());
    }

    @Override
    public void refreshed(long ttlSeconds) {
        JsonWriter json = control(false).object("refresh").member("expires", ttlSeconds > 0);
        if (ttlSeconds > 0) {
            json.member("ttl", ttlSeconds);
        }
        send(json.end());
    }

    @Override
    public void drain(Disconnect cause, RetryWindow window, long deadlineMillis) {
        throw new IllegalStateException("a stream can't be told to move: it is ended");
    }

    @Override
    public void keepalive() {
        session.send(KEEPALIVE);
    }

    @Override
    public void farewell(Ending ending) {
        switch (ending.cause()) {
            case DRAIN, REBALANCE, MAX_AGE -> session.send(retry(COME_BACK.draw(random)));
            default -> send(control(false).object("disconnect").member("code", ending.code()).member("reason", ending.reason())
                    .member("reconnect", ending.reconnect()).end());
        }
    }

    /** The line that says when to come back, and a comment that makes proxies pass it on. Has no blank line of its own. */
    static byte[] retry(long millis) {
        return utf8("retry: " + millis + "\n:\n");
    }

    /** An event of the hub itself, up to the object that the caller fills. */
    private JsonWriter control(boolean withId) {
        JsonWriter json = new JsonWriter().ascii("event: tidings\n");
        if (withId) {
            json.bytes(idLine());
        }
        return json.ascii("data: ").object();
    }

    private void send(JsonWriter json) {
        session.send(json.end().ascii("\n\n").toBytes());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
