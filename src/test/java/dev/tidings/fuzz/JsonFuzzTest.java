package dev.tidings.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.channel.RefusedException;
import dev.tidings.protocol.Json;

/** A payload that was taken for JSON and is none breaks every subscriber of its channel. */
class JsonFuzzTest {
    private static final int MANY = 1_000_000;

    @FuzzTest
    void whatIsTakenForJsonIsJsonOnceMore(byte[] bytes) {
        Json json;
        try {
            json = Json.parse(bytes);
        } catch (RefusedException e) {
            return;
        }
        byte[] compact = json.compact();
        Json again = Json.parse(compact);
        assertArrayEquals(compact, again.compact());
        for (byte b : compact) {
            if (b == '\n' || b == '\r') {
                throw new AssertionError("a line break ends an event");
            }
        }
        look(json, again);
    }

    /** Every accessor works on both or refuses both. */
    private static void look(Json one, Json other) {
        if (one.isObject()) {
            var members = one.members("o");
            var others = other.members("o");
            if (!members.keySet().equals(others.keySet())) {
                throw new AssertionError(members.keySet() + " became " + others.keySet());
            }
            members.forEach((name, value) -> look(value, others.get(name)));
            return;
        }
        if (one.isNull() != other.isNull()) {
            throw new AssertionError("null and not null");
        }
        same(() -> one.string("s"), () -> other.string("s"));
        same(() -> one.integer("i", Long.MIN_VALUE, Long.MAX_VALUE), () -> other.integer("i", Long.MIN_VALUE, Long.MAX_VALUE));
        same(() -> one.bool("b"), () -> other.bool("b"));
        var items = attempt(() -> one.items("a", MANY));
        var others = attempt(() -> other.items("a", MANY));
        if (items instanceof java.util.List<?> list && others instanceof java.util.List<?> otherList) {
            for (int i = 0; i < Math.max(list.size(), otherList.size()); i++) {
                look((Json) list.get(i), (Json) otherList.get(i));
            }
        } else if (items != others) {
            throw new AssertionError(items + " became " + others);
        }
    }

    private interface Attempt {
        Object make();
    }

    /** The value; null when it is refused. */
    private static Object attempt(Attempt attempt) {
        try {
            return attempt.make();
        } catch (RefusedException e) {
            return null;
        }
    }

    private static void same(Attempt one, Attempt other) {
        Object value = attempt(one);
        Object again = attempt(other);
        if (value == null ? again != null : !value.equals(again)) {
            throw new AssertionError(value + " became " + again);
        }
    }
}
