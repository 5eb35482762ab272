package dev.tidings.hub;

import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Publication;
import dev.tidings.session.Ending;
import dev.tidings.session.Session;
import dev.tidings.session.Wire;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One session on this node: its lane and its subscriptions. Every method is called on that lane, unless it says otherwise. */
public final class Subscriber implements Session.Owner {
    /** How often members are refreshed: twice within their time to live, with some to spare. */
    private static final double REFRESHES_PER_TTL = 60.0 / 27;

    private final Hub hub;
    private final Lane lane;
    private final Session session;
    private final Map<Channel, Subscription> subscriptions = new LinkedHashMap<>(4);
    private long refreshMembersAt = Long.MAX_VALUE;
    private boolean touched;
    private boolean ticksSubscriptions;
    /** What answers hold that are being made and do not wait in the outbox yet. */
    private long inlineBytes;
    private boolean rebalanced;
    private volatile String user = "";

    Subscriber(Hub hub, Lane lane, Session session) {
        this.hub = hub;
        this.lane = lane;
        this.session = session;
    }

    /** The session. */
    public Session session() {
        return session;
    }

    /** The lane that owns it; any thread. */
    public Lane lane() {
        return lane;
    }

    /** Who the session is to others. */
    public ClientInfo info() {
        return new ClientInfo(session.identity().user(), session.client(), session.identity().info(), new byte[0]);
    }

    /** The user, kept beyond the session's end; any thread. */
    String user() {
        return user;
    }

    void belongsTo(String itsUser) {
        user = itsUser;
    }

    /** The session is on its way to another node to even out the load. */
    void isBeingRebalanced() {
        rebalanced = true;
    }

    /** Whether it is, or was when it ended. */
    boolean wasRebalanced() {
        return rebalanced;
    }

    /** Whether the session is subscribed to the channel, or about to be. */
    public boolean has(Channel channel) {
        return subscriptions.containsKey(channel);
    }

    Subscription get(Channel channel) {
        return subscriptions.get(channel);
    }

    int count() {
        return subscriptions.size();
    }

    void add(Subscription subscription) {
        subscriptions.put(subscription.channel, subscription);
        ticksSubscriptions |= subscription.needsTick();
    }

    /** The subscriptions now. */
    List<Subscription> subscriptions() {
        return List.copyOf(subscriptions.values());
    }

    /** The session is a member of a channel from now on. */
    void becameMember() {
        if (refreshMembersAt == Long.MAX_VALUE) {
            refreshMembersAt = hub.now() + refreshInterval();
        }
    }

    private long refreshInterval() {
        return (long) (hub.limits().presenceTtl().toMillis() / REFRESHES_PER_TTL);
    }

    /** Ends a subscription that the hub or a back end ends, and tells the client. */
    void end(Subscription subscription, Wire.Unsubscribe reason) {
        if (remove(subscription, true)) {
            session.wire().unsubscribed(subscription.channel, reason);
        }
    }

    /** Takes a subscription away without a word; {@code leaves} = the client is gone from the channel for good. Whether there was one. */
    boolean remove(Channel channel, boolean leaves) {
        Subscription subscription = subscriptions.get(channel);
        return subscription != null && remove(subscription, leaves);
    }

    /** The same for this very subscription: the channel may have another one by now. */
    boolean remove(Subscription subscription, boolean leaves) {
        if (!subscriptions.remove(subscription.channel, subscription)) {
            return false;
        }
        inlineBytes = 0;
        hub.removed(subscription, leaves);
        return true;
    }

    @Override
    public void touched(Session ofThis) {
        if (!touched) {
            touched = true;
            lane.touch(this);
        }
    }

    /**
     * Whether a publication may go into an answer that is being made: answers and what else waits fill half of the outbox at most. A client that has missed
     * more than that would be ended as slow by its own answer, each time it comes back.
     */
    boolean fitsInline(Publication publication) {
        if (session.outboxBytes() + inlineBytes + publication.cost() > hub.limits().session().outboxBytes() / 2) {
            return false;
        }
        inlineBytes += publication.cost();
        return true;
    }

    /** The answer was sent. */
    void inlineSent() {
        inlineBytes = 0;
    }

    /** Writes what waits, at the end of a turn. */
    void flush() {
        touched = false;
        session.flush();
    }

    @Override
    public void writable(Session ofThis) {
        for (Subscription subscription : subscriptions()) {
            subscription.catchUp();
        }
    }

    @Override
    public void ended(Session ofThis, Ending ending) {
        for (Subscription subscription : subscriptions()) {
            remove(subscription, ending.leaves());
        }
        hub.ended(this, ending);
    }

    @Override
    public void closed(Session ofThis) {
        hub.closed(this);
    }

    @Override
    public void aged(Session ofThis) {
        hub.aged(this);
    }

    /** Looks at what is due; called with each sweep of the lane. {@code late}: that had no time for long. */
    void tick(long now, boolean late) {
        session.tick(late);
        if (!session.isLive()) {
            return;
        }
        if (now >= refreshMembersAt) {
            refreshMembersAt = now + refreshInterval();
            hub.refreshMembers(this);
        }
        if (ticksSubscriptions) {
            ticksSubscriptions = false; // before looking: what a tick does may ask for the next one
            for (Subscription subscription : subscriptions()) {
                subscription.tick(now);
                ticksSubscriptions |= subscription.needsTick();
            }
        }
    }

    /** A subscription has something that depends on time. */
    void tickSubscriptions() {
        ticksSubscriptions = true;
    }
}
