package dev.tidings.websocket;

import dev.tidings.broker.History;
import dev.tidings.broker.Published;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Connected;
import dev.tidings.hub.HubLimits;
import dev.tidings.hub.Subscribed;
import dev.tidings.protocol.JsonWriter;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.presence.Presence;
import dev.tidings.session.Identity;
import dev.tidings.session.Session;
import java.util.Map;

/** Answers to commands as lines of JSON, each with exactly the members that its dialect knows. Pure. */
final class Replies {
    private final String version;
    private final String node;
    private final HubLimits limits;
    private final int messageSize;

    Replies(String version, String node, HubLimits limits, int messageSize) {
        this.version = version;
        this.node = node;
        this.limits = limits;
        this.messageSize = messageSize;
    }

    byte[] connected(long id, Session session, Connected connected, long now, boolean extended) {
        JsonWriter json = result(id, "connect").member("client", connected.client()).member("version", version).member("session", session.id())
                .member("node", node).member("ping", limits.session().ping().toSeconds()).member("pong", true);
        lifetime(json, session.identity().expiresAt(), now);
        json.member("time", now);
        if (!connected.subscribed().isEmpty()) {
            json.object("subs");
            for (Subscribed subscribed : connected.subscribed()) {
                json.object(subscribed.channel().name());
                subscribed(json, subscribed, now, extended);
                json.end();
            }
            json.end();
        }
        if (extended) {
            json.array("ext").value(ProtocolWriter.EXTENSION).endArray();
            json.object("limits").member("message", messageSize).member("channels", limits.channels()).member("history", limits.historyPage()).end();
        }
        return json.end().end().toBytes();
    }

    byte[] subscribed(long id, Subscribed subscribed, long now, boolean extended) {
        JsonWriter json = result(id, "subscribe");
        subscribed(json, subscribed, now, extended);
        return json.end().end().toBytes();
    }

    private static void subscribed(JsonWriter json, Subscribed subscribed, long now, boolean extended) {
        if (subscribed.recoverable()) {
            json.member("recoverable", true);
        }
        if (subscribed.positioned()) {
            json.member("positioned", true);
        }
        subscribed.from().ifPresent(from -> json.member("epoch", from.epoch()).member("offset", from.offset()));
        if (subscribed.wasRecovering()) {
            json.member("was_recovering", true).member("recovered", subscribed.recovered());
        }
        if (!subscribed.publications().isEmpty()) {
            json.array("publications");
            subscribed.publications().forEach(visible -> ProtocolWriter.publication(json, visible.publication(), visible.prev()));
            json.endArray();
        }
        if (subscribed.data().length > 0) {
            json.raw("data", subscribed.data());
        }
        lifetime(json, subscribed.expiresAt(), now);
        if (extended) {
            if (subscribed.positioned()) {
                json.member("oldest", subscribed.oldest());
            }
            subscribed.gap().ifPresent(gap -> ProtocolWriter.gap(json, "gap", gap));
            subscribed.members().ifPresent(members -> ProtocolWriter.members(json, "members", members));
        }
    }

    private static void lifetime(JsonWriter json, long expiresAt, long now) {
        if (expiresAt > 0) {
            json.member("expires", true).member("ttl", Math.max(1, (expiresAt - now + 999) / 1000));
        }
    }

    byte[] refreshed(long id, Session session, long now) {
        JsonWriter json = result(id, "refresh").member("client", session.client()).member("version", version);
        lifetime(json, session.identity().expiresAt(), now);
        return json.end().end().toBytes();
    }

    byte[] subRefreshed(long id, Identity.ServerSubscription details, long now) {
        JsonWriter json = result(id, "sub_refresh");
        lifetime(json, details.expiresAt(), now);
        return json.end().end().toBytes();
    }

    byte[] published(long id, Published published, boolean extended) {
        JsonWriter json = result(id, "publish");
        if (extended) {
            ProtocolWriter.published(json, published);
        }
        return json.end().end().toBytes();
    }

    byte[] history(long id, History history, boolean extended) {
        JsonWriter json = result(id, "history");
        ProtocolWriter.history(json, history, extended);
        return json.end().end().toBytes();
    }

    byte[] presence(long id, Map<String, ClientInfo> members) {
        JsonWriter json = result(id, "presence");
        ProtocolWriter.members(json, "presence", members);
        return json.end().end().toBytes();
    }

    byte[] stats(long id, Presence.Stats stats) {
        JsonWriter json = result(id, "presence_stats");
        ProtocolWriter.stats(json, stats);
        return json.end().end().toBytes();
    }

    /** An answer without members. */
    byte[] done(long id, String verb) {
        return result(id, verb).end().end().toBytes();
    }

    byte[] refused(long id, RefusedException refused, boolean extended) {
        JsonWriter json = new JsonWriter().object().member("id", id);
        ProtocolWriter.error(json, refused, extended);
        return json.end().toBytes();
    }

    private static JsonWriter result(long id, String verb) {
        return new JsonWriter().object().member("id", id).object(verb);
    }
}
