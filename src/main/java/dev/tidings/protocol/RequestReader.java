package dev.tidings.protocol;

import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Position;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.channel.TagFilter;
import dev.tidings.hub.PublishRequest;
import dev.tidings.hub.SubscribeRequest;
import dev.tidings.session.Identity.Override;
import dev.tidings.session.Identity.Overrides;
import dev.tidings.session.Identity.ServerSubscription;
import dev.tidings.session.Identity.SubscriptionToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads the requests that several doors have in common; refuses what does not fit, naming field and value. */
public final class RequestReader {
    private static final int MAX_LISTED = 16;
    private static final byte[] NOTHING = {};

    private final Map<String, Json> members;

    /** Reads from the members of an object. A member that is null counts as absent, but for {@code data}. */
    public RequestReader(Map<String, Json> members) {
        this.members = members;
    }

    /** Reads from an object; {@code what} names it in refusals. */
    public static RequestReader of(Json json, String what) {
        return new RequestReader(json.members(what));
    }

    /** A member that is there and not null. */
    public Optional<Json> member(String name) {
        return Optional.ofNullable(members.get(name)).filter(json -> !json.isNull());
    }

    /** A member that must be there. */
    public Json required(String name) {
        return member(name).orElseThrow(() -> RefusedException.badRequest("\"" + name + "\" is missing"));
    }

    /** A string; "" when absent. */
    public String string(String name) {
        return member(name).map(json -> json.string(name)).orElse("");
    }

    /** A boolean; false when absent. */
    public boolean bool(String name) {
        return member(name).map(json -> json.bool(name)).orElse(false);
    }

    /** An integer between 0 and {@code max}; 0 when absent. */
    public long integer(String name, long max) {
        return member(name).map(json -> json.integer(name, 0, max)).orElse(0L);
    }

    /** How many publications are asked for; 0 when absent, {@code most} for -1, by which SDKs mean as many as there are. */
    public int limit(int most) {
        long limit = member("limit").map(json -> json.integer("limit", -1, Integer.MAX_VALUE)).orElse(0L);
        return limit < 0 ? most : (int) limit;
    }

    /** A value as compact JSON; empty when absent. */
    public byte[] raw(String name) {
        return member(name).map(Json::compact).orElse(NOTHING);
    }

    /** A position {@code {"epoch","offset"}}. */
    public Optional<Position> position(String name) {
        return member(name).map(json -> {
            RequestReader position = of(json, name);
            return new Position(position.string("epoch"), position.integer("offset", Position.MAX_OFFSET));
        });
    }

    /** Data as JSON: {@code data}, or {@code b64data} whose bytes must be JSON, since that is what the doors can show. */
    public byte[] data() {
        Json data = members.get("data");
        Optional<Json> encoded = member("b64data");
        if (data != null && encoded.isEmpty()) {
            return data.compact();
        }
        if (encoded.isEmpty() || data != null) {
            throw RefusedException.badRequest(data == null ? "\"data\" is missing" : "\"data\" and \"b64data\" are both given");
        }
        return decoded(encoded.get(), "b64data");
    }

    private static byte[] decoded(Json encoded, String name) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(encoded.string(name));
        } catch (IllegalArgumentException e) {
            throw RefusedException.badRequest("\"" + name + "\" is not base64");
        }
        try {
            return Json.parse(bytes).compact();
        } catch (RefusedException e) {
            throw RefusedException.badRequest("\"" + name + "\" does not hold JSON");
        }
    }

    /** A publish request to a channel; {@code key} = the header's idempotency key, "" = none. */
    public PublishRequest publish(Channel channel, String key) {
        String ownKey = string("idempotency_key");
        if (!key.isEmpty() && !ownKey.isEmpty() && !key.equals(ownKey)) {
            throw RefusedException.badRequest("\"idempotency_key\" and the header Idempotency-Key differ");
        }
        member("idempotency_key").filter(_ -> ownKey.isEmpty()).ifPresent(_ -> {
            throw RefusedException.badRequest("\"idempotency_key\" is empty");
        });
        return new PublishRequest(channel, data(), string("event"), string("id"), tags(), info(), bool("skip_history"), ownKey.isEmpty() ? key : ownKey,
                position("if"), integer("version", Position.MAX_OFFSET), string("version_epoch"), exclude());
    }

    private ClientInfo info() {
        return member("info").map(json -> {
            RequestReader info = of(json, "info");
            return new ClientInfo(info.string("user"), info.string("client"), info.raw("conn_info"), info.raw("chan_info"));
        }).orElse(ClientInfo.NONE);
    }

    private Map<String, String> tags() {
        if (member("tags").isEmpty()) {
            return Map.of();
        }
        Map<String, String> tags = new HashMap<>();
        required("tags").members("tags").forEach((name, value) -> tags.put(checkTag(name), checkTag(value.string("tags"))));
        if (tags.size() > PublishRequest.MAX_TAGS) {
            throw new RefusedException(Refusal.LIMIT_EXCEEDED, "\"tags\" has " + tags.size() + " tags, allowed are " + PublishRequest.MAX_TAGS);
        }
        return Map.copyOf(tags);
    }

    private static String checkTag(String text) {
        if (text.length() > PublishRequest.MAX_TAG_BYTES || text.getBytes(StandardCharsets.UTF_8).length > PublishRequest.MAX_TAG_BYTES) {
            throw RefusedException.badRequest("\"tags\" has a name or value longer than " + PublishRequest.MAX_TAG_BYTES + " bytes");
        }
        return text;
    }

    private Set<String> exclude() {
        if (member("exclude").isEmpty()) {
            return Set.of();
        }
        Set<String> clients = new LinkedHashSet<>();
        required("exclude").items("exclude", PublishRequest.MAX_EXCLUDED).forEach(client -> clients.add(client.string("exclude")));
        return Set.copyOf(clients);
    }

    /** Whether a list of strings has this one; a list that is absent has none. */
    public boolean lists(String field, String value) {
        return member(field).map(list -> list.items(field, MAX_LISTED)).orElse(List.of()).stream().anyMatch(item -> item.string(field).equals(value));
    }

    /** A subscribe request to a channel, with what its token grants. */
    public SubscribeRequest subscribe(Channel channel, Optional<SubscriptionToken> token) {
        long type = integer("type", Integer.MAX_VALUE);
        if (type > 0) {
            throw RefusedException.badRequest("\"type\" is " + type + ", allowed is 0");
        }
        Optional<TagFilter> filter = member("tf").map(FilterReader::read);
        long rewind = integer("rewind", Integer.MAX_VALUE);
        boolean rejectUnrecovered = (integer("flag", Integer.MAX_VALUE) & 2) != 0;
        return new SubscribeRequest(channel, token, claim(), (int) rewind, filter, bool("join_leave"), bool("presence"), rejectUnrecovered);
    }

    private Recovery.Claim claim() {
        Position position = new Position(string("epoch"), integer("offset", Position.MAX_OFFSET));
        return bool("recover") ? new Recovery.Claim.At(position) : Recovery.NO_CLAIM;
    }

    /** What a back end says of a subscription, in the members of Centrifugo's server API; it ends at {@code expiresAt}, 0 = never. */
    public ServerSubscription subscription(long expiresAt) {
        return new ServerSubscription(json("info", "b64info"), json("data", "b64data"), expiresAt, member("override").map(RequestReader::overrides).orElse(Overrides.NONE));
    }

    private byte[] json(String plain, String base64) {
        Optional<Json> encoded = member(base64);
        if (encoded.isEmpty()) {
            return raw(plain);
        }
        if (member(plain).isPresent()) {
            throw RefusedException.badRequest("\"" + plain + "\" and \"" + base64 + "\" are both given");
        }
        return decoded(encoded.get(), base64);
    }

    /** Positions and recovery are the namespace's alone: {@code force_recovery} and {@code force_positioning} have no effect. */
    private static Overrides overrides(Json json) {
        RequestReader override = of(json, "override");
        return new Overrides(override.override("presence"), override.override("join_leave"), override.override("force_push_join_leave"));
    }

    private Override override(String name) {
        return member(name).map(json -> of(json, name).bool("value") ? Override.ON : Override.OFF).orElse(Override.AS_IS);
    }

    /** The objects in the member {@code subs} by channel, at most {@code max}. */
    public Map<Channel, RequestReader> subs(Function<String, Channel> channels, int max) {
        Map<Channel, RequestReader> subs = new LinkedHashMap<>();
        member("subs").ifPresent(json -> json.members("subs").forEach((name, request) -> subs.put(channels.apply(name), of(request, "subs"))));
        if (subs.size() > max) {
            throw new RefusedException(Refusal.LIMIT_EXCEEDED, "\"subs\" has " + subs.size() + " channels, allowed are " + max);
        }
        return subs;
    }
}
