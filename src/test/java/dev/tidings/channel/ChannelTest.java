package dev.tidings.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names a channel may have. */
class ChannelTest {
    private static void refused(String name) {
        RefusedException refused = assertThrows(RefusedException.class, () -> Channel.parse(name, 255));
        assertEquals(Refusal.BAD_REQUEST, refused.refusal());
        assertTrue(refused.getMessage().startsWith("\"channel\""), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "news", "chat:1", "$private:1", "dialog#42,43", "https://example.com/books/1?a=b&c=d", "a b", "**", "*a", "a*", "mercure:topic",
            "Mercure", "M\u00fcnchen", "\u65e5\u672c", "\ud83d\ude00", "{sub}", ":", "\"", "\\"})
    void namesMayBeAlmostAnything(String name) {
        assertEquals(name, Channel.parse(name, 255).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "mercure"})
    void emptyAndReservedNamesAreRefused(String name) {
        refused(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0", "a\nb", "a\rb", "\t", "\u001f", "\u007f", "\u0080", "\u0085", "\u009f", "\u00ad", "\u200b", "\u200e", "\u202e", "\u2060", "\ufeff",
            "\u061c", "\ud800", "a\udc00", "\ud83d", "\ude00\ud83d", "\udb40\udc01", "\ud804\udcbd"})
    void controlAndFormatCharactersAndLoneSurrogatesAreRefused(String name) {
        refused(name);
        assertTrue(Channel.hasForbiddenCharacter(name));
    }

    @Test
    void noCharacterOfTheFirstPlaneIsForgotten() {
        for (int c = 0; c < 0x10000; c++) {
            int type = Character.getType(c);
            boolean forbidden = type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
            assertEquals(forbidden, Channel.hasForbiddenCharacter("a" + (char) c), "U+" + Integer.toHexString(c));
        }
    }

    @Test
    void theLengthIsCountedInBytesOfUtf8() {
        assertEquals(255, Channel.parse("a".repeat(255), 255).name().length());
        assertEquals(254, Channel.parse("\u00e9".repeat(127), 255).name().getBytes(StandardCharsets.UTF_8).length);
        refused("a".repeat(256));
        refused("\u00e9".repeat(128));
        refused("\ud83d\ude00".repeat(64));
    }

    @Test
    void noConfigurationAllowsMoreThan512Bytes() {
        assertEquals(512, Channel.parse("a".repeat(512), 512).name().length());
        assertThrows(RefusedException.class, () -> Channel.parse("a".repeat(513), 1_000));
        assertThrows(RefusedException.class, () -> new Channel("a".repeat(513)));
    }

    @Test
    void theRefusalOfALongNameDoesNotRepeatIt() {
        RefusedException refused = assertThrows(RefusedException.class, () -> Channel.parse("x".repeat(100_000), 255));

        assertFalse(refused.getMessage().contains("xxx"));
    }

    @Test
    void theOrderIsThatOfTheBytes() {
        List<String> names = List.of("b", "a", "aa", "a:", "B", "\u00e9", "\uffe0", "\ud83d\ude00", "\ud83d\ude01", "\ue000", "z\ud83d\ude00", "z\uffe0", "z");
        List<Channel> sorted = new ArrayList<>(names.stream().map(Channel::new).toList());

        sorted.sort(null);

        List<Channel> bytewise = names.stream().map(Channel::new).sorted((one, other) -> Arrays.compareUnsigned(bytes(one), bytes(other))).toList();
        assertEquals(bytewise, sorted);
    }

    private static byte[] bytes(Channel channel) {
        return channel.name().getBytes(StandardCharsets.UTF_8);
    }
}
