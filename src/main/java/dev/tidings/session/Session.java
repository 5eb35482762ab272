package dev.tidings.session;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * One connected client, whatever the wire. Lives on one lane: every method is called there.
 *
 * <pre>
 *            introduce                 migrate
 *  Opening ------------> Open ------------------> Migrating
 *     |                   |                           |
 *     +------- end -------+------------ end ----------+----> Closing ---- connection closed, or abort ----> Closed
 *     |                   |                           |                                                       ^
 *     +---------------------- connection closed -----------------------------------------------------------+
 * </pre>
 */
public final class Session {
    /** How long the peer may take to answer a goodbye before its connection is dropped. */
    static final long GOODBYE_MILLIS = 5_000;
    /** SSE can't be refreshed: a stream ends up to this long before its token does, so that not all of a login wave come back at once. */
    private static final long EXPIRY_SPREAD_MILLIS = 10_000;
    private static final double MAX_AGE_LOWEST = 0.8;
    private static final long NEVER = Long.MAX_VALUE;

    private final String id;
    private final Transport transport;
    private final SessionLimits limits;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final long openedAt;
    private final Outbox outbox = new Outbox();
    private Owner owner;
    private Wire wire;
    private State state;
    private String client;
    private boolean writing;
    private boolean congested;
    private Ending endAfterWrite;
    private long lastWriteAt;
    private long nextPingAt = NEVER;
    private long pongBy = NEVER;
    private int unanswered;
    private boolean answersPings;
    private long maxAgeAt = NEVER;
    private long expireAt = NEVER;
    private double commandTokens;
    private long commandTokensAt;
    private int errors;
    private long errorsSince;

    /** Where a session stands; each state holds only what is valid in it. */
    public sealed interface State {
        /** The connection is there and its client has not introduced itself. */
        record Opening(long deadline, Disconnect atDeadline) implements State {
        }

        /** The client is known. */
        record Open(Identity identity) implements State {
        }

        /** The client is known and is being moved: its connection ends at {@code endAt} at the latest. */
        record Migrating(Identity identity, long endAt, Ending ending) implements State {
        }

        /** The goodbye was said; the connection is dropped at {@code abortAt} if the peer does not close it. */
        record Closing(Ending ending, long abortAt) implements State {
        }

        /** The connection is gone. */
        record Closed(Ending ending) implements State {
        }
    }

    /** What a session reports to whoever holds its subscriptions; called on the lane. */
    public interface Owner {
        /** There is something to flush at the end of this turn of the lane. */
        void touched(Session session);

        /** The network took everything after it had been slow. */
        void writable(Session session);

        /** The session is over; called once, before the connection is closed. */
        void ended(Session session, Ending ending);

        /** The connection is gone; called once, after {@link #ended}. */
        void closed(Session session);

        /** The session is old enough to be moved. */
        void aged(Session session);
    }

    public Session(String id, Transport transport, SessionLimits limits, InstantSource clock, RandomGenerator random) {
        this.id = id;
        this.client = id;
        this.transport = transport;
        this.limits = limits;
        this.clock = clock;
        this.random = random;
        this.openedAt = clock.millis();
        this.lastWriteAt = openedAt;
        this.commandTokens = limits.commandsBurst();
        this.commandTokensAt = openedAt;
        this.state = new State.Opening(openedAt + limits.connectTimeout().toMillis(), Disconnect.STALE);
    }

    /** Gives the session its holder and its wire; before anything else. */
    public void attach(Owner itsOwner, Wire itsWire) {
        owner = itsOwner;
        wire = itsWire;
    }

    /** The client is known: from now on the session gets keepalives, ages and expires. {@code pong} = the client answers keepalives. */
    public void introduce(String clientId, Identity identity, boolean pong) {
        if (!(state instanceof State.Opening)) {
            throw new IllegalStateException("cannot introduce a session in state " + state);
        }
        long now = clock.millis();
        client = clientId;
        answersPings = pong;
        long ping = limits.ping().toMillis();
        nextPingAt = now + random.nextLong(ping / 2, ping + 1);
        long life = (long) (limits.maxAge().toMillis() * random.nextDouble(MAX_AGE_LOWEST, 1.0));
        maxAgeAt = now + life - (movesItself() ? limits.farewell().toMillis() : 0);
        become(new State.Open(identity));
        scheduleExpiry(identity);
    }

    /** The client showed a fresh token of the same user, or a back end gave it another lifetime. */
    public void refresh(Identity identity) {
        switch (state) {
            case State.Open _ -> become(new State.Open(identity));
            case State.Migrating migrating -> become(new State.Migrating(identity, migrating.endAt, migrating.ending));
            case State.Opening _, State.Closing _, State.Closed _ -> {
                return;
            }
        }
        scheduleExpiry(identity);
    }

    private void scheduleExpiry(Identity identity) {
        if (identity.expiresAt() == 0) {
            expireAt = NEVER;
        } else if (transport.kind() == Transport.Kind.SSE) {
            expireAt = identity.expiresAt() - random.nextLong(EXPIRY_SPREAD_MILLIS);
        } else {
            expireAt = identity.expiresAt() + limits.expiryGrace().toMillis();
        }
    }

    /** The client has no valid token; it is told so and gets a few seconds to go by itself. Asking again gives it no more of them. */
    public void lingerUntil(long deadline, Disconnect then) {
        if (state instanceof State.Opening opening && opening.atDeadline != then) {
            become(new State.Opening(deadline, then));
        }
    }

    /** Puts bytes of the wire into the outbox. More than may wait ends the session as slow. */
    public void send(byte[] message) {
        if (!isOpenForWriting()) {
            return;
        }
        long now = clock.millis();
        boolean alone = outbox.bytes() == 0; // one message that is larger than the bound says nothing of the client
        outbox.add(message, now);
        if (!alone && outbox.bytes() > limits.outboxBytes()) {
            end(Ending.of(Disconnect.SLOW));
            return;
        }
        owner.touched(this);
    }

    /** Writes what waits, unless a write is under way: then the end of that one does. */
    public void flush() {
        if (writing || outbox.isEmpty() || state instanceof State.Closed) {
            return;
        }
        writing = true;
        lastWriteAt = clock.millis();
        Outbox.Batch batch = outbox.take();
        transport.write(batch);
    }

    /** The transport handed the batch to the network. */
    public void written(Outbox.Batch batch) {
        writing = false;
        outbox.written(batch);
        if (state instanceof State.Closed) {
            return;
        }
        if (!outbox.isEmpty()) {
            flush();
        } else if (endAfterWrite != null) {
            transport.close(endAfterWrite);
            endAfterWrite = null;
        } else if (congested) {
            congested = false;
            owner.writable(this);
        }
    }

    /** Whether more may be sent now. When not, {@link Owner#writable} will be reported once the network took everything. */
    public boolean isWritable() {
        if (outbox.bytes() < limits.highWater()) {
            return true;
        }
        if (!writing) {
            flush(); // it may be one turn's burst that fills the outbox, not the network: then there is room at once
            if (outbox.bytes() < limits.highWater()) {
                return true;
            }
        }
        congested = true;
        return false;
    }

    /** Ends the session: says why as its wire does, then closes the connection. Does nothing when it is over. */
    public void end(Ending ending) {
        if (!isOpenForWriting()) {
            return;
        }
        boolean slow = ending.cause() == Disconnect.SLOW;
        if (slow) {
            outbox.clear(); // its memory is given back at once; what was retained can be recovered
        } else {
            wire.farewell(ending);
            if (!isOpenForWriting()) {
                return; // the last words did not fit any more: it has ended as slow
            }
        }
        become(new State.Closing(ending, clock.millis() + GOODBYE_MILLIS));
        owner.ended(this, ending);
        flush();
        if (writing && !slow) {
            endAfterWrite = ending;
        } else {
            transport.close(ending);
        }
    }

    /**
     * Moves the client to another connection. One that {@link #movesItself} is told, and closed at {@code deadlineMillis} if it is still here; any other
     * is closed at {@code closeMillis}, which is no later. All times from now. Does nothing unless the client is introduced and not on its way yet.
     */
    public void migrate(Disconnect cause, long closeMillis, RetryWindow tell, long deadlineMillis, RetryWindow comeBack) {
        if (!(state instanceof State.Open open)) {
            return;
        }
        boolean moves = movesItself();
        become(new State.Migrating(open.identity, clock.millis() + (moves ? deadlineMillis : closeMillis), Ending.of(cause, comeBack)));
        if (moves) {
            wire.drain(cause, tell, deadlineMillis);
        }
    }

    /** Whether its client moves to another connection by itself when it is told. */
    public boolean movesItself() {
        return wire.extended() && transport.kind() == Transport.Kind.WEBSOCKET;
    }

    /** Less time is left than the session was told: it ends so many milliseconds from now at the latest. */
    public void hasten(long millis) {
        if (state instanceof State.Migrating migrating) {
            become(new State.Migrating(migrating.identity, Math.min(migrating.endAt, clock.millis() + millis), migrating.ending));
        }
    }

    /** The connection is gone; {@code cause} tells how, and counts unless the hub ended the session before. */
    public void connectionClosed(Disconnect cause) {
        Ending ending = switch (state) {
            case State.Closed _ -> null;
            case State.Closing closing -> closing.ending;
            case State.Opening _, State.Open _, State.Migrating _ -> Ending.of(cause);
        };
        if (ending == null) {
            return;
        }
        boolean told = state instanceof State.Closing;
        become(new State.Closed(ending));
        outbox.clear();
        if (!told) {
            owner.ended(this, ending);
        }
        owner.closed(this);
    }

    /**
     * Looks at what is due: keepalive, answers, deadlines, ages. Called several times a second.
     *
     * @param late whether the caller itself could not come for long: then what the client was to do in time may be done and unread, and is not held
     *             against it this time
     */
    public void tick(boolean late) {
        long now = clock.millis();
        switch (state) {
            case State.Opening opening when now >= opening.deadline && !late -> end(Ending.of(opening.atDeadline));
            case State.Migrating migrating when now >= migrating.endAt -> end(migrating.ending);
            case State.Closing closing when now >= closing.abortAt -> abort();
            case State.Open _, State.Migrating _ -> tickOpen(now, late);
            case State.Opening _, State.Closing _, State.Closed _ -> {
            }
        }
    }

    private void tickOpen(long now, boolean late) {
        if (now >= pongBy && !late) {
            end(Ending.of(Disconnect.NO_PONG));
        } else if (now >= expireAt) {
            end(Ending.of(Disconnect.EXPIRED));
        } else if (outbox.ageMillis(now) > limits.outboxAge().toMillis() && !late) {
            end(Ending.of(Disconnect.SLOW));
        } else {
            if (now >= maxAgeAt) {
                maxAgeAt = NEVER;
                owner.aged(this);
            }
            if (now >= nextPingAt) {
                ping(now);
            }
        }
    }

    private void ping(long now) {
        long interval = limits.ping().toMillis();
        if (transport.kind() == Transport.Kind.SSE && now - lastWriteAt < interval) {
            nextPingAt = lastWriteAt + interval; // what was written is a sign of life itself
            return;
        }
        wire.keepalive();
        nextPingAt = now + interval;
        unanswered++;
        if (answersPings && pongBy == NEVER) {
            pongBy = now + limits.pong().toMillis();
        }
    }

    /** The client answered a keepalive. False when there was none to answer. Where answers may take longer than an interval, several come in a row. */
    public boolean pong() {
        pongBy = NEVER;
        if (unanswered == 0) {
            return false;
        }
        unanswered--;
        return true;
    }

    /** Counts a command; over the rate the session ends. Whether the command may be carried out. */
    public boolean admitsCommand() {
        if (limits.commandsPerSecond() == 0) {
            return true;
        }
        long now = clock.millis();
        double refilled = commandTokens + (now - commandTokensAt) * limits.commandsPerSecond() / 1000.0;
        commandTokens = Math.min(limits.commandsBurst(), refilled);
        commandTokensAt = now;
        if (commandTokens < 1) {
            end(Ending.of(Disconnect.TOO_MANY_REQUESTS));
            return false;
        }
        commandTokens--;
        return true;
    }

    /** Counts a command that failed; over the limit of a minute the session ends. Call it after the failure was told. */
    public void commandFailed() {
        long now = clock.millis();
        if (now - errorsSince >= 60_000) {
            errorsSince = now;
            errors = 0;
        }
        if (++errors > limits.errorsPerMinute() && limits.errorsPerMinute() > 0) {
            end(Ending.of(Disconnect.TOO_MANY_ERRORS));
        }
    }

    private void abort() {
        transport.abort();
        connectionClosed(Disconnect.CONNECTION_LOST);
    }

    private void become(State next) {
        state = next;
    }

    private boolean isOpenForWriting() {
        return switch (state) {
            case State.Opening _, State.Open _, State.Migrating _ -> true;
            case State.Closing _, State.Closed _ -> false;
        };
    }

    /** Whether the session is not over. */
    public boolean isLive() {
        return isOpenForWriting();
    }

    /** Whether the client is known and the session is not over. */
    public boolean isIntroduced() {
        return state instanceof State.Open || state instanceof State.Migrating;
    }

    /** Who the client is; anonymous until it is known. */
    public Identity identity() {
        return switch (state) {
            case State.Open open -> open.identity;
            case State.Migrating migrating -> migrating.identity;
            case State.Opening _, State.Closing _, State.Closed _ -> Identity.ANONYMOUS;
        };
    }

    /** Where the session stands. */
    public State state() {
        return state;
    }

    /** The id of this session, which no other session ever has. */
    public String id() {
        return id;
    }

    /** The client id: the session's own, or that of the session it took over. Any thread may read it once the client is known. */
    public String client() {
        return client;
    }

    /** Which door it came through. */
    public Transport.Kind kind() {
        return transport.kind();
    }

    /** The words of its wire. */
    public Wire wire() {
        return wire;
    }

    /** When the connection was opened, in milliseconds since 1970. */
    public long openedAt() {
        return openedAt;
    }

    /** Bytes that wait to be written or are in flight. */
    public long outboxBytes() {
        return outbox.bytes();
    }
}
