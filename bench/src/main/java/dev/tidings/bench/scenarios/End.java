package dev.tidings.bench.scenarios;

import dev.tidings.bench.RetryWindow;
import java.util.Optional;

/**
 * How a connection ended, and when its client may come back.
 *
 * @param kind what happened
 * @param why  the close code and reason, the status or the exception
 * @param hint what the hub said about coming back, if it did
 */
record End(Kind kind, String why, Optional<RetryWindow> hint) {
    /** The kinds, in the words of the report. */
    enum Kind {
        /** The hub said goodbye: 1012, or a stream's hint before its end. */
        TOLD("told to go"),
        /** The client left because it was asked to, with its next connection open already. */
        MOVED("moved by themselves"),
        /** Not admitted: 1013, a soft refusal, or a status with a window. */
        REFUSED("refused softly"),
        /** Closed because it read too slowly. */
        SLOW("closed as slow"),
        /** Any other close code after which clients come back, or a temporary error. */
        CLOSED("closed otherwise"),
        /** Cut without a word. */
        CUT("cut"),
        /** In a way after which a client never comes back by itself. */
        DEAD("ended for good");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        String shown() {
            return shown;
        }
    }

    static End of(Kind kind, String why) {
        return new End(kind, why, Optional.empty());
    }

    /** What a WebSocket's close code and reason mean to a client (protocol, section on closing). */
    static End ofClose(int code, String reason) {
        Optional<RetryWindow> window = RetryWindow.parse(reason);
        return new End(switch (code) {
            case 1012 -> Kind.TOLD;
            case 1013 -> Kind.REFUSED;
            case 3008 -> Kind.SLOW;
            default -> comesBack(code) ? Kind.CLOSED : Kind.DEAD;
        }, code + " " + reason, window);
    }

    private static boolean comesBack(int code) {
        return code < 3_000 ? code != 1009 : code < 3_500 || code >= 4_000 && code < 4_500 || code >= 5_000;
    }
}
