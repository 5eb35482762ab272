package dev.tidings.auth;

import dev.tidings.channel.Channel;
import dev.tidings.session.Identity.Override;
import dev.tidings.session.Identity.Overrides;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Identity.SubscriptionToken;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** What a token says about one subscription, in the members of Centrifugo's tokens. Stateless. */
final class SubscriptionClaims {
    private static final byte[] NOTHING = {};

    private SubscriptionClaims() {
    }

    /** A subscription's token. */
    static SubscriptionToken read(Claims claims, long expiresAt, int maxChannelBytes) {
        Channel channel = Claims.channel(claims.string("channel"), maxChannelBytes);
        byte[] info = json(claims.get("info"), claims.get("b64info"), "b64info");
        ServerSubscription subscription = new ServerSubscription(info, NOTHING, expiresAt, overrides(claims.get("override")));
        return new SubscriptionToken(channel, claims.user(), claims.string("client"), subscription);
    }

    /** What a connection's token says of one of its channels. */
    static ServerSubscription read(Json details, String field) {
        Map<String, Json> members = details.members(field);
        byte[] info = json(Claims.get(members, "info"), Claims.get(members, "b64info"), "b64info");
        byte[] data = json(Claims.get(members, "data"), Claims.get(members, "b64data"), "b64data");
        return new ServerSubscription(info, data, 0, overrides(Claims.get(members, "override")));
    }

    /** JSON on one line, given as such or in base64, which wins; empty when neither is there. */
    static byte[] json(Optional<Json> plain, Optional<Json> base64, String base64Field) {
        Optional<Json> value = plain;
        if (base64.isPresent() && !base64.get().string(base64Field).isEmpty()) {
            try {
                value = Optional.of(Json.parse(Base64.getDecoder().decode(base64.get().string(base64Field))));
            } catch (IllegalArgumentException e) {
                throw new InvalidTokenException("\"" + base64Field + "\" is not base64");
            }
        }
        return value.map(Json::compact).orElse(NOTHING);
    }

    /** Positions and recovery are the namespace's alone: {@code force_recovery} and {@code force_positioning} are checked and have no effect. */
    private static Overrides overrides(Optional<Json> claim) {
        if (claim.isEmpty()) {
            return Overrides.NONE;
        }
        Map<String, Json> members = claim.get().members("override");
        overrideOf(members, "force_recovery");
        overrideOf(members, "force_positioning");
        return new Overrides(overrideOf(members, "presence"), overrideOf(members, "join_leave"), overrideOf(members, "force_push_join_leave"));
    }

    private static Override overrideOf(Map<String, Json> members, String name) {
        Optional<Json> member = Claims.get(members, name);
        if (member.isEmpty()) {
            return Override.AS_IS;
        }
        boolean on = Claims.get(member.get().members(name), "value").map(value -> value.bool(name)).orElse(false); // absent is false, as upstream
        return on ? Override.ON : Override.OFF;
    }
}
