package dev.tidings.broker;

import dev.tidings.channel.Cursor;
import dev.tidings.channel.Gap;
import dev.tidings.channel.Position;

/**
 * What becomes of a client's position, held against its stream (the table of protocol section 9). Pure: the same question has the same answer.
 */
public sealed interface Recovery {
    /** Everything after {@code from} is retained and follows. */
    record Recovered(Position from) implements Recovery {
    }

    /** Publications up to {@code to} may be missing; what is retained after it follows. */
    record Missed(Gap.Reason reason, Claim claim, Position to) implements Recovery {
    }

    /** What a client says of its position. */
    sealed interface Claim {
        /** It has none: a first visit. */
        record None() implements Claim {
        }

        /** A position; the epoch "" is not compared. */
        record At(Position position) implements Claim {
        }

        /** An entry of a cursor, which knows the epoch by its hash. */
        record Hashed(Cursor.Entry entry) implements Claim {
        }

        /** A cursor that can't be read, or of another set of channels. */
        record Unreadable() implements Claim {
        }
    }

    /** The claim of a first visit. */
    Claim NO_CLAIM = new Claim.None();

    /**
     * Judges a claim other than {@link Claim.None}.
     *
     * @param history the stream at one moment; its page is not looked at
     * @param limit   publications that one recovery may hold; {@link Long#MAX_VALUE} where they are streamed
     */
    static Recovery judge(Claim claim, History history, long limit) {
        Position top = history.top();
        return switch (claim) {
            case Claim.None _ -> throw new IllegalArgumentException("there is no position to judge");
            case Claim.Unreadable _ -> new Missed(Gap.Reason.UNKNOWN, claim, top);
            case Claim.At at -> {
                boolean sameEpoch = at.position.epoch().isEmpty() || at.position.epoch().equals(top.epoch());
                yield judge(claim, sameEpoch, at.position.offset(), history, limit);
            }
            case Claim.Hashed hashed -> {
                boolean sameEpoch = hashed.entry.epochHash() == Cursor.epochHash(top.epoch());
                yield judge(claim, sameEpoch, hashed.entry.offset(), history, limit);
            }
        };
    }

    private static Recovery judge(Claim claim, boolean sameEpoch, long offset, History history, long limit) {
        Position top = history.top();
        if (!sameEpoch || offset > top.offset()) {
            return new Missed(Gap.Reason.EPOCH, claim, top);
        }
        if (offset == top.offset()) {
            return new Recovered(top);
        }
        if (history.oldest() > offset + 1) {
            boolean fits = top.offset() - (history.oldest() - 1) <= limit;
            return new Missed(Gap.Reason.EXPIRED, claim, fits ? top.at(history.oldest() - 1) : top);
        }
        return top.offset() - offset <= limit ? new Recovered(top.at(offset)) : new Missed(Gap.Reason.LIMIT, claim, top);
    }
}
