package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.hub.Connected;
import dev.tidings.hub.Subscribed;
import dev.tidings.session.Delivery;
import dev.tidings.session.Session;
import dev.tidings.testing.FakeWire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The words of one simulated connection: those of {@link FakeWire}, the answers that a door gives, and on a stream the cursor, as an {@code id} line
 * before the message that moves it. Checks that every word is said on the session's lane.
 */
final class ConnectionWire extends FakeWire {
    private final Connection connection;
    private final Session session;
    private final TreeMap<Channel, Optional<Position>> positions = new TreeMap<>();
    private boolean withCursor;
    private boolean moved;

    ConnectionWire(Connection connection, Session session, Dialect dialect) {
        super(session, dialect);
        this.connection = connection;
        this.session = session;
    }

    /** The streams of the session; from now on what moves a position carries the cursor. */
    void useCursor(Collection<Channel> channels) {
        channels.forEach(channel -> positions.put(channel, Optional.empty()));
        withCursor = true;
    }

    @Override
    protected void send(byte[] message) {
        connection.checkOnLane();
        byte[] all = message;
        if (moved) {
            moved = false;
            all = (cursor() + '\n' + new String(message, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        }
        if (session.isLive()) {
            connection.offered(all.length);
        }
        super.send(all);
    }

    /** {@code id CURSOR} and, for the simulation's eyes only, the positions it stands for. */
    private String cursor() {
        List<Channel> streams = List.copyOf(positions.keySet());
        long[] offsets = streams.stream().mapToLong(each -> positions.get(each).map(Position::offset).orElse(-1L)).toArray();
        int[] hashes = streams.stream().mapToInt(each -> positions.get(each).map(at -> Cursor.epochHash(at.epoch())).orElse(0)).toArray();
        StringBuilder line = new StringBuilder("id ").append(new Cursor(streams).encode(offsets, hashes));
        positions.forEach((channel, at) -> at.ifPresent(it -> line.append(' ' + channel.name() + ' ' + it.epoch() + ' ' + it.offset())));
        return line.toString();
    }

    private void move(Channel channel, Position to) {
        if (withCursor) {
            positions.put(channel, Optional.of(to));
            moved = true;
        }
    }

    @Override
    public void publication(Delivery delivery, long prev) {
        if (delivery.publication().hasOffset()) {
            move(delivery.channel(), delivery.publication().position());
        }
        super.publication(delivery, prev);
    }

    @Override
    public void gap(Channel channel, Gap gap) {
        move(channel, gap.to());
        super.gap(channel, gap);
    }

    @Override
    public void position(Channel channel, Position position) {
        move(channel, position);
        super.position(channel, position);
    }

    /** The answer to a connect with those to its subscriptions. On a stream the gaps follow, the last one with a cursor. */
    void connected(Connected connected) {
        List<String> lines = new ArrayList<>(List.of("connected " + connected.client()));
        List<Subscribed> withGap = new ArrayList<>();
        for (Subscribed each : connected.subscribed()) {
            lines.add(answer(each, 0));
            if (each.gap().isPresent() && streamsReplay()) {
                withGap.add(each);
            }
            each.from().ifPresent(from -> move(each.channel(), from));
        }
        moved &= withGap.isEmpty();
        say(String.join("\n", lines));
        for (Subscribed each : withGap) {
            if (each == withGap.getLast()) {
                gap(each.channel(), each.gap().get());
            } else {
                super.gap(each.channel(), each.gap().get());
            }
        }
    }

    private static String text(Gap gap) {
        String from = gap.from().map(at -> orDash(at.epoch()) + ' ' + at.offset()).orElse("- -1");
        return ' ' + gap.reason().label() + ' ' + from + ' ' + gap.to().epoch() + ' ' + gap.to().offset();
    }

    /** The answer to a subscription and its publications: {@code answer CHANNEL EPOCH OFFSET WAS RECOVERED REASON FROM FROM TO TO MEMBERS NUMBER}. */
    static String answer(Subscribed subscribed, int number) {
        StringBuilder text = new StringBuilder("answer ").append(subscribed.channel());
        text.append(subscribed.from().map(from -> " " + orDash(from.epoch()) + " " + from.offset()).orElse(" - -1"));
        text.append(' ').append(subscribed.wasRecovering()).append(' ').append(subscribed.recovered());
        text.append(subscribed.gap().map(ConnectionWire::text).orElse(" - - -1 - -1"));
        text.append(' ').append(subscribed.members().map(members -> "," + String.join(",", members.keySet())).orElse("-"));
        text.append(' ').append(number);
        for (Subscribed.Visible visible : subscribed.publications()) {
            text.append('\n').append(text(subscribed.channel(), visible.publication(), visible.prev()));
        }
        return text.toString();
    }
}
