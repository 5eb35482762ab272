package dev.tidings.redis;

import dev.tidings.broker.Broker;
import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What this node is told of one channel, put in order: each publication is handed to the hub once and in order of offset, holes are filled from history
 * once for all of the node's subscriptions, and after the link was broken the stream is compared. What can't be filled is handed over with its hole; the
 * subscriptions judge it.
 *
 * <p>Threads: publications come on the link's thread, answers on those of the pipelines. Everything is guarded by this feed's monitor, which is held while
 * the hub is told: the hub only offers to lanes. Requests are made inside it too; their answers may come on the calling thread before the call returns.
 *
 * <p>{@code last} is what was handed over last; nothing before the first publication, because subscriptions read history themselves when they begin, some
 * of them before others: a publication that one has read may still be on its way to another. {@code known} is the furthest position that this node knows
 * from anywhere. Each may be of a stream that went back since, when a replica took over that was behind, and each tells the store so that it can see it:
 *
 * <ul>
 * <li>What the link tells after it was broken waits until the stream was held against {@code last} and {@code known}: it would seem to follow what was
 * handed over, and may follow something else that was given the same offsets.</li>
 * <li>So does what the link tells to a feed that begins while something is known of its stream, until a request has held it against that.</li>
 * <li>What is known is replaced only by what a request has found that was held against it.</li>
 * </ul>
 */
final class Feed {
    /** Publications that wait for a reading; more are in history, which is then read on. */
    static final int MAX_PARKED = 1_024;
    /** Epochs that had ended and are remembered: a replica that was behind may bring one back. */
    static final int MAX_FORMERS = 4;
    /** Publications in one reading. */
    static final int PAGE = 300;

    /** What a feed asks of the broker. */
    interface Source {
        /** Reads a page of the channel's stream, held against a mark, and lets {@link Feed#verified} know. */
        CompletionStage<Store.Read> read(Feed feed, HistoryQuery query, Mark known);

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
    private Mark known;
    private List<Mark> formers = List.of();
    private boolean unverified;
    private boolean reading;
    private boolean comparing;
    private boolean compareAgain;
    private boolean overflowed;
    /** How often the link was broken, after how many of these the comparison began that is under way, and after how many the last one that succeeded. */
    private int breaks;
    private int breaksBefore;
    private int breaksSettled;

    /** {@code known} = the last position of the stream that this node knew before. */
    Feed(Channel channel, CompletionStage<Void> ready, Broker.Listener hub, Source source, Mark known) {
        this.channel = channel;
        this.ready = ready;
        this.hub = hub;
        this.source = source;
        this.known = known;
        this.unverified = known.isPresent();
    }

    /** The furthest position that this node knows. */
    synchronized Mark known() {
        return known;
    }

    /** The same when the feed ends: where the link was broken and the stream not compared, what was handed over may be what the stream no longer has. */
    synchronized Mark knownAtLast() {
        return isBroken() && last.isPresent() ? last : known;
    }

    private boolean isBroken() {
        return breaks != breaksSettled;
    }

    /** The last position that was known of an epoch which had ended; {@link Mark#NONE} if none was. */
    synchronized Mark former(String epoch) {
        return formers.stream().filter(mark -> mark.epoch().equals(epoch)).findFirst().orElse(Mark.NONE);
    }

    /** A request has held {@code sent} against the stream, and found it there: or the stream has begun anew. */
    synchronized void verified(Mark sent, Mark top) {
        boolean isSure = sent.equals(known);
        Mark former = former(top.epoch());
        if (former.isPresent() && !former.equals(sent)) {
            know(former); // an epoch that had ended is back, and was not held against what was known of it
        } else {
            know(isSure ? top : known.or(top));
        }
        if (isSure && unverified) {
            unverified = false;
            takeParked();
        }
    }

    private void know(Mark mark) {
        if (known.isPresent() && !known.epoch().equals(mark.epoch())) {
            List<Mark> all = new ArrayList<>(List.of(known));
            formers.stream().filter(each -> !each.epoch().equals(mark.epoch())).limit(MAX_FORMERS - 1).forEach(all::add);
            formers = List.copyOf(all);
        }
        known = mark;
    }

    /** The link tells of a publication. */
    synchronized void published(Publication publication) {
        if (!publication.hasOffset()) {
            hub.published(channel, publication);
        } else if (reading || unverified || isBroken()) {
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

    private void takeParked() {
        while (!parked.isEmpty() && !reading) {
            take(parked.poll());
        }
        if (overflowed && !reading) {
            read(true);
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
        know(known.or(last));
        hub.published(channel, publication);
        if (known.position().equals(last.position()) && !known.equals(last)) {
            compare(); // others have read what was given out again
        }
    }

    /** The link was broken and is whole: what it tells from now on waits until the stream is compared. */
    synchronized void broken() {
        breaks++;
        parked.clear(); // what the stream still has is read
    }

    /** Compares: fills what was missed, and tells the hub where the stream is. */
    synchronized void compare() {
        if (reading) {
            compareAgain = true; // what is being read may be from before
            return;
        }
        breaksBefore = breaks;
        if (!last.isPresent() || last.equals(known)) {
            read(true);
            return;
        }
        reading = true;
        comparing = true;
        source.read(this, HistoryQuery.TOP, known).whenComplete((_, failure) -> {
            synchronized (this) {
                if (failure != null) {
                    failed();
                } else {
                    read(true);
                }
            }
        });
    }

    private void read(boolean compares) {
        reading = true;
        comparing = compares;
        overflowed = false;
        HistoryQuery query = last.isPresent() ? HistoryQuery.after(last.offset(), PAGE) : HistoryQuery.TOP;
        source.read(this, query, last.isPresent() ? last : known).whenComplete((read, failure) -> {
            synchronized (this) {
                if (failure != null) {
                    failed();
                } else {
                    filled(read);
                }
            }
        });
    }

    /** A comparison is tried again, and what waits for it waits on. A hole is left to the subscriptions, which try for themselves. */
    private void failed() {
        if (comparing || compareAgain || overflowed) {
            compareAgain = false;
            source.compareLater(this);
        }
        reading = false;
        while (!parked.isEmpty() && !unverified && !isBroken()) {
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
            boolean more = !history.publications().isEmpty() && last.offset() < top.offset(); // a page may be short: it is bounded in bytes too
            if (more || overflowed) {
                read(comparing);
                return;
            }
            dropOrHandOver(top);
        }
        if (comparing) {
            breaksSettled = breaksBefore;
            unverified = false;
        }
        if (comparing || !sameStream || last.offset() < top.offset()) {
            last = top; // what is before it, the subscriptions read for themselves
            hub.compared(channel, top.position());
        }
        reading = false;
        if (compareAgain) {
            compareAgain = false;
            compare();
        } else if (!isBroken()) {
            takeParked();
        }
    }

    /** What waits and was published before the stream was read: it is handed over if it is not retained any more, and dropped if the stream went back. */
    private void dropOrHandOver(Mark top) {
        if (isBroken() && !comparing) {
            return; // it may be of another stream than the one that was read
        }
        if (!comparing && !parked.isEmpty() && parked.peek().epoch().equals(top.epoch()) && parked.peek().offset() > top.offset()) {
            parked.poll();
        }
        while (!parked.isEmpty() && parked.peek().epoch().equals(top.epoch()) && parked.peek().offset() <= top.offset()) {
            handOver(parked.poll());
        }
    }
}
