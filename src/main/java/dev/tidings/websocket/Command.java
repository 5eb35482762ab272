package dev.tidings.websocket;

import dev.tidings.channel.RefusedException;
import dev.tidings.protocol.Json;
import dev.tidings.protocol.RequestReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One command of a client: an id, a verb and the verb's request.
 *
 * @param id      1 to 2^32-1; 0 = none, which only {@code send} may have
 * @param verb    what is asked
 * @param request the verb's object
 */
record Command(long id, Verb verb, RequestReader request) {
    private static final long MAX_ID = (1L << 32) - 1;

    /** The verbs of the protocol, in its spelling. */
    enum Verb {
        CONNECT, SUBSCRIBE, UNSUBSCRIBE, PUBLISH, HISTORY, PRESENCE, PRESENCE_STATS, REFRESH, SUB_REFRESH, RPC, PING, SEND, PONG;

        /** The member's name. */
        String word() {
            return name().toLowerCase();
        }
    }

    /** The commands of a text frame: one JSON object a line. */
    static List<Command> read(byte[] frame) {
        List<Command> commands = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= frame.length; i++) {
            if (i == frame.length || frame[i] == '\n') {
                if (!isBlank(frame, start, i)) {
                    commands.add(read(Json.parse(frame, start, i)));
                }
                start = i + 1;
            }
        }
        if (commands.isEmpty()) {
            throw RefusedException.badRequest("there is no command in the frame");
        }
        return commands;
    }

    private static boolean isBlank(byte[] frame, int from, int to) {
        for (int i = from; i < to; i++) {
            if (frame[i] != ' ' && frame[i] != '\r' && frame[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private static Command read(Json json) {
        Map<String, Json> members = json.members("command");
        if (members.isEmpty()) {
            return new Command(0, Verb.PONG, new RequestReader(members));
        }
        Verb found = null;
        for (Verb verb : Verb.values()) {
            Json request = members.get(verb.word());
            if (verb != Verb.PONG && request != null && !request.isNull()) {
                if (found != null) {
                    throw RefusedException.badRequest("a command has one verb, not both " + found.word() + " and " + verb.word());
                }
                found = verb;
            }
        }
        if (found == null) {
            throw RefusedException.badRequest("a command has no verb that is known");
        }
        Json id = members.get("id");
        long number = found == Verb.SEND && id == null ? 0 : new RequestReader(members).required("id").integer("id", 1, MAX_ID);
        return new Command(number, found, RequestReader.of(members.get(found.word()), found.word()));
    }
}
