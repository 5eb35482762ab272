package dev.tidings.simulation;

import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Position;
import dev.tidings.hub.ConnectRequest;
import dev.tidings.hub.SubscribeRequest;
import dev.tidings.session.Ending;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;
import dev.tidings.session.RetryWindow;
import dev.tidings.testing.FakeWire.Dialect;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A client that does what the protocol asks of clients: keeps a position for each channel, comes back with it after a random delay, moves to another
 * connection when told to, make before break, and otherwise trusts the hub.
 */
final class Client {
    final Dialect dialect;
    /** Every client id it ever had. */
    final Set<String> ids = new HashSet<>();
    final Map<Channel, View> views = new LinkedHashMap<>();
    private final World world;
    private final Schedule schedule;
    private final String name;
    private final boolean withCursor;
    private final boolean brought;
    private final boolean pipelines;
    private final Identity identity;
    private Connection current;
    private Connection moving;
    private String clientId = "";
    private boolean online;
    private int requests;
    private String cursor = "";
    private String cursorMeans = "";

    Client(World world, int number, Dialect dialect) {
        this.world = world;
        this.schedule = world.schedule;
        this.dialect = dialect;
        this.withCursor = dialect == Dialect.STREAM && schedule.random.nextBoolean();
        this.brought = dialect != Dialect.STREAM && schedule.random.nextInt(4) == 0;
        this.pipelines = schedule.random.nextBoolean();
        this.name = dialect.name().toLowerCase() + number + (withCursor ? "-cursor" : brought ? "-brought" : "");
        String user = schedule.random.nextInt(5) == 0 ? "" : "user" + number % 7;
        this.identity = new Identity(user, user, Grants.EVERYTHING, new byte[0], Map.of(), 0, 0);
    }

    // -- connecting ----------------------------------------------------------------------------------------------------------------------------

    /** Wants to be connected. */
    void goOnline() {
        if (!online) {
            online = true;
            reconnectWithin(0, 1_000);
        }
    }

    private void reconnectWithin(long minMillis, long maxMillis) {
        schedule.inMillis(schedule.between(minMillis, maxMillis), () -> {
            if (online && current == null) {
                current = connect();
            }
        });
    }

    private Connection connect() {
        Connection connection = new Connection(world, this, world.pickNode());
        world.connections.add(connection);
        connection.open();
        boolean atOnce = isStream() || brought;
        List<View> wanted = views.values().stream().filter(view -> view.wanted).toList();
        List<SubscribeRequest> requests = atOnce ? wanted.stream().map(view -> request(connection, view, 0)).toList() : List.of();
        Identity its = !brought ? identity : new Identity(identity.user(), identity.scope(), identity.grants(), identity.info(),
                wanted.stream().collect(Collectors.toMap(view -> view.channel, _ -> Identity.ServerSubscription.PLAIN)), 0, 0);
        String before = isExtended() && schedule.random.nextInt(4) > 0 ? clientId : "";
        connection.connect(new ConnectRequest(its, before, !isStream() && schedule.random.nextBoolean(), requests, brought, isStream()), withCursor,
                wanted.stream().map(view -> view.channel).toList());
        if (!atOnce && pipelines) {
            subscribeAll(connection);
        }
        return connection;
    }

    private SubscribeRequest request(Connection connection, View view, int number) {
        Optional<Position> claimed = withCursor ? cursorPosition(view.channel) : view.position;
        Recovery.Claim claim = withCursor ? cursorClaim(view.channel) : claimed.<Recovery.Claim>map(Recovery.Claim.At::new).orElse(Recovery.NO_CLAIM);
        connection.feeds.put(view.channel, new Feed(world, this, connection.node, view, claimed, claim instanceof Recovery.Claim.Unreadable, number));
        return new SubscribeRequest(view.channel, Optional.empty(), claim, view.rewind, view.filter, view.members, view.members, false);
    }

    private Recovery.Claim cursorClaim(Channel channel) {
        if (cursor.isEmpty()) {
            return Recovery.NO_CLAIM;
        }
        Cursor codec = new Cursor(views.values().stream().filter(view -> view.wanted).map(view -> view.channel).toList());
        return codec.decode(cursor).<Recovery.Claim>map(entries -> {
            Cursor.Entry entry = entries.get(codec.streams().indexOf(channel));
            return entry.isPresent() ? new Recovery.Claim.Hashed(entry) : Recovery.NO_CLAIM;
        }).orElse(new Recovery.Claim.Unreadable());
    }

    private Optional<Position> cursorPosition(Channel channel) {
        if (cursorClaim(channel) instanceof Recovery.Claim.Hashed) {
            String[] parts = cursorMeans.split(" ");
            for (int i = 2; i + 2 < parts.length; i += 3) {
                if (parts[i].equals(channel.name())) {
                    return Optional.of(new Position(parts[i + 1], Long.parseLong(parts[i + 2])));
                }
            }
        }
        return Optional.empty();
    }

    private void subscribeAll(Connection connection) {
        for (View view : views.values()) {
            Feed feed = connection.feeds.get(view.channel);
            if (view.wanted && (feed == null || !feed.isWanted() && !feed.isLeaving())) {
                int number = ++requests;
                connection.subscribe(request(connection, view, number), number);
            }
        }
    }

    // -- what the hub says ---------------------------------------------------------------------------------------------------------------------

    /** A message, whose lines belong together. */
    void receive(Connection connection, String message) {
        note(() -> "receives " + message);
        for (String line : message.split("\n")) {
            understand(connection, line);
        }
        if (message.startsWith("connected ") && !isStream()) {
            leaveUnwanted(connection);
        }
    }

    private void understand(Connection connection, String line) {
        String[] parts = line.split(" ");
        switch (parts[0]) {
            case "connected" -> {
                clientId = parts[1];
                ids.add(clientId);
                connection.introduced();
                if (!isStream()) {
                    subscribeAll(connection);
                }
                finishMove();
            }
            case "id" -> {
                cursor = parts[1];
                cursorMeans = line;
            }
            case "drain" -> {
                connection.checkMove(parts[1]);
                schedule.inMillis(schedule.between(Long.parseLong(parts[2]), Long.parseLong(parts[3])), () -> move(connection));
            }
            case "keepalive" -> connection.pong();
            case "farewell", "refreshed" -> {
            }
            default -> understandChannel(connection, new Channel(parts[1]), parts);
        }
    }

    private void understandChannel(Connection connection, Channel channel, String[] parts) {
        View view = views.get(channel);
        Feed feed = connection.feeds.get(channel);
        schedule.check(feed != null, () -> this + ": a message of " + channel + ", which it did not subscribe to");
        switch (parts[0]) {
            case "answer", "error" -> answered(connection, view, feed, parts);
            case "publication" -> {
                world.result.deliveries++;
                feed.publication(parts[2], Long.parseLong(parts[3]), Long.parseLong(parts[4]), Truth.nameOf(parts[5]));
                view.lastPassing = parts[3].equals("0") ? Truth.nameOf(parts[5]) : view.lastPassing;
            }
            case "gap" -> feed.gap(parts[2], parts[4].equals("-") ? Optional.empty() : Optional.of(new Position(parts[3].equals("-") ? "" : parts[3],
                    Long.parseLong(parts[4]))), new Position(parts[5], Long.parseLong(parts[6])));
            case "position" -> feed.position(new Position(parts[2], Long.parseLong(parts[3])));
            case "join" -> view.known.add(parts[2]);
            case "leave" -> view.known.remove(parts[2]);
            case "left" -> {
                feed.over();
                subscribeAll(connection);
            }
            case "unsubscribed" -> unsubscribed(connection, view, feed, parts[2]);
            default -> throw schedule.fail(this + ": an unknown message " + parts[0]);
        }
        view.follow(feed, connection == newest(), parts[0].equals("answer") || parts[0].equals("gap"));
        finishMove();
    }

    private void answered(Connection connection, View view, Feed feed, String[] parts) {
        if (Integer.parseInt(parts[parts.length - 1]) != feed.number) {
            return; // the client has left meanwhile, and come back
        }
        if (parts[0].equals("answer")) {
            feed.answered(parts);
            view.known.clear();
            List.of(parts[11].split(",")).stream().filter(id -> !id.isEmpty() && !id.equals("-")).forEach(view.known::add);
        } else if (!feed.isLeaving()) {
            feed.over();
            schedule.check(!parts[2].equals("105"), () -> this + " in " + view.channel + ": is not subscribed, but the hub says so");
            schedule.inMillis(schedule.between(100, 1_000), () -> againOn(connection));
        }
    }

    private void unsubscribed(Connection connection, View view, Feed feed, String code) {
        if (!feed.isLeaving()) {
            feed.over();
            schedule.check(code.equals("2000") || code.equals("2500") && !isExtended(), () -> this + ": unsubscribed with " + code);
            view.wanted &= !code.equals("2000");
            againOn(connection);
        }
    }

    private void againOn(Connection connection) {
        if (!connection.isLost() && !isStream()) {
            subscribeAll(connection);
        }
    }

    /** The hub closed the connection. */
    void closed(Connection connection, Ending ending) {
        note(() -> "is closed: " + ending.code() + " " + ending.reason());
        lost(connection, 0, 3_000, ending.reconnect());
    }

    /** The hub does not admit it now. */
    void refused(Connection connection, RetryWindow window) {
        note(() -> "is refused");
        lost(connection, window.minMillis(), window.maxMillis(), true);
    }

    /** The connection is gone. */
    void lost(Connection connection, long minMillis, long maxMillis, boolean comesBack) {
        if (connection == moving) {
            moving = null;
        } else if (connection == current) {
            current = moving;
            moving = null;
            online &= comesBack;
            if (current == null) {
                reconnectWithin(minMillis, maxMillis);
            }
        }
    }

    // -- moving --------------------------------------------------------------------------------------------------------------------------------

    private void move(Connection from) {
        if (online && from == current && moving == null && !from.isLost()) {
            note(() -> "moves");
            moving = connect();
        }
    }

    private void finishMove() {
        if (moving != null && !clientId.isEmpty() && views.values().stream().filter(view -> view.wanted)
                .allMatch(view -> moving.feeds.containsKey(view.channel) && moving.feeds.get(view.channel).isLive())) {
            note(() -> "has moved");
            current.close();
            current = moving;
            moving = null;
        }
    }

    private Connection newest() {
        return moving != null ? moving : current;
    }

    // -- what clients do -----------------------------------------------------------------------------------------------------------------------

    /** The network drops its connection; the hub learns of it later. */
    void cut(long millis) {
        if (current != null) {
            note(() -> "is cut off; the hub learns of it in " + millis + " ms");
            Connection gone = current;
            gone.cut(millis);
            lost(gone, 0, 3_000, true);
        }
    }

    /** Closes its connection and stays away. */
    void goOffline() {
        note(() -> "goes offline");
        online = false;
        for (Connection each : new Connection[] {moving, current}) {
            if (each != null && !each.isLost()) {
                each.close();
            }
        }
        current = null;
        moving = null;
    }

    /** Stops reading, or reads slowly. */
    void stall(boolean completely, long millis) {
        Connection stalling = current;
        if (stalling != null) {
            note(() -> "stalls " + (completely ? "" : "a little ") + "for " + millis + " ms");
            stalling.stall(completely);
            schedule.inMillis(millis, stalling::resume);
        }
    }

    /** Leaves a channel or comes back to it, with its position or, forgetful, without. */
    void toggle(View view, boolean forgets) {
        view.wanted = !view.wanted;
        note(() -> (view.wanted ? "wants " : "no longer wants ") + view.channel);
        if (forgets) {
            view.forget();
        }
        if (isStream()) {
            if (current != null) {
                goOffline();
                goOnline();
            }
            return;
        }
        for (Connection each : new Connection[] {moving, current}) {
            if (each == null || each.isLost()) {
                continue;
            }
            Feed feed = each.feeds.get(view.channel);
            if (view.wanted) {
                subscribeAll(each);
            } else if (feed != null && feed.isWanted() && each.isIntroduced()) {
                leave(each, feed);
            }
        }
    }

    private void leave(Connection connection, Feed feed) {
        feed.leave();
        connection.unsubscribe(feed.channel);
    }

    /** What it stopped wanting while it was connecting. */
    private void leaveUnwanted(Connection connection) {
        for (Feed feed : connection.feeds.values()) {
            if (!views.get(feed.channel).wanted && feed.isWanted()) {
                leave(connection, feed);
            }
        }
    }

    /** Its connection, if it believes that it has one. */
    Optional<Connection> connection() {
        return Optional.ofNullable(current);
    }

    /** What it lacks to be up to date; empty = nothing. */
    String missing() {
        if (current == null) {
            return this + " is not connected";
        }
        for (View view : views.values()) {
            if (view.wanted) {
                Feed feed = current.feeds.get(view.channel);
                String missing = feed == null ? "it is not subscribed" : feed.missing();
                if (!missing.isEmpty()) {
                    return this + " in " + view.channel + ": " + missing;
                }
            }
        }
        return "";
    }

    String clientId() {
        return clientId;
    }

    /** Whether it moves between two connections now. */
    boolean isMoving() {
        return moving != null;
    }

    boolean isExtended() {
        return dialect != Dialect.PLAIN;
    }

    boolean isStream() {
        return dialect == Dialect.STREAM;
    }

    boolean usesCursor() {
        return withCursor;
    }

    void note(Supplier<String> what) {
        schedule.note(() -> this + " " + what.get());
    }

    @Override
    public String toString() {
        return name;
    }
}
