package dev.tidings.hub;

import dev.tidings.broker.History;
import dev.tidings.broker.HistoryQuery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.TagFilter;
import dev.tidings.hub.Subscribed.Visible;
import dev.tidings.session.Delivery;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Session;
import dev.tidings.session.Wire;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One session's subscription to one channel: the position the client is at, and the rule that nothing is sent twice, out of order, or left out without
 * a gap that says so. Delivery path; lives on the session's lane.
 *
 * <pre>
 *   RECOVERING --- history read, parked publications sent ---> LIVE
 *       ^  ^                                                    |  |
 *       |  +--------------- hole: publication parked -----------+  |
 *       |                                                          |
 *       +--- session writable again --- BEHIND <--- not writable --+
 * </pre>
 *
 * <p>While RECOVERING, live events are parked: the subscription was put into the index <em>before</em> history is read, so each publication is either
 * in what is read or among the parked ones, or both, and the offset tells. The flip to LIVE and the delivery of parked events are one uninterrupted
 * step on the lane. While BEHIND nothing is kept: history has it.
 *
 * <p>{@code offset} is how far the stream was looked at; {@code told} is how far the client knows. They differ by publications that its filter holds
 * back, and {@code prev} bridges that difference for the client (protocol section 3).
 */
final class Subscription {
    /** Publications held back after which a client is told its position, so that the next resume does not start from a trimmed one. */
    static final int SKIPS_UNTIL_TOLD = 100;
    /** Milliseconds after which it is told with fewer. */
    static final long SKIPPED_UNTIL_TOLD_MILLIS = 60_000;

    final Subscriber subscriber;
    final Channel channel;
    final Namespace namespace;
    /** Place in {@link LaneSubscribers}; -1 = in none. */
    int index = -1;
    /** Number of the batch that {@link LaneSubscribers} served to this subscription last. */
    long servedBatch;
    private final Hub hub;
    private final Optional<TagFilter> filter;
    private final boolean tellsMembers;
    private ServerSubscription details;
    private ClientInfo member = ClientInfo.NONE;

    private Phase phase = Phase.RECOVERING;
    private String epoch = "";
    private long offset;
    private long told;
    private int skipped;
    private long skippedSince;
    private List<Publication> replay = List.of();
    private long readTop;
    private boolean reading;
    private boolean lagging;
    private boolean readAgain;
    private int parkedBeforeRead;
    private String outdated = "";
    private long offsetWhenCompared = -1;
    private final Parked parked = new Parked();

    private enum Phase { RECOVERING, BEHIND, LIVE, OVER }

    Subscription(Hub hub, Subscriber subscriber, Namespace namespace, SubscribeRequest request, ServerSubscription details) {
        this.hub = hub;
        this.subscriber = subscriber;
        this.channel = request.channel();
        this.namespace = namespace;
        this.filter = request.filter();
        this.details = details;
        boolean asked = details.overrides().pushJoinLeave().apply(request.joinLeave());
        this.tellsMembers = asked && details.overrides().joinLeave().apply(namespace.joinLeave());
    }

    // -- subscribing ---------------------------------------------------------------------------------------------------------------------------

    /** The answer to the request, from what was read for it. The subscription stays RECOVERING until it goes live. */
    Subscribed begin(SubscribeRequest request, History history, int limit, Optional<Map<String, ClientInfo>> members) {
        Wire wire = subscriber.session().wire();
        Start start = Start.of(request, namespace, history, wire, limit);
        epoch = history.top().epoch();
        readTop = history.top().offset();
        startAt(start.offset());
        replay = start.replay();
        Optional<Position> from = namespace.hasHistory() ? Optional.of(new Position(epoch, told)) : Optional.empty();
        long replayed = wire.streamsReplay() ? countReplay() : 0;
        List<Visible> inline = wire.streamsReplay() ? List.of() : takeInline();
        boolean wasRecovering = request.recovers() && namespace.recovers();
        return new Subscribed(channel, namespace.recovers(), namespace.hasHistory(), from, wasRecovering, start.recovered(), inline, replayed, start.gap(),
                history.oldest(), members, details.data(), details.expiresAt(), this::goLive);
    }

    private void startAt(long start) {
        offset = start;
        told = start;
    }

    private long countReplay() {
        long last = replay.isEmpty() ? offset : replay.getLast().offset();
        return replay.stream().filter(this::isVisible).count() + (readTop - last);
    }

    /** As much as the answer may hold; the rest follows it. */
    private List<Visible> takeInline() {
        List<Visible> visible = new ArrayList<>();
        int taken = 0;
        for (; taken < replay.size() && subscriber.fitsInline(replay.get(taken)); taken++) {
            Publication publication = replay.get(taken);
            offset = publication.offset();
            if (isVisible(publication)) {
                visible.add(new Visible(publication, prevOf(publication)));
                told = offset;
                skipped = 0;
            } else {
                countSkip();
            }
        }
        replay = replay.subList(taken, replay.size());
        return visible;
    }

    /** The client has the answer: sends what follows it and flips to LIVE, unless there is more to read first. */
    private void goLive() {
        subscriber.inlineSent();
        if (phase != Phase.OVER) {
            List<Publication> publications = replay;
            replay = List.of();
            sendRead(publications);
        }
    }

    // -- recovering ----------------------------------------------------------------------------------------------------------------------------

    private void read() {
        phase = Phase.RECOVERING;
        if (reading) {
            readAgain = true;
            return;
        }
        reading = true;
        readAgain = false;
        parkedBeforeRead = parked.size();
        hub.history(channel, namespace, HistoryQuery.after(offset, hub.limits().historyPage())).whenComplete((history, failure) -> subscriber.lane().execute(() -> {
            reading = false;
            if (phase != Phase.RECOVERING) {
                return;
            }
            if (failure != null) {
                fallBehind(); // tried again with the next sweep
            } else {
                filled(history);
            }
        }));
    }

    private void filled(History history) {
        Position top = history.top();
        readTop = top.offset();
        boolean otherStream = !top.epoch().equals(epoch);
        if (otherStream || offset > readTop) {
            Position to = otherStream ? top.at(history.oldest() - 1) : top; // of a new stream, what is retained can still be had
            if (tellGap(Gap.Reason.EPOCH, to)) {
                sendRead(List.of()); // the page was read from an offset of the old stream
            }
            return;
        }
        if (offset < readTop && history.oldest() > offset + 1) {
            if (namespace.recovery() == RecoveryMode.CACHE) {
                offset = history.oldest() - 1; // only the newest counts, and what is gone will not come by reading again
            } else if (!tellGap(lagging ? Gap.Reason.EXPIRED : Gap.Reason.LOST, top.at(history.oldest() - 1))) {
                return;
            }
        }
        sendRead(history.publications());
    }

    private void sendRead(List<Publication> publications) {
        for (Publication publication : publications) {
            if (publication.offset() <= offset) {
                continue;
            }
            if (!subscriber.session().isWritable()) {
                fallBehind();
                return;
            }
            advance(new Delivery(channel, publication));
            if (phase == Phase.OVER) {
                return;
            }
        }
        if (namespace.hasHistory() && (offset < readTop || readAgain)) {
            subscriber.lane().later(this::readMore); // later: a long replay must not hold the lane
        } else {
            settle();
        }
    }

    private void readMore() {
        if (phase == Phase.RECOVERING) {
            read();
        }
    }

    /** Sends what was parked beyond what was read, and flips to LIVE; reads again when a parked publication shows that more is there. */
    private void settle() {
        ArrayDeque<ChannelEvent> events = parked.take();
        int decided = parkedBeforeRead;
        phase = Phase.LIVE;
        lagging = false;
        for (; !events.isEmpty() && phase == Phase.LIVE; decided--) {
            ChannelEvent event = events.peek();
            if (event instanceof ChannelEvent.Published published && leavesHole(published.delivery().publication())) {
                if (decided <= 0) { // it came while history was read: read once more, and then it is decided
                    parked.putBack(events);
                    read();
                    return;
                }
                if (!bridge(published.delivery().publication())) {
                    return;
                }
            }
            serve(events.poll());
        }
        if (phase == Phase.RECOVERING) {
            parked.putBack(events);
        } else if (phase == Phase.LIVE && skipped >= SKIPS_UNTIL_TOLD) {
            tellPosition(); // what was read was held back, and perhaps nothing follows it
        }
    }

    private boolean leavesHole(Publication publication) {
        if (!publication.hasOffset()) {
            return false;
        }
        return publication.epoch().equals(epoch) ? publication.offset() > offset + 1 && namespace.recovery() != RecoveryMode.CACHE : true;
    }

    /**
     * A publication was parked before the last reading and is still not next. Of this stream: what lies between is gone. Of another: reading came
     * later and found this stream, so the other is the older one and its end was told by a gap. False when the subscription ended.
     */
    private boolean bridge(Publication publication) {
        if (!publication.epoch().equals(epoch)) {
            outdated = publication.epoch();
            return true;
        }
        return tellGap(Gap.Reason.LOST, publication.position().at(publication.offset() - 1));
    }

    /** Tells the client that it may have missed what lies before {@code to}. False when it could not be told and the subscription ended. */
    private boolean tellGap(Gap.Reason reason, Position to) {
        Position from = new Position(epoch, told);
        hub.metrics().gap(reason);
        if (!subscriber.session().wire().extended()) {
            subscriber.end(this, Wire.Unsubscribe.INSUFFICIENT_STATE);
            return false;
        }
        epoch = to.epoch();
        startAt(to.offset());
        skipped = 0;
        subscriber.session().wire().gap(channel, new Gap(reason, Optional.of(from), to));
        return phase != Phase.OVER;
    }

    private void fallBehind() {
        phase = Phase.BEHIND;
        lagging = true;
        dropParked();
        subscriber.tickSubscriptions(); // after a reading that failed nothing else would try again
    }

    private void dropParked() {
        long passing = parked.take().stream().filter(Parked::isPassing).count();
        if (passing > 0) {
            hub.metrics().dropped(HubMetrics.Drop.BEHIND, (int) passing);
        }
    }

    /** The session can be written to again, or a sweep tries what failed. */
    void catchUp() {
        if (phase == Phase.BEHIND) {
            read();
        }
    }

    /**
     * The stream's top, to be compared with: a broker may lose a publication silently. What is on its way explains a difference; one that stays from one
     * comparison to the next without progress does not. Whether there is a difference, so that the next comparison should come soon.
     */
    boolean compare(Position top) {
        if (phase != Phase.LIVE || top.epoch().equals(epoch) && top.offset() == offset) {
            offsetWhenCompared = -1;
            return false;
        }
        if (offsetWhenCompared == offset) {
            offsetWhenCompared = -1;
            read();
            return false;
        }
        offsetWhenCompared = offset;
        return true;
    }

    /** Whether the client is at the top. Beyond it, it has read the stream since, or the stream went back: reading once more tells. */
    private boolean isAt(Position top) {
        return !namespace.hasHistory() || top.epoch().equals(epoch) && top.offset() == offset;
    }

    // -- live ----------------------------------------------------------------------------------------------------------------------------------

    /** Everything that is pending for the channel, in order. */
    void deliver(List<ChannelEvent> events) {
        for (int i = 0; i < events.size() && phase != Phase.OVER; i++) {
            serve(events.get(i));
        }
    }

    private void serve(ChannelEvent event) {
        switch (phase) {
            case LIVE -> serveLive(event);
            case RECOVERING -> park(event);
            case BEHIND -> {
                if (Parked.isPassing(event)) {
                    hub.metrics().dropped(HubMetrics.Drop.BEHIND, 1);
                }
            }
            case OVER -> {
            }
        }
    }

    private void serveLive(ChannelEvent event) {
        switch (event) {
            case ChannelEvent.Published published -> serveLive(event, published.delivery());
            case ChannelEvent.Joined joined when tellsMembers -> subscriber.session().wire().join(channel, joined.member());
            case ChannelEvent.Left left when tellsMembers -> subscriber.session().wire().leave(channel, left.member());
            case ChannelEvent.Joined _, ChannelEvent.Left _ -> {
            }
            case ChannelEvent.Compared compared when isAt(compared.top()) -> {
            }
            case ChannelEvent.Compared(Position top) when top.offset() == 0 && !top.epoch().equals(epoch) -> tellGap(Gap.Reason.EPOCH, top); // nothing to read
            case ChannelEvent.Compared _ -> read();
        }
    }

    private void serveLive(ChannelEvent event, Delivery delivery) {
        Publication publication = delivery.publication();
        if (!publication.hasOffset()) {
            if (isVisible(publication)) {
                send(delivery, -1);
            }
        } else if (publication.epoch().equals(epoch) && publication.offset() <= offset) {
            return; // seen
        } else if (publication.epoch().equals(outdated)) {
            return; // of a stream that is gone, and was told to be
        } else if (!publication.epoch().equals(epoch) || publication.offset() != offset + 1) {
            park(event);
            read();
        } else if (subscriber.session().isWritable()) {
            advance(delivery);
        } else {
            fallBehind();
        }
    }

    private void advance(Delivery delivery) {
        Publication publication = delivery.publication();
        offset = publication.offset();
        if (!isVisible(publication)) {
            countSkip();
            return;
        }
        long prev = prevOf(publication);
        told = offset;
        skipped = 0;
        send(delivery, prev);
    }

    private void send(Delivery delivery, long prev) {
        Session session = subscriber.session();
        session.wire().publication(delivery, prev);
        subscriber.lane().delivered(session.kind());
    }

    private long prevOf(Publication publication) {
        return told == publication.offset() - 1 ? -1 : told;
    }

    private boolean isVisible(Publication publication) {
        return (filter.isEmpty() || filter.get().matches(publication.tags()))
                && (publication.exclude().isEmpty() || !publication.exclude().contains(subscriber.session().client()));
    }

    private void countSkip() {
        if (skipped++ == 0) {
            skippedSince = hub.now();
            subscriber.tickSubscriptions();
        }
        if (skipped >= SKIPS_UNTIL_TOLD && phase == Phase.LIVE) {
            tellPosition();
        }
    }

    private void tellPosition() {
        if (subscriber.session().wire().extended()) {
            told = offset;
            skipped = 0;
            subscriber.session().wire().position(channel, new Position(epoch, offset));
        }
    }

    private void park(ChannelEvent event) {
        if (event instanceof ChannelEvent.Compared) {
            readAgain = true; // what is being read may be from before the link was whole
        } else if (!parked.offer(event)) {
            if (event instanceof ChannelEvent.Published && !Parked.isPassing(event)) {
                readAgain = true; // history has it
            } else {
                hub.metrics().dropped(HubMetrics.Drop.PARKED_FULL, 1);
            }
        }
    }

    // -- life ----------------------------------------------------------------------------------------------------------------------------------

    /** Looks at what is due; called with each sweep of the lane. */
    void tick(long now) {
        if (phase == Phase.LIVE && skipped > 0 && now - skippedSince >= SKIPPED_UNTIL_TOLD_MILLIS) {
            tellPosition();
        }
        if (phase == Phase.BEHIND && subscriber.session().isWritable()) {
            catchUp();
        }
        if (details.expiresAt() > 0 && now >= details.expiresAt() + hub.limits().session().expiryGrace().toMillis()) {
            subscriber.end(this, Wire.Unsubscribe.EXPIRED);
        }
    }

    /** Ends the subscription; nothing is sent for it any more. */
    void over() {
        phase = Phase.OVER;
        parked.take();
        replay = List.of();
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** Whether each tick must look at it. */
    boolean needsTick() {
        return details.expiresAt() > 0 || skipped > 0 || phase == Phase.BEHIND;
    }

    /** The client showed a fresh token for it. */
    void refresh(ServerSubscription fresh) {
        details = fresh;
    }

    /** What its token says of it. */
    ServerSubscription details() {
        return details;
    }

    /** Who the session is in this channel. */
    ClientInfo member() {
        return member;
    }

    /** The session entered the channel's presence. */
    void entered(ClientInfo asMember) {
        member = asMember;
    }

    /** How far the client is; none without history. */
    Optional<Position> position() {
        return namespace.hasHistory() ? Optional.of(new Position(epoch, told)) : Optional.empty();
    }

    /** Events that are parked now. */
    int parkedCount() {
        return parked.size();
    }
}
