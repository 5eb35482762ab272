package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Admission;
import dev.tidings.hub.Caller;
import dev.tidings.hub.ConnectRequest;
import dev.tidings.hub.Lane;
import dev.tidings.hub.PublishRequest;
import dev.tidings.hub.SessionControl;
import dev.tidings.hub.SubscribeRequest;
import dev.tidings.hub.Subscriber;
import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Outbox;
import dev.tidings.session.Session;
import dev.tidings.session.Transport;
import dev.tidings.testing.FakeWire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * One connection with its network, and the door at its end. What the client sends reaches the lane in order and late; what the hub writes reaches the
 * client in order and late; a peer that stalls takes nothing, and a cut loses what is under way and is learned of by each side at another moment.
 */
final class Connection implements Transport {
    final Client client;
    final Node node;
    /** What the client is told of each channel on this connection. */
    final Map<Channel, Feed> feeds = new LinkedHashMap<>();
    private final World world;
    private final Schedule schedule;
    private final int laneIndex;
    private final long latencyMicros;
    private final Deque<Runnable> toHub = new ArrayDeque<>();
    private final Deque<Runnable> toClient = new ArrayDeque<>();
    private Subscriber subscriber;
    private Session session;
    private ConnectionWire wire;
    private Outbox.Batch inFlight;
    private long offeredBytes;
    private long takenBytes;
    private int largestMessage;
    private boolean stalled;
    private boolean slow;
    /** The client no longer sees this connection. */
    private boolean lost;
    /** The hub knows that it is gone. */
    private boolean reported;
    private boolean goodbye;
    private boolean introduced;
    private long openedAt;
    /** Whether the connect is not answered yet: as at the real doors, what is sent meanwhile waits. */
    private boolean connecting;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    Connection(World world, Client client, Node node) {
        this.world = world;
        this.schedule = world.schedule;
        this.client = client;
        this.node = node;
        this.laneIndex = schedule.random.nextInt(node.lanes.size());
        this.latencyMicros = world.weather.networkLatencyMicros;
    }

    private Lane lane() {
        return node.lanes.get(laneIndex);
    }

    private Loop loop() {
        return node.loops.get(laneIndex);
    }

    void checkOnLane() {
        schedule.check(loop().isInside(), () -> client + ": the hub spoke outside the session's lane");
    }

    // -- the client's side ---------------------------------------------------------------------------------------------------------------------

    /** Opens the connection; the client learns of a refusal as of a close. */
    void open() {
        client.note(() -> "opens a connection to " + node);
        openedAt = schedule.clock.millis();
        sendToHub(() -> {
            Optional<Admission.Refused> refused = node.hub.admit();
            if (refused.isPresent()) {
                reported = true;
                sendToClient(() -> client.refused(this, refused.get().window()));
                return;
            }
            subscriber = node.hub.open(lane(), this, itsSession -> wire = new ConnectionWire(this, itsSession, client.dialect));
            session = subscriber.session();
        });
    }

    /** Introduces the client. */
    void connect(ConnectRequest request, boolean withCursor, Collection<Channel> channels) {
        sendToHub(() -> {
            if (session == null) {
                return;
            }
            if (withCursor) {
                wire.useCursor(channels);
            }
            connecting = true;
            node.hub.connect(subscriber, request).whenComplete((connected, failure) -> {
                checkOnLane();
                connecting = false;
                if (failure != null) {
                    refusalOf(failure);
                    session.end(Ending.of(Disconnect.SERVER_ERROR));
                } else {
                    wire.connected(connected);
                    connected.goLive();
                    while (!waiting.isEmpty()) {
                        waiting.poll().run();
                    }
                }
            });
            if (connecting && !channels.isEmpty() && client.dialect != FakeWire.Dialect.STREAM && world.store.failing && schedule.chance(world.weather.changes)) {
                Channel channel = List.copyOf(channels).get(schedule.random.nextInt(channels.size()));
                schedule.soon(3 * world.weather.brokerLatencyMicros, () -> unsubscribeMeanwhile(channel));
            }
        });
    }

    /** A back end ends a subscription that is being made with the connection. */
    private void unsubscribeMeanwhile(Channel channel) {
        if (!connecting || node.isDead()) {
            return;
        }
        schedule.note(() -> "back end: unsubscribes " + client + " from " + channel + " while it connects");
        node.hub.control().unsubscribe(new SessionControl.Target("", "", session.id()), Optional.of(channel));
    }

    /** The client knows that the connect was answered. */
    void introduced() {
        introduced = true;
    }

    boolean isIntroduced() {
        return introduced;
    }

    void subscribe(SubscribeRequest request, int number) {
        command(() -> {
            if (isUseless()) {
                return;
            }
            node.hub.subscribe(subscriber, request).whenComplete((subscribed, failure) -> {
                checkOnLane();
                if (failure != null) {
                    wire.say("error " + request.channel() + ' ' + refusalOf(failure).refusal().code() + ' ' + number);
                } else {
                    wire.say(ConnectionWire.answer(subscribed, number));
                    subscribed.goLive().run();
                }
            });
        });
    }

    private void command(Runnable command) {
        sendToHub(() -> {
            if (connecting) {
                waiting.add(command);
            } else {
                command.run();
            }
        });
    }

    private boolean isUseless() {
        return session == null || !session.isIntroduced();
    }

    /** Every failure that a door sees must be one that its client can be told. */
    private RefusedException refusalOf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        throw schedule.fail(client + ": a request failed with " + cause + (cause.getStackTrace().length > 0 ? " at " + cause.getStackTrace()[0] : ""));
    }

    void unsubscribe(Channel channel) {
        command(() -> {
            if (!isUseless()) {
                node.hub.unsubscribe(subscriber, channel);
                wire.say("left " + channel);
            }
        });
    }

    void publish(PublishRequest request) {
        command(() -> {
            if (!isUseless()) {
                world.publishers.publish(node, Caller.session(subscriber), request);
            }
        });
    }

    /** The client is told to move: not as soon as it has arrived, if that is only to even out the load. */
    void checkMove(String cause) {
        long age = schedule.clock.millis() - openedAt;
        schedule.check(!cause.equals("rebalance") || age >= Node.MIN_AGE.toMillis(), () -> client + ": is rebalanced at an age of " + age + " ms");
    }

    /** The client answers a keepalive. */
    void pong() {
        sendToHub(() -> {
            if (!isUseless()) {
                session.pong();
            }
        });
    }

    /** The client closes it: nothing more is read. */
    void close() {
        lost = true;
        sendToHub(() -> report(Disconnect.CLIENT_CLOSED));
    }

    /** The network drops it. The client sees it at once, the hub after {@code millis}. */
    void cut(long millis) {
        lost = true;
        schedule.inMillis(millis, () -> loop().execute(() -> report(Disconnect.CONNECTION_LOST)));
    }

    /** The peer reads nothing, or slowly, until {@link #resume}. */
    void stall(boolean completely) {
        stalled = completely;
        slow = !completely;
    }

    void resume() {
        stalled = false;
        slow = false;
        if (inFlight != null) {
            Outbox.Batch batch = inFlight;
            schedule.soon(latencyMicros, () -> taken(batch));
        }
    }

    boolean isLost() {
        return lost;
    }

    private void sendToHub(Runnable command) {
        toHub.add(command);
        schedule.soon(latencyMicros, () -> {
            Runnable next = toHub.poll();
            loop().execute(() -> {
                if (!reported) {
                    next.run();
                }
            });
        });
    }

    private void sendToClient(Runnable message) {
        toClient.add(message);
        schedule.soon(latencyMicros, () -> {
            Runnable next = toClient.poll();
            if (!lost) {
                next.run();
            }
        });
    }

    /** The node's process is gone. */
    void crash() {
        if (!lost) {
            schedule.soon(latencyMicros, () -> loseNow());
        }
    }

    private void loseNow() {
        if (!lost) {
            lost = true;
            client.lost(this, 0, 3_000, true);
        }
    }

    // -- the hub's side ------------------------------------------------------------------------------------------------------------------------

    private void report(Disconnect cause) {
        reported = true;
        lost = true;
        if (session == null) {
            return;
        }
        session.connectionClosed(cause);
    }

    @Override
    public Kind kind() {
        return client.dialect == FakeWire.Dialect.STREAM ? Kind.SSE : Kind.WEBSOCKET;
    }

    @Override
    public void write(Outbox.Batch batch) {
        checkOnLane();
        schedule.check(inFlight == null, () -> client + ": a second write while one is under way");
        inFlight = batch;
        if (stalled || lost) {
            return;
        }
        if (world.weather.instantWrites && !slow) {
            take(batch);
            session.written(batch);
        } else {
            schedule.soon(slow ? 1_000_000 + latencyMicros : latencyMicros, () -> taken(batch));
        }
    }

    private void taken(Outbox.Batch batch) {
        if (batch == inFlight && !stalled && !lost) {
            take(batch);
            loop().execute(() -> {
                if (!reported) {
                    session.written(batch);
                }
            });
        }
    }

    private void take(Outbox.Batch batch) {
        inFlight = null;
        takenBytes += batch.bytes();
        for (int i = 0; i < batch.count(); i++) {
            String message = new String(batch.messages()[i], StandardCharsets.UTF_8);
            sendToClient(() -> client.receive(this, message));
        }
    }

    /** The wire said something: what waits for the network must stay within the bound, counted here and not by the outbox. */
    void offered(int length) {
        offeredBytes += length;
        largestMessage = Math.max(largestMessage, length);
        long waiting = offeredBytes - takenBytes;
        schedule.check(waiting <= world.outboxBytes + largestMessage, () -> client + ": " + waiting + " bytes wait, allowed are " + world.outboxBytes);
    }

    @Override
    public void close(Ending ending) {
        schedule.check(!goodbye, () -> client + ": a second goodbye");
        goodbye = true;
        if (stalled || lost) {
            return; // nobody listens; the session drops the connection in a while
        }
        inFlight = null;
        sendToClient(() -> {
            lost = true;
            client.closed(this, ending);
            schedule.soon(latencyMicros, () -> loop().execute(() -> report(Disconnect.CONNECTION_LOST)));
        });
    }

    @Override
    public void abort() {
        reported = true;
        schedule.soon(latencyMicros, this::loseNow);
    }

    /** Says so and drops the connection when the session holds more than it may. */
    void checkBounds() {
        if (session != null && !reported) {
            schedule.check(session.outboxBytes() <= world.outboxBytes, () -> client + ": the outbox holds " + session.outboxBytes() + " bytes");
        }
    }
}
