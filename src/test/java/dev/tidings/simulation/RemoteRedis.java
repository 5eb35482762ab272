package dev.tidings.simulation;

import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Publish;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.redis.Mark;
import dev.tidings.redis.Store.Listener;
import dev.tidings.redis.Store.Placed;
import dev.tidings.redis.Store.Read;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Redis as one node sees it: a pipeline of requests, which are carried out and answered in their order and late, and a link. Both break with the server;
 * a link that is deaf is found after a while. The node learns of another master at a moment of its own, and sends it requests before it listens to it.
 */
final class RemoteRedis implements dev.tidings.redis.Store {
    /** How long a deaf link stays unnoticed. */
    private static final long DEAF_MILLIS = 3_500;
    private static final long SUBSCRIBE_MILLIS = 5_000;

    final Redis redis;
    final Schedule schedule;
    final Weather weather;
    private final Map<Channel, Wanted> wanted = new LinkedHashMap<>();
    private Listener listener;
    private RedisServer master;
    private Pipeline pipeline;
    private RedisLink link;
    private boolean dead;

    private final class Wanted {
        final CompletableFuture<Void> ready = new CompletableFuture<>();
        final Channel channel;

        Wanted(Channel channel) {
            this.channel = channel;
        }

        void confirmed() {
            if (wanted.get(channel) == this && !ready.complete(null)) {
                schedule.note(() -> RemoteRedis.this + ": subscribed to " + channel + " again");
                listener.resubscribed(channel);
            }
        }
    }

    private record Request<T>(CompletableFuture<T> answer, Function<RedisServer, T> what, boolean failsBefore, boolean failsAfter) {
        CompletableFuture<Void> run(RedisServer server, CompletableFuture<T> outcome) {
            try {
                T value = failsBefore ? null : what.apply(server);
                if (failsBefore || failsAfter) {
                    outcome.completeExceptionally(away());
                } else {
                    outcome.complete(value);
                }
            } catch (RefusedException e) {
                outcome.completeExceptionally(e);
            }
            return null;
        }

        void fail() {
            answer.completeExceptionally(away());
        }
    }

    private final class Pipeline {
        final RedisServer server;
        final Deque<Request<?>> sent = new ArrayDeque<>();
        final Deque<Runnable> answers = new ArrayDeque<>();
        final List<Request<?>> unanswered = new ArrayList<>();
        boolean broken;

        Pipeline(RedisServer server) {
            this.server = server;
        }

        void send(Request<?> request) {
            sent.add(request);
            unanswered.add(request);
            schedule.soon(weather.brokerLatencyMicros, () -> {
                if (!broken) {
                    carryOut(sent.poll());
                }
            });
        }

        private <T> void carryOut(Request<T> request) {
            CompletableFuture<T> outcome = new CompletableFuture<>();
            request.run(server, outcome);
            answers.add(() -> outcome.whenComplete((value, failure) -> {
                unanswered.remove(request);
                if (failure == null) {
                    request.answer.complete(value);
                } else {
                    request.answer.completeExceptionally(failure);
                }
            }));
            schedule.soon(weather.brokerLatencyMicros, () -> {
                if (!broken && !dead) {
                    answers.poll().run();
                }
            });
        }

        /** What is not answered has failed: nobody knows whether it took effect. */
        void breakOff() {
            broken = true;
            unanswered.forEach(request -> schedule.soon(1_000, () -> {
                if (!dead) {
                    request.fail();
                }
            }));
        }
    }

    RemoteRedis(Redis redis) {
        this.redis = redis;
        this.schedule = redis.schedule;
        this.weather = redis.weather;
        reach();
    }

    private static RefusedException away() {
        return new RefusedException(Refusal.INTERNAL, "the store is away");
    }

    @Override
    public void listen(Listener itsListener) {
        listener = itsListener;
    }

    Listener listener() {
        return listener;
    }

    // -- requests ------------------------------------------------------------------------------------------------------------------------------

    private <T> CompletionStage<T> ask(double fails, double failsAfterwards, Function<RedisServer, T> what) {
        boolean failsBefore = redis.failing && schedule.chance(fails);
        boolean failsAfter = redis.failing && schedule.chance(failsAfterwards);
        Request<T> request = new Request<>(new CompletableFuture<>(), what, failsBefore, failsAfter);
        if (pipeline == null) {
            schedule.soon(weather.brokerLatencyMicros, () -> {
                if (!dead) {
                    request.fail();
                }
            });
        } else {
            pipeline.send(request);
        }
        return request.answer;
    }

    @Override
    public CompletionStage<Placed> publish(Publish publish, Mark known) {
        return ask(0, weather.unknownOutcomes, server -> server.publish(publish, known, redis.newEpoch()));
    }

    @Override
    public CompletionStage<Read> read(Channel channel, Namespace namespace, HistoryQuery query, Mark known) {
        redis.reads++;
        return ask(weather.failingReads, 0, server -> server.read(channel, namespace, query, known, redis.newEpoch()));
    }

    @Override
    public CompletionStage<Void> join(Channel channel, ClientInfo member) {
        return ask(0, 0, server -> {
            schedule.note(() -> "store: " + member.client() + " joined " + channel);
            server.tell(channel, false, its -> its.joined(channel, member));
            return null;
        });
    }

    @Override
    public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
        return ask(0, 0, server -> {
            redis.tellsLeave(channel, member);
            server.tell(channel, false, its -> its.left(channel, member));
            return null;
        });
    }

    @Override
    public CompletionStage<Void> subscribe(Channel channel) {
        Wanted name = new Wanted(channel);
        wanted.put(channel, name);
        if (link != null) {
            link.subscribe(channel, name::confirmed);
        }
        CompletableFuture<Void> answer = name.ready.copy();
        long patience = redis.failing && schedule.chance(weather.failingSubscribes) ? schedule.between(0, 100) : SUBSCRIBE_MILLIS;
        schedule.inMillis(patience, () -> {
            if (!dead) {
                answer.completeExceptionally(away());
            }
        });
        return answer;
    }

    @Override
    public void unsubscribe(Channel channel) {
        if (wanted.remove(channel) != null && link != null) {
            link.unsubscribe(channel);
        }
    }

    @Override
    public boolean isConnected() {
        return !dead && pipeline != null && link != null;
    }

    // -- connections ---------------------------------------------------------------------------------------------------------------------------

    /** Turns to whoever is the master now: requests first. */
    void reach() {
        if (dead) {
            return;
        }
        master = redis.master();
        if (!master.isUp()) {
            later(this::reach);
            return;
        }
        if (pipeline == null || pipeline.server != master) {
            if (pipeline != null && schedule.random.nextBoolean()) {
                pipeline.breakOff(); // else what is under way to the old master is still carried out, and answered
            }
            pipeline = new Pipeline(master);
        }
        if (link == null) {
            open();
        } else {
            schedule.inMillis(schedule.between(0, 500), this::breakLink);
        }
    }

    private void later(Runnable attempt) {
        schedule.inMillis(schedule.between(20, redis.failing ? 2_000 : 300), attempt);
    }

    private void open() {
        if (dead || link != null) {
            return;
        }
        if (pipeline == null || !pipeline.server.isUp()) {
            later(this::open);
            return;
        }
        schedule.note(() -> this + ": its link is open");
        link = new RedisLink(this, pipeline.server);
        List<Wanted> left = new ArrayList<>(wanted.values());
        while (!left.isEmpty()) {
            Wanted next = left.remove(schedule.random.nextInt(left.size()));
            link.subscribe(next.channel, next::confirmed);
        }
    }

    /** The link is lost, and opened again after a moment. */
    void breakLink() {
        if (link != null) {
            schedule.note(() -> this + ": its link breaks");
            link.breakOff();
            link = null;
            later(this::open);
        }
    }

    /** All connections are lost. */
    void lose() {
        breakLink();
        if (pipeline != null) {
            pipeline.breakOff();
            pipeline = null;
        }
    }

    /** The link is deaf until that is found. */
    void goDeaf() {
        RedisLink deaf = link;
        if (deaf != null) {
            schedule.note(() -> this + ": its link is deaf");
            deaf.goDeaf();
            schedule.inMillis(schedule.between(500, DEAF_MILLIS), () -> {
                if (link == deaf) {
                    breakLink();
                }
            });
        }
    }

    /** The node is gone. */
    void kill() {
        dead = true;
        if (link != null) {
            link.breakOff();
        }
        if (pipeline != null) {
            pipeline.breakOff();
        }
    }

    /** Channels that are wanted. */
    int size() {
        return wanted.size();
    }

    @Override
    public String toString() {
        return "redis of " + redis.nameOf(this);
    }
}
