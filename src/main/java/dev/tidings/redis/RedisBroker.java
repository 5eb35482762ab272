package dev.tidings.redis;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.broker.Publish;
import dev.tidings.broker.Published;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Publication;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The broker of a node that shares its streams with others. It adds to a {@link Store} what makes its links sure: each subscribed channel has a
 * {@link Feed}, which drops what comes twice, fills holes, and compares after the link was broken; and it tells the store the last position that this
 * node knows of a stream, so that offsets are never given out twice under one epoch.
 *
 * <p>Threads: feeds come and go inside {@code compute} of the concurrent map, which orders them with the calls to the store for that channel; each guards
 * itself. Readings that wait to be sent, and comparisons that wait for their turn, have a monitor each. Nothing is called with two of these held, but the
 * hub, which only offers to lanes.
 */
public final class RedisBroker implements Broker, Store.Listener, Feed.Source {
    /** How long a channel stays subscribed after its last subscriber: clients that come back do not make the link subscribe anew. */
    static final Duration LINGER = Duration.ofSeconds(1);
    /** Streams nobody here is subscribed to whose last position is remembered; the one used longest ago goes first. */
    static final int MAX_MARKS = 100_000;
    /** Feeds whose comparison begins in one slice, so that 10,000 channels after a lost link do not fill the pipelines at once. */
    static final int SLICE = 256;
    /** From slice to slice: 10,000 channels are through within a quarter of a second. */
    static final Duration SLICE_PAUSE = Duration.ofMillis(5);
    /** After a comparison that failed. */
    static final Duration COMPARE_AGAIN = Duration.ofMillis(300);

    private final Store store;
    private final Namespaces namespaces;
    private final Timer timer;
    private final Map<Channel, Feed> feeds = new ConcurrentHashMap<>();
    private final Map<Channel, Mark> marks = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Channel, Mark> eldest) {
            return size() > MAX_MARKS;
        }
    };
    private final Map<Reading, CompletableFuture<Store.Read>> unsent = new HashMap<>();
    private final Set<Feed> toCompare = new LinkedHashSet<>();
    private Listener hub;

    /** What is read, and what it is held against; none = what this node knows when it is sent. */
    private record Reading(Channel channel, HistoryQuery query, Optional<Mark> known) {
    }

    /** A broker on a store. {@code timer} runs what is to be done later. */
    public RedisBroker(Store store, Namespaces namespaces, Timer timer) {
        this.store = store;
        this.namespaces = namespaces;
        this.timer = timer;
    }

    @Override
    public void listen(Listener listener) {
        hub = listener;
        store.listen(this);
    }

    @Override
    public boolean isConnected() {
        return store.isConnected();
    }

    // -- requests ------------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Published> publish(Publish publish) {
        Mark known = known(publish.channel());
        return store.publish(publish, known).thenApply(placed -> {
            if (!placed.published().duplicate()) { // which tells where the stream was, and not where it is
                remember(publish.channel(), known, placed.mark());
            }
            return placed.published();
        });
    }

    /** Requests for the same page that are made in one moment are one reading, sent after the last of them: none is answered from before it was made. */
    @Override
    public CompletionStage<History> history(Channel channel, Namespace namespace, HistoryQuery query) {
        return read(namespace, new Reading(channel, query, Optional.empty())).thenApply(Store.Read::history);
    }

    private CompletionStage<Store.Read> read(Namespace namespace, Reading reading) {
        CompletableFuture<Store.Read> answer;
        synchronized (unsent) {
            CompletableFuture<Store.Read> asked = unsent.get(reading);
            if (asked != null) {
                return asked;
            }
            answer = new CompletableFuture<>();
            unsent.put(reading, answer);
        }
        timer.soon(() -> {
            synchronized (unsent) {
                unsent.remove(reading);
            }
            send(namespace, reading, reading.known.orElseGet(() -> known(reading.channel)), answer);
        });
        return answer;
    }

    private void send(Namespace namespace, Reading reading, Mark known, CompletableFuture<Store.Read> answer) {
        store.read(reading.channel, namespace, reading.query, known).whenComplete((read, failure) -> {
            Mark former = failure == null ? former(reading.channel, read.top().epoch()) : Mark.NONE;
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else if (former.isPresent() && !former.equals(known)) {
                send(namespace, reading, former, answer); // an epoch that had ended is back: it counts once it was held against what was known of it
            } else {
                remember(reading.channel, known, read.top());
                answer.complete(read);
            }
        });
    }

    private Mark former(Channel channel, String epoch) {
        Feed feed = feeds.get(channel);
        return feed == null ? Mark.NONE : feed.former(epoch);
    }

    @Override
    public CompletionStage<Void> join(Channel channel, ClientInfo member) {
        return store.join(channel, member);
    }

    @Override
    public CompletionStage<Void> leave(Channel channel, ClientInfo member) {
        return store.leave(channel, member);
    }

    private Mark known(Channel channel) {
        Feed feed = feeds.get(channel);
        Mark fromFeed = feed == null ? Mark.NONE : feed.known();
        if (fromFeed.isPresent()) {
            return fromFeed;
        }
        synchronized (marks) {
            return marks.getOrDefault(channel, Mark.NONE);
        }
    }

    /** A request has held {@code sent} against the stream, and found it at {@code top}. */
    private void remember(Channel channel, Mark sent, Mark top) {
        if (!top.isPresent()) {
            return;
        }
        Feed feed = feeds.get(channel);
        if (feed != null) {
            feed.verified(sent, top);
        } else {
            synchronized (marks) {
                marks.merge(channel, top, (before, its) -> before.equals(sent) ? its : before.or(its));
            }
        }
    }

    // -- subscriptions -------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Void> subscribe(Channel channel) {
        return feeds.compute(channel, (_, before) -> {
            Feed feed = before == null || before.ready.toCompletableFuture().isCompletedExceptionally() ? begin(channel) : before;
            feed.wanted = true;
            feed.generation++;
            return feed;
        }).ready;
    }

    private Feed begin(Channel channel) {
        Mark known;
        synchronized (marks) {
            known = marks.getOrDefault(channel, Mark.NONE);
        }
        return new Feed(channel, store.subscribe(channel), hub, this, known);
    }

    @Override
    public CompletionStage<Void> unsubscribe(Channel channel) {
        feeds.computeIfPresent(channel, (_, feed) -> {
            feed.wanted = false;
            long generation = ++feed.generation;
            timer.after(LINGER.toMillis(), () -> end(channel, generation));
            return feed;
        });
        return CompletableFuture.completedStage(null);
    }

    private void end(Channel channel, long generation) {
        feeds.computeIfPresent(channel, (_, feed) -> {
            if (feed.wanted || feed.generation != generation) {
                return feed;
            }
            store.unsubscribe(channel);
            Mark known = feed.knownAtLast();
            synchronized (marks) {
                if (known.isPresent()) {
                    marks.put(channel, known);
                }
            }
            return null;
        });
    }

    // -- what the links tell -------------------------------------------------------------------------------------------------------------------

    @Override
    public void published(Channel channel, Publication publication) {
        Feed feed = feeds.get(channel);
        if (feed != null) {
            feed.published(publication);
        }
    }

    @Override
    public void joined(Channel channel, ClientInfo member) {
        hub.joined(channel, member);
    }

    @Override
    public void left(Channel channel, ClientInfo member) {
        hub.left(channel, member);
    }

    @Override
    public void resubscribed(Channel channel) {
        Feed feed = feeds.get(channel);
        if (feed == null || !namespaces.of(channel).hasHistory()) {
            return;
        }
        feed.broken();
        boolean isFirst;
        synchronized (toCompare) {
            isFirst = toCompare.isEmpty();
            toCompare.add(feed);
        }
        if (isFirst) {
            timer.soon(this::compareSlice);
        }
    }

    private void compareSlice() {
        List<Feed> slice;
        boolean more;
        synchronized (toCompare) {
            slice = toCompare.stream().limit(SLICE).toList();
            slice.forEach(toCompare::remove);
            more = !toCompare.isEmpty();
        }
        slice.forEach(Feed::compare);
        if (more) {
            timer.after(SLICE_PAUSE.toMillis(), this::compareSlice);
        }
    }

    // -- what feeds ask ------------------------------------------------------------------------------------------------------------------------

    @Override
    public CompletionStage<Store.Read> read(Feed feed, HistoryQuery query, Mark known) {
        return read(namespaces.of(feed.channel), new Reading(feed.channel, query, Optional.of(known)));
    }

    @Override
    public void compareLater(Feed feed) {
        timer.after(COMPARE_AGAIN.toMillis(), () -> {
            if (feeds.get(feed.channel) == feed) {
                resubscribed(feed.channel);
            }
        });
    }

    /** The history is not in this node's memory. */
    @Override
    public long historyBytes() {
        return 0;
    }

    /** Channels that the links of this node are subscribed to. */
    public int feedCount() {
        return feeds.size();
    }
}
