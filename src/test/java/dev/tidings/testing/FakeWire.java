package dev.tidings.testing;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.session.Delivery;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.RetryWindow;
import dev.tidings.session.Session;
import dev.tidings.session.Transport;
import dev.tidings.session.Wire;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * A wire that speaks plain words, one text per message, its parts separated by spaces; {@code -} stands for an empty or absent part. Publications are
 * encoded once and shared, as real wires do it.
 *
 * <pre>
 *   publication CHANNEL EPOCH OFFSET PREV DATA      PREV is -1 where it is OFFSET - 1
 *   gap CHANNEL REASON FROM_EPOCH FROM_OFFSET TO_EPOCH TO_OFFSET
 *   position CHANNEL EPOCH OFFSET
 *   join CHANNEL CLIENT          leave CHANNEL CLIENT
 *   subscribed CHANNEL EPOCH OFFSET      unsubscribed CHANNEL CODE
 *   refreshed SECONDS       drain CAUSE MIN MAX DEADLINE      keepalive      farewell CODE
 * </pre>
 */
public class FakeWire implements Wire {
    private final Session session;
    private final Dialect dialect;

    /** What a wire can say. */
    public enum Dialect {
        /** A WebSocket client of Centrifuge's protocol: no gaps, no positions. */
        PLAIN,
        /** A WebSocket client with our extensions. */
        EXTENDED,
        /** A stream of server-sent events: what was missed follows the answer instead of being held in it. */
        STREAM
    }

    protected FakeWire(Session session, Dialect dialect) {
        this.session = session;
        this.dialect = dialect;
    }

    /** A wire over that transport, in the form in which a hub opens sessions. */
    public static Function<Session, Wire> over(FakeTransport transport, Dialect dialect) {
        return session -> {
            transport.attach(session);
            return new FakeWire(session, dialect);
        };
    }

    /** The text of a publication. */
    public static String text(Channel channel, Publication publication, long prev) {
        return "publication " + channel + ' ' + orDash(publication.epoch()) + ' ' + publication.offset() + ' ' + prev + ' '
                + new String(publication.data(), StandardCharsets.UTF_8);
    }

    /** A part of a message: the text, or a dash for an empty one. */
    public static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /** Sends a message, as a door does with its answers. */
    public void say(String message) {
        send(message.getBytes(StandardCharsets.UTF_8));
    }

    /** The one way out for everything that is said. */
    protected void send(byte[] message) {
        session.send(message);
    }

    @Override
    public boolean extended() {
        return dialect != Dialect.PLAIN;
    }

    @Override
    public boolean streamsReplay() {
        return dialect == Dialect.STREAM;
    }

    @Override
    public void publication(Delivery delivery, long prev) {
        Delivery.Format format = session.kind() == Transport.Kind.SSE ? Delivery.Format.EVENT : Delivery.Format.PUSH;
        send(delivery.bytes(format, prev, (channel, publication, before) -> text(channel, publication, before).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void gap(Channel channel, Gap gap) {
        requireExtended("gap");
        say("gap " + channel + ' ' + gap.reason().label() + ' ' + gap.from().map(FakeWire::text).orElse("- -") + ' ' + text(gap.to()));
    }

    @Override
    public void position(Channel channel, Position position) {
        requireExtended("position");
        say("position " + channel + ' ' + text(position));
    }

    @Override
    public void join(Channel channel, ClientInfo member) {
        say("join " + channel + ' ' + member.client());
    }

    @Override
    public void leave(Channel channel, ClientInfo member) {
        say("leave " + channel + ' ' + member.client());
    }

    @Override
    public void subscribed(Channel channel, boolean recoverable, boolean positioned, Position position, byte[] data) {
        say("subscribed " + channel + ' ' + text(position));
    }

    @Override
    public void unsubscribed(Channel channel, Unsubscribe reason) {
        say("unsubscribed " + channel + ' ' + reason.code());
    }

    @Override
    public void refreshed(long ttlSeconds) {
        say("refreshed " + ttlSeconds);
    }

    @Override
    public void drain(Disconnect cause, RetryWindow window, long deadlineMillis) {
        requireExtended("drain");
        say("drain " + cause.reason() + ' ' + window.minMillis() + ' ' + window.maxMillis() + ' ' + deadlineMillis);
    }

    @Override
    public void keepalive() {
        say("keepalive");
    }

    @Override
    public void farewell(Ending ending) {
        say("farewell " + ending.code());
    }

    private void requireExtended(String what) {
        if (!extended()) {
            throw new IllegalStateException("a plain wire was asked to say " + what);
        }
    }

    private static String text(Position position) {
        return orDash(position.epoch()) + ' ' + position.offset();
    }
}
