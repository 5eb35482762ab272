package dev.tidings.broker;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Publication;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that remembers what it heard. */
final class Heard implements Broker.Listener {
    final List<Publication> publications = new CopyOnWriteArrayList<>();
    final List<String> members = new CopyOnWriteArrayList<>();

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

    List<Long> offsets() {
        return publications.stream().map(Publication::offset).toList();
    }
}
