package dev.tidings.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.Publications;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A publication, its place and what it costs to retain. */
class PublicationTest {
    private static Publication with(ClientInfo info, Map<String, String> tags, String event, String id, Set<String> exclude) {
        return new Publication("", 0, 0, new byte[0], info, tags, event, id, 0, exclude);
    }

    @Test
    void itHasAPlaceOnceTheBrokerGaveItOne() {
        Publication publication = Publications.of("1");

        Publication placed = publication.placed("Xk3f9Q", 7, 1_000);

        assertFalse(publication.hasOffset());
        assertTrue(placed.hasOffset());
        assertEquals(new Position("Xk3f9Q", 7), placed.position());
        assertEquals(1_000, placed.time());
        assertEquals("1", new String(placed.data(), StandardCharsets.UTF_8));
    }

    @Test
    void everythingItHoldsIsCounted() {
        int nothing = with(ClientInfo.NONE, Map.of(), "", "", Set.of()).cost();
        byte[] info = new byte[50];

        assertTrue(nothing >= 100 && nothing <= 400, () -> "an empty publication costs " + nothing);
        assertEquals(nothing + 1_000, Publications.of("x".repeat(1_000)).cost());
        assertTrue(with(ClientInfo.NONE, Map.of("k".repeat(100), "v".repeat(100)), "", "", Set.of()).cost() >= nothing + 200);
        assertTrue(with(ClientInfo.NONE, Map.of(), "e".repeat(100), "", Set.of()).cost() >= nothing + 100);
        assertTrue(with(ClientInfo.NONE, Map.of(), "", "i".repeat(100), Set.of()).cost() >= nothing + 100);
        assertTrue(with(ClientInfo.NONE, Map.of(), "", "", Set.of("c".repeat(36), "d".repeat(36))).cost() >= nothing + 72);
        assertTrue(with(new ClientInfo("u".repeat(10), "c".repeat(36), info, info), Map.of(), "", "", Set.of()).cost() >= nothing + 146);
    }
}
