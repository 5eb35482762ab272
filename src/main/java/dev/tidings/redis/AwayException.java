package dev.tidings.redis;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import io.vertx.redis.client.impl.types.ErrorType;

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

    /** The first word of Redis' error, in words that say what to do; never more of it, which might hold a key. */
    static String meaning(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("SCRIPT KILL")) {
            return "the script was killed";
        }
        String word = text.contains("WRONGTYPE") ? "WRONGTYPE" : text.contains("OOM ") ? "OOM" : text.contains("READONLY") ? "READONLY" : text.split(" ", 2)[0];
        return switch (word) {
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
            case "EXECABORT", "ERR", "TRYAGAIN", "MOVED", "ASK", "CROSSSLOT", "UNKILLABLE", "NOSCRIPT", "NOPROTO", "DENIED" -> word;
            default -> failure instanceof ErrorType ? "an error" : text;
        };
    }
}
