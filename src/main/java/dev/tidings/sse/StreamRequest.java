package dev.tidings.sse;

import dev.tidings.broker.Recovery;
import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.hub.Hub;
import dev.tidings.hub.SubscribeRequest;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.ProtocolWriter;
import dev.tidings.protocol.Query;
import dev.tidings.protocol.RequestReader;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.SubscriptionToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client asks of this door.
 *
 * @param wanted     the channels, with the positions that were given one by one
 * @param tokens     subscription tokens, not verified
 * @param cursor     the positions that were given together; "" = none
 * @param form       how publications are written
 * @param partial    whether refused channels are reported instead of refusing everything
 * @param soft       whether "come back later" is said with a stream that ends, because any other status would end an EventSource for ever
 * @param token      the token of the body; "" = none
 * @param prevClient the client id it had before; "" = none
 * @param extended   whether the client named the extensions, and is told that they are there
 */
record StreamRequest(Map<Channel, SubscribeRequest> wanted, Map<Channel, String> tokens, String cursor, StreamWire.Form form, boolean partial, boolean soft,
        String token, String prevClient, boolean extended) {
    /** The newest publications that may be asked for. */
    private static final int MAX_REWIND = 1_000_000;

    /** Reads the URL of a GET; {@code lastEventIds} are the values of that header. */
    static StreamRequest get(Hub hub, Query query, List<String> lastEventIds) {
        Map<Channel, SubscribeRequest> wanted = new LinkedHashMap<>();
        int rewind = query.integer("rewind", MAX_REWIND, 0);
        List<String> names = query.all("channel");
        if (names.isEmpty() || names.size() > hub.limits().sseChannels()) {
            throw new RefusedException(Refusal.LIMIT_EXCEEDED, "\"channel\" is given " + names.size() + " times, allowed is 1 to " + hub.limits().sseChannels());
        }
        for (String name : names) {
            Channel channel = hub.channel(name);
            wanted.put(channel, new SubscribeRequest(channel, Optional.empty(), Recovery.NO_CLAIM, rewind, Optional.empty(), false, false, false));
        }
        Form form = form(query, wanted.size());
        return new StreamRequest(wanted, Map.of(), cursor(query, lastEventIds), form.form, query.flag("partial"), form.soft, "", "", false);
    }

    /** Reads the body and the URL of a POST. */
    static StreamRequest post(Hub hub, Query query, byte[] body, List<String> lastEventIds) {
        RequestReader request = RequestReader.of(Json.parse(body), "the body");
        Map<Channel, SubscribeRequest> wanted = new LinkedHashMap<>();
        Map<Channel, String> tokens = new LinkedHashMap<>();
        request.subs(hub::channel, hub.limits().sseChannels()).forEach((channel, sub) -> {
            wanted.put(channel, sub.subscribe(channel, Optional.empty()));
            if (!sub.string("token").isEmpty()) {
                tokens.put(channel, sub.string("token"));
            }
        });
        if (wanted.isEmpty()) {
            throw RefusedException.badRequest("\"subs\" names no channel");
        }
        String cursor = request.string("cursor");
        Form form = form(query, wanted.size());
        return new StreamRequest(wanted, tokens, cursor.isEmpty() ? cursor(query, lastEventIds) : cursor, form.form, query.flag("partial"), false,
                request.string("token"), request.string("prev_client"), request.lists("ext", ProtocolWriter.EXTENSION));
    }

    /** With what these subscription tokens grant, each to its own channel and user. Refused where one does not, unless refusals are reported one by one. */
    StreamRequest granted(Map<Channel, Optional<SubscriptionToken>> verified, Identity identity) {
        Map<Channel, SubscribeRequest> granted = new LinkedHashMap<>(wanted);
        verified.forEach((channel, token) -> {
            // A new session has no client id that a token could name.
            boolean fits = token.filter(it -> it.channel().equals(channel) && it.user().equals(identity.user()) && it.client().isEmpty()).isPresent();
            if (fits) {
                granted.computeIfPresent(channel, (_, request) -> request.with(token.get()));
            } else if (!partial) {
                throw new RefusedException(Refusal.PERMISSION_DENIED, "the token for channel \"" + channel.name() + "\" is not valid for it");
            }
        });
        return new StreamRequest(granted, Map.of(), cursor, form, partial, soft, token, prevClient, extended);
    }

    private record Form(StreamWire.Form form, boolean soft) {
    }

    private static Form form(Query query, int channels) {
        boolean typed = choice(query, "events", "", "typed").equals("typed");
        boolean raw = choice(query, "format", "envelope", "raw").equals("raw");
        if (raw && channels != 1) {
            throw RefusedException.badRequest("\"format\" is raw, which is for a single channel");
        }
        return new Form(new StreamWire.Form(typed, raw), choice(query, "errors", "soft", "status").equals("soft"));
    }

    private static String choice(Query query, String name, String first, String second) {
        String chosen = query.one(name).orElse(first);
        if (!chosen.equals(first) && !chosen.equals(second)) {
            throw RefusedException.badRequest("\"" + name + "\" must be " + (first.isEmpty() ? "" : first + " or ") + second);
        }
        return chosen;
    }

    /** A browser reconnects with its old URL and a newer header, so the header goes first. */
    private static String cursor(Query query, List<String> lastEventIds) {
        if (!lastEventIds.isEmpty()) {
            return lastEventIds.getLast();
        }
        for (String name : List.of("cursor", "last_event_id", "lastEventId")) {
            Optional<String> given = query.lenient(name);
            if (given.isPresent()) {
                return given.get();
            }
        }
        return "";
    }

    /** The requests with a claim each: positions that were given one by one beat the cursor. {@code codec} is of all channels of the session. */
    List<SubscribeRequest> claiming(Cursor codec) {
        if (cursor.isEmpty()) {
            return List.copyOf(wanted.values());
        }
        Optional<List<Cursor.Entry>> entries = codec.decode(cursor);
        List<SubscribeRequest> requests = new ArrayList<>();
        for (Channel channel : codec.streams()) {
            SubscribeRequest request = wanted.getOrDefault(channel, SubscribeRequest.to(channel));
            requests.add(request.recovers() ? request : request.claiming(claim(codec, entries, channel)));
        }
        return requests;
    }

    private static Recovery.Claim claim(Cursor codec, Optional<List<Cursor.Entry>> entries, Channel channel) {
        if (entries.isEmpty()) {
            return new Recovery.Claim.Unreadable();
        }
        Cursor.Entry entry = entries.get().get(codec.streams().indexOf(channel));
        return entry.isPresent() ? new Recovery.Claim.Hashed(entry) : Recovery.NO_CLAIM;
    }
}
