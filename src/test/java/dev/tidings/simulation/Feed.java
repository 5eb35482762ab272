package dev.tidings.simulation;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Namespace.RecoveryMode;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.TagFilter;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one connection is told of one channel, held word for word against the truth: nothing lost without a gap, nothing twice, nothing out of order,
 * every {@code prev} a bridge that reaches the client.
 */
final class Feed {
    private final World world;
    private final Client client;
    final Channel channel;
    private final Optional<TagFilter> filter;
    private final RecoveryMode recovery;
    /** The position that was sent with the request; none = a first visit. */
    private final Optional<Position> claim;
    private final boolean claimUnreadable;
    /** Tells this request's answer from those of others, as ids of commands do. */
    final int number;
    private State state = State.ASKED;
    private boolean positioned;
    private String epoch = "";
    private long offset;
    private long lastPassing = -1;
    private final Node node;
    private final View view;
    /** What was published at the offset, as far as can be told. */
    private List<Publication> anchors = List.of();
    private boolean astray;
    private boolean excused;
    private long strayedAt;

    private enum State { ASKED, AWAITING_GAP, LIVE, LEAVING, OVER }

    Feed(World world, Client client, Node node, View view, Optional<Position> claim, boolean claimUnreadable, int number) {
        this.number = number;
        this.world = world;
        this.client = client;
        this.node = node;
        this.view = view;
        this.channel = view.channel;
        this.filter = view.filter;
        this.recovery = world.namespaces.of(channel).recovery();
        this.claim = claim;
        this.claimUnreadable = claimUnreadable;
    }

    /** The answer to the subscription; see {@link ConnectionWire#answer} for its parts. */
    void answered(String[] answer) {
        check(state == State.ASKED || state == State.LEAVING, () -> "an answer in state " + state);
        if (state == State.ASKED) {
            state = State.LIVE;
        }
        long from = Long.parseLong(answer[3]);
        boolean wasRecovering = answer[4].equals("true");
        boolean recovered = answer[5].equals("true");
        positioned = from >= 0;
        check(positioned == world.namespaces.of(channel).hasHistory(), () -> "positioned is " + positioned);
        boolean claims = claim.isPresent() || claimUnreadable;
        check(wasRecovering == (claims && recovery != RecoveryMode.NONE), () -> "was_recovering is " + wasRecovering + " with claim " + claim);
        if (!positioned) {
            return;
        }
        epoch = answer[2];
        offset = from;
        anchors = world.truth.at(channel, epoch, offset);
        if (wasRecovering && recovery == RecoveryMode.STREAM) {
            if (recovered) {
                boolean same = claim.isPresent() && claim.get().offset() == offset && isSameEpoch(claim.get().epoch());
                check(same, () -> "recovered from " + epoch + ":" + from + ", not from " + claim);
                resume();
            } else if (client.isStream()) {
                state = state == State.LIVE ? State.AWAITING_GAP : state;
            } else if (client.isExtended()) {
                Position to = new Position(answer[9], Long.parseLong(answer[10]));
                check(to.equals(new Position(epoch, offset)), () -> "the gap ends at " + to + ", the answer starts at " + epoch + ":" + from);
                checkGap(answer[6], claim, to);
            }
        }
        check(!recovered || wasRecovering, () -> "recovered without a position");
    }

    /**
     * It goes on where the client was. Where the client was astray, only the node that had told it the position can know: a position has no time, and a
     * node that knows nothing of what was lost takes it for the one that was given out again.
     */
    private void resume() {
        if (view.position.equals(claim)) {
            anchors = view.anchors;
            astray = view.astray;
            strayedAt = offset;
            excused = view.excused || view.node.isEmpty() || view.node.get() != node;
        }
    }

    /** The client has this position. */
    void settle(View its) {
        its.anchors = anchors;
        its.astray = astray;
        its.excused = excused;
        its.node = Optional.of(node);
    }

    /** Whether the client has what another server gave out again, so that it lacks what is there now. */
    private boolean isAstray() {
        List<Publication> stream = world.truth.stream(channel, epoch);
        boolean lost = offset > 0 && anchors.stream().noneMatch(anchor -> anchor.offset() <= stream.size() && stream.get((int) anchor.offset() - 1) == anchor);
        return astray || lost;
    }

    private void strays() {
        check(world.store.wentBack(), () -> "what it gets does not follow what it has");
        if (!astray) {
            astray = true;
            strayedAt = offset;
        }
    }

    /** A cursor knows an epoch by 16 bits of its hash: one reset in 65,536 is missed, which the protocol accepts. */
    private boolean isSameEpoch(String claimed) {
        return claimed.equals(epoch) || client.usesCursor() && Cursor.epochHash(claimed) == Cursor.epochHash(epoch);
    }

    /** A publication. */
    void publication(String itsEpoch, long itsOffset, long prev, String name) {
        if (isDeaf()) {
            return;
        }
        check(state == State.LIVE, () -> name + " arrived in state " + state);
        if (itsOffset == 0) {
            world.truth.number(channel, name).ifPresent(number -> {
                check(number > lastPassing, () -> name + " without offset came twice or out of order");
                lastPassing = number;
            });
            return;
        }
        check(itsEpoch.equals(epoch), () -> name + " is of epoch " + itsEpoch + ", the client was told " + epoch);
        check(itsOffset > offset, () -> name + " at " + itsOffset + " came to a client at " + offset);
        long before = prev < 0 ? itsOffset - 1 : prev;
        long at = offset;
        check(before <= at, () -> name + " at " + itsOffset + " follows " + before + ", the client is at " + at);
        List<Truth.Accepted> named = world.truth.named(channel, epoch, itsOffset, name);
        check(!named.isEmpty(), () -> name + " came at the place of another one");
        check(matches(named.getFirst().publication()), () -> name + " came through the filter");
        List<Truth.Branch> branches = world.truth.branchesWith(channel, epoch, anchors);
        List<Publication> following = named.stream().map(Truth.Accepted::publication).filter(each -> branches.stream().anyMatch(branch -> branch.has(each))).toList();
        if (following.isEmpty()) {
            strays();
            anchors = named.stream().map(Truth.Accepted::publication).toList();
        } else {
            checkNothingBetween(itsOffset - 1, world.truth.branchesWith(channel, epoch, following).stream().filter(branches::contains).toList());
            anchors = following;
        }
        offset = itsOffset;
    }

    /** Nothing for this filtered subscription up to there. */
    void position(Position to) {
        if (isDeaf()) {
            return;
        }
        check(state == State.LIVE && to.epoch().equals(epoch) && to.offset() >= offset, () -> "position " + to + " for a client at " + epoch + ":" + offset);
        List<Truth.Branch> branches = world.truth.branchesWith(channel, epoch, anchors).stream().filter(branch -> branch.publications.size() >= to.offset()).toList();
        if (branches.isEmpty()) {
            strays();
            anchors = world.truth.at(channel, epoch, to.offset());
        } else {
            checkNothingBetween(to.offset(), branches);
            anchors = to.offset() == 0 ? List.of() : branches.stream().map(branch -> branch.publications.get((int) to.offset() - 1)).distinct().toList();
        }
        offset = to.offset();
    }

    /** Publications may be missing. */
    void gap(String reason, Optional<Position> from, Position to) {
        if (isDeaf()) {
            return;
        }
        if (state == State.AWAITING_GAP) {
            checkGap(reason, claim, to);
            state = State.LIVE;
        } else {
            check(state == State.LIVE, () -> "a gap in state " + state);
            check(from.equals(Optional.of(new Position(epoch, offset))), () -> "a gap from " + from + " for a client at " + epoch + ":" + offset);
            checkGap(reason, from, to);
        }
        epoch = to.epoch();
        offset = to.offset();
        anchors = world.truth.at(channel, epoch, offset);
        astray = false;
        excused = false;
    }

    /** A gap is told only where something may be missing. */
    private void checkGap(String reason, Optional<Position> from, Position to) {
        world.result.gaps++;
        long start = from.map(Position::offset).orElse(0L);
        String old = from.map(Position::epoch).orElse("");
        switch (reason) {
            case "epoch" -> check(!old.equals(to.epoch()) || world.store.wentBack(), () -> "gap epoch within epoch " + old);
            case "unknown" -> check(claimUnreadable, () -> "gap unknown after a claim that can be read");
            case "limit" -> check(old.equals(to.epoch()) && to.offset() - start > world.recoveryLimit, () -> "gap limit from " + from + " to " + to);
            case "expired", "lost" -> {
                check(old.equals(to.epoch()) && to.offset() > start, () -> "gap " + reason + " from " + from + " to " + to);
                boolean same = world.store.top(channel).epoch().equals(to.epoch());
                check(!same || world.store.wentBack() || world.store.oldest(channel) > start + 1, () -> "gap " + reason + " from " + from + ", but all of it is retained");
            }
            default -> check(false, () -> "an unknown gap " + reason);
        }
    }

    /** Between the client's offset and another one there is nothing for it, in one of the branches at least that have both. */
    private void checkNothingBetween(long last, List<Truth.Branch> branches) {
        if (recovery == RecoveryMode.CACHE) {
            return; // the newest is all that matters
        }
        Optional<Publication> lost = Optional.empty();
        for (Truth.Branch branch : branches) {
            lost = branch.publications.subList((int) offset, (int) last).stream().filter(this::isDue).findFirst();
            if (lost.isEmpty()) {
                return;
            }
        }
        Optional<Publication> found = lost;
        check(found.isEmpty(), () -> Truth.nameOf(found.get()) + " at " + found.get().offset() + " was lost without a gap");
    }

    private boolean isDue(Publication publication) {
        return matches(publication) && publication.exclude().stream().noneMatch(client.ids::contains);
    }

    private boolean matches(Publication publication) {
        return filter.isEmpty() || filter.get().matches(publication.tags());
    }

    /** What is still to come to this client; empty = it has everything. */
    String missing() {
        if (state != State.LIVE) {
            return "the subscription is " + state;
        }
        if (!positioned) {
            return "";
        }
        Position top = world.store.top(channel);
        if (!top.epoch().equals(epoch)) {
            return "it is in epoch " + epoch + ", the stream in " + top.epoch();
        }
        if (isAstray()) {
            return excused || world.store.oldest(channel) > (astray ? strayedAt : offset) ? "" // the entry that would show it is gone
                    : "it is at " + offset + " and astray since " + (astray ? strayedAt : offset) + ", the stream at " + top;
        }
        List<Publication> stream = world.truth.stream(channel, epoch);
        boolean cached = recovery == RecoveryMode.CACHE;
        if (cached && world.store.oldest(channel) > stream.size()) {
            return ""; // the newest is gone, and older ones don't matter
        }
        for (int i = cached ? stream.size() - 1 : (int) offset; i >= 0 && i < stream.size(); i++) {
            if (stream.get(i).offset() > offset && isDue(stream.get(i))) {
                return "it is at " + offset + ", the stream at " + stream.size();
            }
        }
        return "";
    }

    /** The client asked to leave: what comes until the answer is no longer its. */
    void leave() {
        state = State.LEAVING;
    }

    /** The hub ended it, or the client's leave was answered. */
    void over() {
        state = State.OVER;
    }

    private boolean isDeaf() {
        return state == State.LEAVING || state == State.OVER;
    }

    /** Whether the client waits for the answer or gets publications. */
    boolean isWanted() {
        return !isDeaf();
    }

    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isLeaving() {
        return state == State.LEAVING;
    }

    /** Where this connection is in the stream; none before the answer and without history. */
    Optional<Position> at() {
        return positioned && (state == State.LIVE) ? Optional.of(new Position(epoch, offset)) : Optional.empty();
    }

    private void check(boolean holds, Supplier<String> otherwise) {
        world.schedule.check(holds, () -> client + " in " + channel + ": " + otherwise.get());
    }
}
