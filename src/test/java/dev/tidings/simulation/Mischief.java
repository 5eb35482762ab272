package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.hub.SessionControl;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What happens while the weather is bad: publications, cut and stalled connections, changes of mind, lost stores, paused lanes, dying nodes. */
final class Mischief {
    private final World world;
    private final Schedule schedule;
    private final Weather weather;
    private boolean over;

    Mischief(World world) {
        this.world = world;
        this.schedule = world.schedule;
        this.weather = world.weather;
    }

    /** Goes on for that long. */
    void begin(long millis) {
        publish(schedule.between(20, 400));
        annoyClients(schedule.between(100, 2_000));
        annoyNodes();
        if (weather.redis) {
            annoyRedis((Redis) world.store);
            loseNodes(millis);
        } else if (weather.secondNode) {
            schedule.inMillis(schedule.between(2_000, millis), () -> lose(world.nodes.get(schedule.random.nextInt(2))));
        }
        schedule.run(millis);
        over = true;
    }

    private void publish(long meanMillis) {
        schedule.inMillis(schedule.between(0, 2 * meanMillis), () -> {
            if (over) {
                return;
            }
            long burst = schedule.chance(weather.bursts * 0.1) ? schedule.between(10, 300) : 1;
            Channel channel = world.pickChannel();
            for (; burst > 0; burst--) {
                if (schedule.chance(0.2) && world.pickClient().connection().isPresent()) {
                    world.pickClient().connection().ifPresent(connection -> connection.publish(world.publishers.draw(channel)));
                } else {
                    world.publishers.publish(world.publishers.draw(channel));
                }
            }
            publish(meanMillis);
        });
    }

    private void annoyClients(long meanMillis) {
        schedule.inMillis(schedule.between(0, 2 * meanMillis), () -> {
            if (over) {
                return;
            }
            Client client = world.pickClient();
            if (schedule.chance(weather.cuts)) {
                client.cut(schedule.chance(0.3) ? schedule.between(0, 40_000) : schedule.between(0, 500));
            }
            if (schedule.chance(weather.stalls)) {
                client.stall(schedule.random.nextBoolean(), schedule.between(100, 20_000));
            }
            if (schedule.chance(weather.changes)) {
                change(client);
            }
            annoyClients(meanMillis);
        });
    }

    private void change(Client client) {
        List<View> views = List.copyOf(client.views.values());
        switch (schedule.random.nextInt(5)) {
            case 0 -> {
                client.goOffline();
                schedule.inMillis(schedule.between(0, 15_000), client::goOnline);
            }
            case 1 -> control(client);
            default -> {
                View view = views.get(schedule.random.nextInt(views.size()));
                client.toggle(view, schedule.random.nextInt(3) == 0);
                if (schedule.random.nextBoolean()) {
                    schedule.inMillis(schedule.between(0, 3_000), () -> client.toggle(view, false));
                }
            }
        }
    }

    /** A back end acts on the client's sessions. */
    private void control(Client client) {
        if (client.clientId().isEmpty()) {
            return;
        }
        SessionControl.Target target = new SessionControl.Target("", client.clientId(), "");
        for (Node node : weather.redis ? List.of(world.pickNode()) : world.nodes) { // nodes that share a Redis ask each other
            if (node.isDead()) {
                continue;
            }
            if (schedule.random.nextBoolean()) {
                node.hub.control().disconnect(target, Set.of(), Ending.of(Disconnect.FORCE_RECONNECT));
            } else if (!client.isStream()) {
                node.hub.control().unsubscribe(target, Optional.of(world.pickChannel()));
            }
        }
    }

    private void annoyNodes() {
        schedule.inMillis(schedule.between(0, 2_000), () -> {
            if (over) {
                return;
            }
            Node node = world.pickNode();
            if (schedule.chance(weather.holds)) {
                node.loops.get(schedule.random.nextInt(node.loops.size())).hold(schedule.between(1, 3_000));
            }
            if (schedule.chance(weather.outages)) {
                node.link.fallSilent(schedule.between(10, 10_000));
            }
            if (schedule.chance(weather.wipes * 0.2)) {
                world.store.wipe();
            }
            annoyNodes();
        });
    }

    private void annoyRedis(Redis redis) {
        schedule.inMillis(schedule.between(0, 3_000), () -> {
            if (over) {
                return;
            }
            if (schedule.chance(weather.restarts)) {
                redis.restart(schedule.between(10, 4_000));
            }
            if (schedule.chance(weather.failovers)) {
                if (schedule.random.nextInt(4) > 0) {
                    redis.fallBehind();
                }
                schedule.inMillis(schedule.between(0, 3_000), () -> {
                    if (!over) {
                        redis.failOver();
                    }
                });
            }
            annoyRedis(redis);
        });
    }

    /** Some nodes come, and some go, but for the last. */
    private void loseNodes(long millis) {
        if (weather.grows) {
            schedule.inMillis(schedule.between(1_000, millis), world::addNode);
        }
        for (int i = 1; i < weather.nodeCount; i++) {
            if (schedule.random.nextInt(3) == 0) {
                schedule.inMillis(schedule.between(2_000, millis), () -> {
                    List<Node> living = world.nodes.stream().filter(node -> !node.isDead() && !node.hub.drain().isDraining()).toList();
                    if (living.size() > 1) {
                        lose(living.get(schedule.random.nextInt(living.size())));
                    }
                });
            }
        }
    }

    private void lose(Node node) {
        if (schedule.random.nextBoolean()) {
            node.crash();
        } else {
            Duration within = Duration.ofMillis(schedule.between(0, 20_000));
            schedule.note(() -> node + ": drains within " + within);
            node.hub.drain().start(within);
        }
    }
}
