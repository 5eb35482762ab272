package dev.tidings.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One master and this node's connections to it: pipelines for requests, and the link on which it tells what is published.
 *
 * <p>All of them lead to the same run of the same Redis. Behind one address, a failover may move the link to the new master and leave a pipeline on the old
 * one, which lives on for a while: what is compared there would be older than what the link has told, and publications would go where nobody hears
 * them. When the link is opened, what leads elsewhere is given up; when another is, and leads elsewhere than the link, both are.
 */
final class Master {
    private static final Throwable ELSEWHERE = new IllegalStateException("the address leads to another Redis now");

    final Endpoint endpoint;
    final Link link;
    private final List<Pipeline> pipelines;
    private final Pipeline reading;
    private final Pipeline replicated;
    private final RedisSettings settings;
    private final boolean sharded;
    /** What the link was opened on last; null before that. */
    private volatile Dial.Line linked;
    private volatile Wanted heartbeat;
    private Promise<Response> waiting;
    private Promise<Response> nextWaiting;

    /** Over which connection a request goes. */
    enum Way {
        /** One of those that are answered at once and with little; those of one slot take the same. */
        REQUEST,
        /** The one for pages of history: an answer may take long to come over, and nothing else must wait behind it. */
        READING,
        /** The one whose writes are waited for until replicas have them. */
        REPLICATED
    }

    /** Is told of edges on any of the connections. */
    interface Listener extends Pipeline.Listener {
        /** Names were refused on the link, or were taken away: this master may not be theirs any more. */
        void moved();
    }

    Master(Vertx vertx, Dial dial, Endpoint endpoint, RedisSettings settings, Listener listener) {
        this.endpoint = endpoint;
        this.settings = settings;
        this.sharded = settings.mode() == RedisSettings.Mode.CLUSTER;
        Supplier<Pipeline> pipeline = () -> new Pipeline(vertx, () -> open(dial), settings.timeout(), onRequests(listener));
        this.pipelines = Stream.generate(pipeline).limit(settings.pipelines()).toList();
        this.reading = pipeline.get();
        // A WAIT holds up everything behind it on its connection, so what needn't wait goes another way.
        this.replicated = settings.minReplicas() == 0 ? null : pipeline.get();
        this.link = new Link(vertx, () -> open(dial), sharded, onLink(listener));
        all().forEach(Pipeline::open);
        link.open();
    }

    private Pipeline.Listener onRequests(Listener listener) {
        return new Pipeline.Listener() {
            @Override
            public void opened() {
                Dial.Line line = linked;
                if (line != null && dropElsewhere(line)) {
                    link.drop(ELSEWHERE); // which of them is behind is not known
                }
                listener.opened();
            }

            @Override
            public void lost(Throwable why) {
                listener.lost(why);
            }
        };
    }

    private Link.Listener onLink(Listener listener) {
        return new Link.Listener() {
            @Override
            public void begun(Dial.Line line) {
                linked = line;
                dropElsewhere(line);
            }

            @Override
            public void opened() {
                listener.opened();
            }

            @Override
            public void lost(Throwable why) {
                linked = null;
                listener.lost(why);
            }

            @Override
            public void moved() {
                listener.moved();
            }
        };
    }

    /** Gives up connections for requests that lead to another Redis than this one. Whether there were any. */
    private boolean dropElsewhere(Dial.Line line) {
        return all().filter(pipeline -> pipeline.dropIfElsewhere(line, ELSEWHERE)).count() > 0;
    }

    /** Sentinels may name a master that does not know it yet, or does not any more; and a name may still lead to one that was the master. */
    private Future<Dial.Line> open(Dial dial) {
        Future<Dial.Line> opened = dial.open(endpoint);
        if (sharded) {
            return opened; // a replica answers where the master is
        }
        return opened.compose(line -> line.connection().send(Request.cmd(Command.ROLE)).map(role -> role.get(0).toString())
                .recover(_ -> Future.succeededFuture("master")) // it does not tell everybody; then a write will
                .compose(role -> role.equals("master") ? Future.succeededFuture(line) : Future.<Dial.Line>failedFuture("READONLY")).onFailure(_ -> line.close()))
                .compose(line -> line.connection().send(Request.cmd(Command.INFO).arg("server")).map(Master::run).otherwise("").map(line::to));
    }

    private static String run(Response info) {
        return info.toString().lines().filter(line -> line.startsWith("run_id:")).findFirst().orElse("");
    }

    /** Sends a request; those of one {@code spread} keep their order. {@code asking}: its slot is just being moved here. */
    Future<Response> send(Way way, int spread, Request request, boolean asking) {
        if (way == Way.REPLICATED) {
            return sendReplicated(request, asking);
        }
        Pipeline pipeline = pipeline(way, spread);
        return asking ? pipeline.sendAsking(request) : pipeline.send(request);
    }

    private Pipeline pipeline(Way way, int spread) {
        return switch (way) {
            case REQUEST -> pipelines.get(Math.floorMod(spread, pipelines.size()));
            case READING -> reading;
            case REPLICATED -> replicated;
        };
    }

    /** Whether the connection that such a request takes is open. */
    boolean canSend(Way way, int spread) {
        return pipeline(way, spread).isOpen();
    }

    /**
     * Sends a request whose effect must be on replicas before it counts; fails when too few have it in time. Redis waits for what was written on the
     * connection that asks it to: if that is not the one that the request went over, it is not known whether they have it.
     */
    private Future<Response> sendReplicated(Request request, boolean asking) {
        Object connection = replicated.connection();
        return (asking ? replicated.sendAsking(request) : replicated.send(request)).compose(answer -> waitForReplicas().compose(have -> {
            if (connection != replicated.connection()) {
                return Future.failedFuture(AwayException.notConnected());
            }
            if (have.toLong() < settings.minReplicas()) {
                return Future.failedFuture(AwayException.notReplicated(have.toLong(), settings.minReplicas()));
            }
            return Future.succeededFuture(answer);
        }));
    }

    /** One WAIT is under way at most, and the next one is for all that asked meanwhile: it covers everything that was written before it. */
    private Future<Response> waitForReplicas() {
        synchronized (this) {
            if (waiting != null) {
                if (nextWaiting == null) {
                    nextWaiting = Promise.promise();
                }
                return nextWaiting.future();
            }
            waiting = Promise.promise();
        }
        return sendWait(waiting);
    }

    private Future<Response> sendWait(Promise<Response> promise) {
        Request wait = Request.cmd(Command.WAIT).arg(settings.minReplicas()).arg(settings.timeout().toMillis() / 2);
        replicated.send(wait).onComplete(answer -> {
            Promise<Response> next;
            synchronized (this) {
                next = nextWaiting;
                nextWaiting = null;
                waiting = next;
            }
            if (next != null) {
                sendWait(next);
            }
            promise.handle(answer);
        });
        return promise.future();
    }

    /** Publishes a heartbeat to this node and looks whether the last one came. Called about once a second. */
    void beat() {
        Wanted beat = heartbeat;
        if (beat != null) {
            send(Way.REQUEST, 0, Request.cmd(sharded ? Command.SPUBLISH : Command.PUBLISH).arg(beat.name).arg("1".getBytes(StandardCharsets.US_ASCII)), false);
        }
        link.checkHearing();
    }

    /** The channel that heartbeats go through; in a cluster one whose slot is here. */
    void beatOn(String name, int slot) {
        if (heartbeat != null && heartbeat.name.equals(name)) {
            return;
        }
        if (heartbeat != null) {
            link.remove(heartbeat);
        }
        heartbeat = new Wanted(name, slot, new Wanted.Receiver() {
            @Override
            public void received(byte[] payload) {
                link.heard();
            }

            @Override
            public void resubscribed() {
                // the next one comes within a second
            }
        });
        link.heard(); // nothing was to be heard so far
        link.add(heartbeat);
    }

    Wanted heartbeat() {
        return heartbeat;
    }

    /** Whether every connection is open and everything that is wanted is subscribed. */
    boolean isWhole() {
        return all().allMatch(Pipeline::isOpen) && link.isWhole();
    }

    /** Gives up the connections for requests: it is no master any more. */
    void drop(Throwable why) {
        all().forEach(pipeline -> pipeline.drop(why));
    }

    void close() {
        all().forEach(Pipeline::close);
        link.close();
    }

    private Stream<Pipeline> all() {
        return Stream.concat(pipelines.stream(), Stream.of(reading, replicated).filter(Objects::nonNull));
    }
}
