package dev.tidings.redis;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Publication;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;

/**
 * What this node is told of one channel, put in order: each publication is handed to the hub once and in order of offset, holes are filled from history
 * once for all of the node's subscriptions, and after the link was broken the stream's top is compared. What can't be filled is handed over with its hole;
 * the subscriptions judge it.
 *
 * <p>Threads: publications come on the link's thread, answers on those of the pipelines. Everything is guarded by this feed's monitor, which is held while
 * the hub is told: the hub only offers to lanes. Requests are made inside it too; their answers may come on the calling thread before the call returns.
 *
 * <p>{@code last} is what was handed over last; nothing before the first publication, because subscriptions read history themselves when they begin, some
 * of them before others: a publication that one has read may still be on its way to another. {@code known} is the last position that this node knows from
 * anywhere; it only tells whether the stream still is the same.
 */
final class Feed {
    /** Publications that wait for a reading; more are in history, which is then read on. */
    static final int MAX_PARKED = 1_024;
    /** Publications in one reading. */
    static final int PAGE = 300;

    /** What a feed asks of the broker. */
    interface Source {
        /** Reads a page of the channel's stream, and lets {@link Feed#knows} know. */
        CompletionStage<Store.Read> read(Feed feed, HistoryQuery query);

        /** Compares the feed later. */
        void compareLater(Feed feed);
    }

    final Channel channel;
    final CompletionStage<Void> ready;
    /** How often it was subscribed and unsubscribed, so that a late unsubscription knows whether it is out of date. Guarded by the broker's map. */
    long generation;
    /** Whether anybody is subscribed. Guarded by the broker's map. */
    boolean wanted = true;
    private final Broker.Listener hub;
    private final Source source;
    private final ArrayDeque<Publication> parked = new ArrayDeque<>(0);
    private Mark last = Mark.NONE;
    private Mark known = Mark.NONE;
    private boolean reading;
    private boolean comparing;
    private boolean compareAgain;
    private boolean overflowed;

    Feed(Channel channel, CompletionStage<Void> ready, Broker.Listener hub, Source source) {
        this.channel = channel;
        this.ready = ready;
        this.hub = hub;
        this.source = source;
    }

    /** The last position that this node knows. */
    synchronized Mark known() {
        return known;
    }

    /** The node was told or has read a position of the stream. */
    synchronized void knows(Mark mark) {
        if (mark.isPresent()) {
            known = known.or(mark);
        }
    }

    /** The link tells of a publication. */
    synchronized void published(Publication publication) {
        if (!publication.hasOffset()) {
            hub.published(channel, publication);
        } else if (reading) {
            park(publication);
        } else {
            take(publication);
        }
    }

    private void park(Publication publication) {
        if (parked.size() < MAX_PARKED) {
            parked.add(publication);
        } else {
            overflowed = true; // history has it
        }
    }

    private void take(Publication publication) {
        boolean sameStream = publication.epoch().equals(last.epoch());
        if (sameStream && publication.offset() <= last.offset()) {
            if (publication.offset() == last.offset() && publication.time() != last.time()) {
                compare(); // given out twice
            }
        } else if (sameStream && publication.offset() > last.offset() + 1) {
            parked.addFirst(publication);
            read(false);
        } else {
            hand(publication);
        }
    }

    private void hand(Publication publication) {
        last = Mark.of(publication);
        knows(last);
        hub.published(channel, publication);
    }

    /** The link was broken and is whole: fills what was missed, and tells the hub where the stream is. */
    synchronized void compare() {
        if (reading) {
            compareAgain = true; // what is being read may be from before
        } else {
            read(true);
        }
    }

    private void read(boolean compares) {
        reading = true;
        comparing = compares;
        overflowed = false;
        HistoryQuery query = last.isPresent() ? HistoryQuery.after(last.offset(), PAGE) : HistoryQuery.TOP;
        source.read(this, query).whenComplete((read, failure) -> {
            synchronized (this) {
                if (failure != null) {
                    failed();
                } else {
                    filled(read);
                }
            }
        });
    }

    /** Nothing is withheld because it could not be read: the subscriptions try for themselves. A comparison is tried again. */
    private void failed() {
        if (comparing || compareAgain || overflowed) {
            compareAgain = false;
            source.compareLater(this);
        }
        reading = false;
        while (!parked.isEmpty()) {
            handOver(parked.poll());
        }
    }

    /** Hands it over with whatever hole is before it. */
    private void handOver(Publication publication) {
        if (!publication.epoch().equals(last.epoch()) || publication.offset() > last.offset()) {
            hand(publication);
        }
    }

    private void filled(Store.Read read) {
        History history = read.history();
        Mark top = read.top();
        boolean sameStream = top.epoch().equals(last.epoch());
        if (!sameStream) {
            parked.removeIf(publication -> publication.epoch().equals(last.epoch())); // of a stream that is gone
        } else {
            history.publications().forEach(this::handOver);
            boolean more = history.publications().size() == PAGE && last.offset() < top.offset();
            if (more || overflowed) {
                read(comparing);
                return;
            }
            while (!parked.isEmpty() && parked.peek().epoch().equals(top.epoch()) && parked.peek().offset() <= top.offset()) {
                handOver(parked.poll()); // not retained any more, but here
            }
        }
        if (comparing || !sameStream || last.offset() < top.offset()) {
            last = top; // what is before it, the subscriptions read for themselves
            hub.compared(channel, top.position());
        }
        reading = false;
        if (compareAgain) {
            compareAgain = false;
            read(true);
            return;
        }
        while (!parked.isEmpty() && !reading) {
            take(parked.poll());
        }
    }
}
