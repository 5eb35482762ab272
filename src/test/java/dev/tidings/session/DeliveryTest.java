package dev.tidings.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tidings.channel.Channel;
import dev.tidings.session.Delivery.Encoding;
import dev.tidings.session.Delivery.Format;
import dev.tidings.testing.Publications;
import org.junit.jupiter.api.Test;

/** One publication's bytes, encoded once for all. */
class DeliveryTest {
    private final Delivery delivery = new Delivery(new Channel("news"), Publications.of("1"));
    private int encoded;
    private final Encoding encoding = (channel, _, prev) -> {
        encoded++;
        return (channel + " " + prev).getBytes();
    };

    @Test
    void aFormatIsEncodedWhenFirstAskedForAndThenShared() {
        byte[] first = delivery.bytes(Format.PUSH, -1, encoding);

        byte[] second = delivery.bytes(Format.PUSH, -1, encoding);

        assertSame(first, second);
        assertEquals(1, encoded);
        assertEquals("news -1", new String(first));
    }

    @Test
    void formatsAreEncodedApart() {
        byte[] push = delivery.bytes(Format.PUSH, -1, encoding);

        assertNotSame(push, delivery.bytes(Format.EVENT, -1, encoding));
        assertSame(push, delivery.bytes(Format.PUSH, -1, encoding));
        assertEquals(2, encoded);
    }

    @Test
    void bytesForAnotherPlaceBeforeItAreOthers() {
        delivery.bytes(Format.PUSH, -1, encoding);

        assertEquals("news 7", new String(delivery.bytes(Format.PUSH, 7, encoding)));
        assertEquals("news -1", new String(delivery.bytes(Format.PUSH, -1, encoding)));
    }
}
