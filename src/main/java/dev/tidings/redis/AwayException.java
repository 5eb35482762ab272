package dev.tidings.redis;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;

/**
 * Redis did not do what it was asked, for no fault of the caller's: it is away, or in no state to. The same request may succeed later; whether it took
 * effect is not known where the answer is what was lost.
 */
final class AwayException extends RefusedException {
    private AwayException(String detail) {
        super(Refusal.INTERNAL, detail);
    }

    /** There is no connection. */
    static AwayException notConnected() {
        return new AwayException("the store is away");
    }

    /** It was published, and too few replicas have it. */
    static AwayException notReplicated(long have, int wanted) {
        return new AwayException("published, but only " + have + " of " + wanted + " replicas have it: publish again with the same idempotency key");
    }

    /** What a failure of a request means to the one who asked. */
    static RefusedException of(Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused;
        }
        return failure instanceof ErrorType error && !error.is("CONNECTION_CLOSED") ? new AwayException("the store refused: " + meaning(error)) : notConnected();
    }

    /** Whether a replica was asked to write. */
    static boolean isReadOnly(Throwable failure) {
        return word(failure).equals("READONLY");
    }

    /** What Redis calls its error. What a command in a script was refused with stands within the error of the script, with Redis 6 behind other words. */
    private static String word(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        for (String within : List.of("SCRIPT KILL", "WRONGTYPE", "OOM ", "READONLY", "NOREPLICAS", "MISCONF")) {
            if (text.contains(within)) {
                return within.strip();
            }
        }
        if (text.contains("ACL failure") || text.contains("The user executing the script")) {
            return "NOPERM";
        }
        return text.split(" ", 2)[0];
    }

    /** The first word of Redis' error, in words that say what to do; never more of it, which might hold a key. */
    static String meaning(Throwable failure) {
        String word = word(failure);
        return switch (word) {
            case "SCRIPT KILL" -> "the script was killed";
            case "CONNECTION_CLOSED" -> "the connection was closed";
            case "OOM" -> "OOM, Redis has reached its maxmemory";
            case "READONLY" -> "READONLY, it is a replica";
            case "NOAUTH" -> "NOAUTH, it wants a password";
            case "WRONGPASS" -> "WRONGPASS, user name or password are wrong";
            case "NOPERM" -> "NOPERM, the user may not do what the hub does";
            case "WRONGTYPE" -> "WRONGTYPE, a key of ours is something else: another application writes under this key prefix";
            case "LOADING" -> "LOADING, it reads its data from disk";
            case "BUSY" -> "BUSY, a script runs too long";
            case "CLUSTERDOWN" -> "CLUSTERDOWN, part of the cluster is away";
            case "MASTERDOWN" -> "MASTERDOWN, it is a replica without a master";
            case "MISCONF" -> "MISCONF, Redis can't write to its disk";
            case "NOREPLICAS" -> "NOREPLICAS, Redis has too few replicas to write";
            case "MOVED" -> "MOVED, it is one of a cluster: tidings.redis.mode is to be cluster";
            case "EXECABORT", "ERR", "TRYAGAIN", "ASK", "CROSSSLOT", "UNKILLABLE", "NOSCRIPT", "NOPROTO", "DENIED" -> word;
            default -> failure instanceof ErrorType ? "an error" : String.valueOf(failure.getMessage());
        };
    }
}
