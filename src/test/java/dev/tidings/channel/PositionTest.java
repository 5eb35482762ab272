package dev.tidings.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A place in a stream, and how a query writes it. */
class PositionTest {
    @Test
    void offsetsAreIntegersThatEveryJsonReaderKeeps() {
        assertEquals(9_007_199_254_740_991L, new Position("e", Position.MAX_OFFSET).offset());
        assertThrows(RefusedException.class, () -> new Position("e", Position.MAX_OFFSET + 1));
        assertThrows(RefusedException.class, () -> new Position("e", -1));
        assertThrows(RefusedException.class, () -> new Position("e".repeat(65), 1));
    }

    @Test
    void aQueryWritesEpochColonOffset() {
        assertEquals(new Position("Xk3f9Q", 42), Position.parse("since", "Xk3f9Q:42"));
        assertEquals(new Position("", 0), Position.parse("since", ":0"));
        assertEquals(new Position("a:b", 1), Position.parse("since", "a:b:1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "42", "Xk3f9Q", "Xk3f9Q:", "Xk3f9Q:-1", "Xk3f9Q:+1", "Xk3f9Q:1.0", "Xk3f9Q: 1", "Xk3f9Q:\u0661", "Xk3f9Q:9007199254740992",
            "Xk3f9Q:99999999999999999999"})
    void anythingElseIsRefusedByTheFieldsName(String text) {
        RefusedException refused = assertThrows(RefusedException.class, () -> Position.parse("since", text));

        assertEquals(Refusal.BAD_REQUEST, refused.refusal());
        assertTrue(refused.getMessage().contains("since") || refused.getMessage().contains("offset"));
    }

    @Test
    void anotherOffsetOfTheSameIncarnation() {
        Position position = new Position("e", 1);

        assertEquals(new Position("e", 2), position.at(2));
        assertSame(position, position.at(1));
    }
}
