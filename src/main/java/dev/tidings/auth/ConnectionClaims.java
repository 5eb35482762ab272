package dev.tidings.auth;

import dev.tidings.channel.Channel;
import dev.tidings.session.Grants;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.ServerSubscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a connection's token says: the claim {@code tidings}, and the claims of Centrifugo's tokens. Both become the same grants and server-side
 * subscriptions; where they speak of the same thing, {@code tidings} wins.
 */
final class ConnectionClaims {
    /** The most channels that a token may subscribe its session to. */
    static final int MAX_CHANNELS = 128;

    private final Claims claims;
    private final Map<String, Json> tidings;
    private final int maxChannelBytes;
    private final Map<Channel, ServerSubscription> subscriptions = new LinkedHashMap<>();

    ConnectionClaims(Claims claims, int maxChannelBytes) {
        this.claims = claims;
        this.tidings = claims.get("tidings").map(claim -> claim.members("tidings")).orElse(Map.of());
        this.maxChannelBytes = maxChannelBytes;
    }

    /** The identity, of that issuer and until that time. */
    Identity identity(String issuer, long expiresAt) {
        String user = claims.user();
        readSubscriptions();
        Grants grants = grants(user);
        String scope = user.isEmpty() ? Identity.ANONYMOUS.scope() : issuer + "\n" + user; // an issuer has no line break: no two pairs look alike
        double maxConnections = tidings("max_connections").map(value -> value.number("max_connections", 0, Integer.MAX_VALUE)).orElse(0.0);
        return new Identity(user, scope, grants, info(), subscriptions, expiresAt, (int) Math.ceil(maxConnections));
    }

    private Optional<Json> tidings(String name) {
        return Claims.get(tidings, name);
    }

    private byte[] info() {
        return tidings("info").map(Json::compact).orElseGet(() -> SubscriptionClaims.json(claims.get("info"), claims.get("b64info"), "b64info"));
    }

    private void readSubscriptions() {
        claims.get("channels").ifPresent(list -> list.items("channels", MAX_CHANNELS).forEach(item ->
                subscribe(item.string("channels"), ServerSubscription.PLAIN)));
        claims.get("subs").ifPresent(map -> readSubscriptions(map, "subs"));
        tidings("channels").ifPresent(map -> readSubscriptions(map, "tidings.channels"));
    }

    private void readSubscriptions(Json map, String field) {
        map.members(field).forEach((name, details) ->
                subscribe(name, details.isNull() ? ServerSubscription.PLAIN : SubscriptionClaims.read(details, field)));
    }

    private void subscribe(String name, ServerSubscription details) {
        Channel channel = Claims.channel(name, maxChannelBytes);
        if (name.endsWith("*")) { // the grant that comes with it would be a pattern
            throw new InvalidTokenException("a channel that the token subscribes to ends with *");
        }
        subscriptions.put(channel, details);
        if (subscriptions.size() > MAX_CHANNELS) {
            throw new InvalidTokenException("the token subscribes to more than " + MAX_CHANNELS + " channels");
        }
    }

    private Grants grants(String user) {
        List<String> subscribe = new ArrayList<>(patterns("subscribe", user));
        subscriptions.keySet().forEach(channel -> subscribe.add(channel.name()));
        if (subscribe.size() > Grants.MAX_PATTERNS) {
            throw new InvalidTokenException("the token grants subscribe with more than " + Grants.MAX_PATTERNS + " patterns");
        }
        return new Grants(subscribe, patterns("publish", user), patterns("presence", user), patterns("history", user), false);
    }

    private List<String> patterns(String action, String user) {
        return tidings(action).map(list -> Patterns.read(list, action, user)).orElse(List.of());
    }
}
