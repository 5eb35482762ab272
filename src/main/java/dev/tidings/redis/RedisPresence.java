package dev.tidings.redis;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.presence.Presence;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The presence that nodes share. Members that nobody refreshed are removed by whichever node next touches their channel, and told by that one alone. A
 * node looks after the channels in which it has entered members, or read them, {@link #LOOKS_PER_TTL} times within the time to live; so the members of a
 * node that died leave a quarter of that later than their time at most. Times are those of Redis' clock.
 *
 * <p>Any thread. {@code watched} is a concurrent map, {@code departed} is guarded by its monitor.
 */
public final class RedisPresence implements Presence {
    /** How often within their time to live a channel's members are looked at. */
    static final int LOOKS_PER_TTL = 4;
    /** Members whose leave waits to be told; more are dropped, as a leave may be. */
    static final int MAX_DEPARTED = 100_000;
    /** Channels looked at in one second; the others have to wait. */
    static final int MAX_LOOKS = 2_000;
    /** The longest client id that is looked up: ours are shorter, and a client may send anything. */
    static final int MAX_CLIENT_LENGTH = 128;

    private final RedisClient redis;
    private final InstantSource clock;
    private final long ttlMillis;
    private final Map<Channel, Long> watched = new ConcurrentHashMap<>();
    private final Queue<Departed> departed = new ArrayDeque<>();

    /** A presence whose members live {@code ttl} unless refreshed. */
    public RedisPresence(RedisClient redis, InstantSource clock, Duration ttl) {
        this.redis = redis;
        this.clock = clock;
        this.ttlMillis = ttl.toMillis();
    }

    @Override
    public CompletionStage<Boolean> enter(Channel channel, ClientInfo info, String claim) {
        watch(channel);
        return call(redis.scripts().enter(), channel, info.client(), claim, entry(info), ttlMillis).thenApply(answer -> tellAndSay(channel, answer));
    }

    @Override
    public CompletionStage<Boolean> leave(Channel channel, String client, String claim) {
        return call(redis.scripts().leave(), channel, client, claim).thenApply(answer -> tellAndSay(channel, answer));
    }

    @Override
    public CompletionStage<Void> refresh(Channel channel, ClientInfo info, String claim) {
        watch(channel);
        return call(redis.scripts().refresh(), channel, info.client(), claim, entry(info), ttlMillis).thenAccept(answer -> tellAndSay(channel, answer));
    }

    private CompletionStage<Response> call(Script script, Channel channel, Object... arguments) {
        String tag = Keys.tag(channel);
        return redis.call(script, tag, List.of(redis.name(tag, "p"), redis.name(tag, "x")), arguments);
    }

    /** {@code user LF member}: the script counts users and does not read members. */
    private static byte[] entry(ClientInfo info) {
        byte[] user = (info.user().replace('\n', ' ') + '\n').getBytes(StandardCharsets.UTF_8);
        byte[] member = Codec.encode(info);
        byte[] entry = new byte[user.length + member.length];
        System.arraycopy(user, 0, entry, 0, user.length);
        System.arraycopy(member, 0, entry, user.length, member.length);
        return entry;
    }

    /** {@code claim LF user LF member}. */
    private static ClientInfo member(byte[] entry) {
        int from = 0;
        for (int lines = 0; lines < 2; from++) {
            if (entry[from] == '\n') {
                lines++;
            }
        }
        return Codec.info(entry, from);
    }

    private boolean tellAndSay(Channel channel, Response answer) {
        synchronized (departed) {
            for (int i = 1; i < answer.size() && departed.size() < MAX_DEPARTED; i++) {
                departed.add(new Departed(channel, member(answer.get(i).toBytes())));
            }
        }
        return answer.get(0).toString().equals("1");
    }

    @Override
    public CompletionStage<Map<String, ClientInfo>> members(Channel channel) {
        watch(channel);
        return call(redis.scripts().present(), channel, "1").thenApply(answer -> {
            Map<String, ClientInfo> members = new LinkedHashMap<>();
            for (Response entry : answer) {
                ClientInfo info = member(entry.toBytes());
                members.put(info.client(), info);
            }
            return members;
        });
    }

    @Override
    public CompletionStage<Stats> stats(Channel channel) {
        return call(redis.scripts().present(), channel, "0").thenApply(answer -> new Stats(answer.get(0).toInteger(), answer.get(1).toInteger()));
    }

    // -- members that nobody refreshed ---------------------------------------------------------------------------------------------------------

    private void watch(Channel channel) {
        watched.putIfAbsent(channel, clock.millis() + ttlMillis / LOOKS_PER_TTL);
    }

    @Override
    public CompletionStage<List<Departed>> expire() {
        long now = clock.millis();
        List<CompletableFuture<Void>> looks = new ArrayList<>();
        for (Map.Entry<Channel, Long> each : watched.entrySet()) {
            if (each.getValue() <= now && looks.size() < MAX_LOOKS) {
                each.setValue(now + ttlMillis / LOOKS_PER_TTL);
                looks.add(look(each.getKey()).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).handle((_, _) -> takeDeparted());
    }

    private CompletionStage<Void> look(Channel channel) {
        return call(redis.scripts().expire(), channel).thenAccept(answer -> {
            tellAndSay(channel, answer);
            if (answer.get(0).toString().equals("0")) {
                watched.remove(channel);
            }
        });
    }

    private List<Departed> takeDeparted() {
        synchronized (departed) {
            List<Departed> taken = List.copyOf(departed);
            departed.clear();
            return taken;
        }
    }

    // -- client ids ----------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Void> claim(String client, String user, String claim, Duration ttl) {
        return redis.send(client, Command.SET, name(client), claim + '\n' + user, "PX", ttl.toMillis()).thenApply(_ -> null);
    }

    @Override
    public CompletionStage<Void> release(String client, String claim, Duration ttl) {
        return redis.call(redis.scripts().release(), client, List.of(name(client)), claim, ttl.toMillis()).thenApply(_ -> null);
    }

    @Override
    public CompletionStage<Optional<String>> owner(String client) {
        if (!client.matches("[A-Za-z0-9_-]{1," + MAX_CLIENT_LENGTH + "}")) {
            return CompletableFuture.completedStage(Optional.empty()); // none that a hub gave out
        }
        return redis.send(client, Command.GET, name(client)).thenApply(value -> Optional.ofNullable(value).map(it -> it.toString().split("\n", 2)[1]));
    }

    private String name(String client) {
        return redis.name(client, "o");
    }
}
