package dev.tidings.broker;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A listener that remembers what it heard. */
final class Heard implements Broker.Listener {
    final List<Publication> publications = Collections.synchronizedList(new ArrayList<>());
    final List<Position> tops = Collections.synchronizedList(new ArrayList<>());
    final List<String> members = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void published(Channel channel, Publication publication) {
        publications.add(publication);
    }

    @Override
    public void joined(Channel channel, ClientInfo member) {
        members.add("join " + channel + ' ' + member.client());
    }

    @Override
    public void left(Channel channel, ClientInfo member) {
        members.add("leave " + channel + ' ' + member.client());
    }

    @Override
    public void compared(Channel channel, Position top) {
        tops.add(top);
    }

    List<Long> offsets() {
        return publications.stream().map(Publication::offset).toList();
    }
}
