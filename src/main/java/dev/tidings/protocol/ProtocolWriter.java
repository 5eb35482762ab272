package dev.tidings.protocol;

import dev.tidings.broker.History;
import dev.tidings.broker.Published;
import dev.tidings.channel.ClientInfo;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;
import dev.tidings.channel.Publication;
import dev.tidings.channel.RefusedException;
import dev.tidings.presence.Presence;
import java.util.Map;

/** Writes the objects that several doors have in common, with the members that protocol sections 7 and 13 give them. */
public final class ProtocolWriter {
    /** The name of the extensions in the member {@code ext}. */
    public static final String EXTENSION = "tidings.v1";

    private ProtocolWriter() {
    }

    /** A publication as an object, as value or after a name; {@code prev} -1 = not told. */
    public static void publication(JsonWriter json, Publication publication, long prev) {
        json.object().raw("data", publication.data());
        if (publication.hasOffset()) {
            json.member("offset", publication.offset());
        }
        json.member("time", publication.time());
        if (publication.info().isPresent()) {
            json.name("info");
            clientInfo(json, publication.info());
        }
        if (!publication.tags().isEmpty()) {
            json.object("tags");
            publication.tags().forEach(json::member);
            json.end();
        }
        if (!publication.event().isEmpty()) {
            json.member("event", publication.event());
        }
        if (!publication.id().isEmpty()) {
            json.member("id", publication.id());
        }
        if (publication.version() > 0) {
            json.member("version", publication.version());
        }
        if (prev >= 0) {
            json.member("prev", prev);
        }
        json.end();
    }

    /** A client, as value or after a name. */
    public static void clientInfo(JsonWriter json, ClientInfo info) {
        json.object().member("user", info.user()).member("client", info.client());
        if (info.connInfo().length > 0) {
            json.raw("conn_info", info.connInfo());
        }
        if (info.chanInfo().length > 0) {
            json.raw("chan_info", info.chanInfo());
        }
        json.end();
    }

    /** A position, after a name. */
    public static void position(JsonWriter json, String name, Position position) {
        json.object(name).member("epoch", position.epoch()).member("offset", position.offset()).end();
    }

    /** A gap, after a name. */
    public static void gap(JsonWriter json, String name, Gap gap) {
        json.object(name).member("reason", gap.reason().label());
        if (gap.from().isPresent()) {
            position(json, "from", gap.from().get());
        } else {
            json.nothing("from");
        }
        position(json, "to", gap.to());
        json.end();
    }

    /** Members by client id, after a name. */
    public static void members(JsonWriter json, String name, Map<String, ClientInfo> members) {
        json.object(name);
        members.forEach((client, info) -> {
            json.name(client);
            clientInfo(json, info);
        });
        json.end();
    }

    /** The numbers of a channel's presence, as members of the object under way. */
    public static void stats(JsonWriter json, Presence.Stats stats) {
        json.member("num_clients", stats.clients()).member("num_users", stats.users());
    }

    /** What became of a publication, as members of the object under way. */
    public static void published(JsonWriter json, Published published) {
        published.position().ifPresent(position -> json.member("epoch", position.epoch()).member("offset", position.offset()));
        json.member("duplicate", published.duplicate()).member("skipped", published.skipped());
    }

    /** A page of history, as members of the object under way; {@code oldest} = whether the oldest retained offset is told. */
    public static void history(JsonWriter json, History history, boolean oldest) {
        json.array("publications");
        history.publications().forEach(publication -> publication(json, publication, -1));
        json.endArray().member("epoch", history.top().epoch()).member("offset", history.top().offset());
        if (oldest) {
            json.member("oldest", history.oldest());
        }
    }

    /** A refusal, after the name {@code error}. */
    public static void error(JsonWriter json, RefusedException refused, boolean extended) {
        json.object("error").member("code", refused.refusal().code()).member("message", refused.getMessage());
        if (refused.refusal().temporary() || extended) {
            json.member("temporary", refused.refusal().temporary());
        }
        if (extended) {
            json.member("retry_after_ms", refused.refusal().temporary() ? 1_000 : 0);
        }
        json.end();
    }
}
