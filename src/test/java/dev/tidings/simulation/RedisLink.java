package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.redis.Store.Listener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** One connection on which a server tells a node what is published: in order and late. It may go deaf, and what is under way when it breaks is lost. */
final class RedisLink {
    private final RemoteRedis node;
    private final RedisServer server;
    private final Schedule schedule;
    private final Set<Channel> subscribed = new HashSet<>();
    private final Deque<Runnable> toServer = new ArrayDeque<>();
    private final Deque<Runnable> toNode = new ArrayDeque<>();
    private boolean deaf;
    private boolean broken;

    RedisLink(RemoteRedis node, RedisServer server) {
        this.node = node;
        this.server = server;
        this.schedule = node.schedule;
        server.add(this);
    }

    void subscribe(Channel channel, Runnable confirmed) {
        command(() -> {
            subscribed.add(channel);
            answer(confirmed);
        });
    }

    void unsubscribe(Channel channel) {
        command(() -> subscribed.remove(channel));
    }

    private void command(Runnable command) {
        toServer.add(command);
        schedule.soon(node.weather.brokerLatencyMicros, () -> {
            if (!broken) {
                toServer.poll().run();
            }
        });
    }

    /** The server tells something. */
    void told(Channel channel, boolean mayDouble, Consumer<Listener> what) {
        if (!subscribed.contains(channel) || deaf || node.redis.failing && schedule.chance(node.weather.drops)) {
            return;
        }
        answer(() -> what.accept(node.listener()));
        if (mayDouble && node.redis.failing && schedule.chance(node.weather.doubles)) {
            answer(() -> what.accept(node.listener()));
        }
    }

    private void answer(Runnable message) {
        toNode.add(message);
        schedule.soon(node.weather.linkLatencyMicros, () -> {
            if (!broken) {
                toNode.poll().run();
            }
        });
    }

    /** Nothing more comes, though it seems to be whole. */
    void goDeaf() {
        deaf = true;
    }

    void breakOff() {
        broken = true;
        server.remove(this);
    }
}
