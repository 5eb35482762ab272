package dev.tidings.testing;

import dev.tidings.session.Disconnect;
import dev.tidings.session.Ending;
import dev.tidings.session.Outbox;
import dev.tidings.session.Session;
import dev.tidings.session.Transport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A connection in memory. What is written arrives at once, unless the test lets it {@link #stall}: then the one write that a session may have under way
 * hangs until {@link #resume}. A goodbye is only noted; the peer answers it when the test says {@link #peerCloses}. Not thread-safe.
 */
public final class FakeTransport implements Transport {
    private final Kind kind;
    private final List<String> received = new ArrayList<>();
    private final List<Integer> writes = new ArrayList<>();
    private Session session;
    private boolean stalled;
    private Outbox.Batch hanging;
    private Ending goodbye;
    private boolean aborted;

    public FakeTransport(Kind kind) {
        this.kind = kind;
    }

    /** Names the session that writes are reported to; {@link FakeWire#over} does it. */
    public void attach(Session itsSession) {
        session = itsSession;
    }

    /** Nothing is taken from now on: the peer does not read. */
    public void stall() {
        stalled = true;
    }

    /** The peer reads again: the write that hangs is taken, and those that follow it. */
    public void resume() {
        stalled = false;
        if (hanging != null) {
            arrive(hanging);
        }
    }

    /** The connection is gone, and the session learns why. */
    public void peerCloses(Disconnect cause) {
        hanging = null;
        session.connectionClosed(cause);
    }

    @Override
    public Kind kind() {
        return kind;
    }

    @Override
    public void write(Outbox.Batch batch) {
        if (hanging != null) {
            throw new IllegalStateException("a second write while one is under way");
        }
        writes.add(batch.count());
        if (stalled) {
            hanging = batch;
        } else {
            arrive(batch);
        }
    }

    private void arrive(Outbox.Batch batch) {
        hanging = null;
        for (int i = 0; i < batch.count(); i++) {
            received.add(new String(batch.messages()[i], StandardCharsets.UTF_8));
        }
        session.written(batch);
    }

    @Override
    public void close(Ending ending) {
        if (goodbye != null) {
            throw new IllegalStateException("a second goodbye: " + ending + " after " + goodbye);
        }
        goodbye = ending;
    }

    @Override
    public void abort() {
        aborted = true;
    }

    /** What has arrived since the last call, one text per message. */
    public List<String> takeReceived() {
        List<String> taken = List.copyOf(received);
        received.clear();
        return taken;
    }

    /** Messages in each write so far. */
    public List<Integer> writes() {
        return List.copyOf(writes);
    }

    /** The goodbye, if one was said. */
    public Optional<Ending> goodbye() {
        return Optional.ofNullable(goodbye);
    }

    /** Whether the connection was dropped. */
    public boolean isAborted() {
        return aborted;
    }
}
