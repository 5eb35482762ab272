package dev.tidings.channel;

import static dev.tidings.testing.NamespaceBuilder.namespace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Namespace.RecoveryMode;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which namespace holds for a channel, and which options go together. */
class NamespacesTest {
    private static final Map<String, Namespace> BY_NAME = Map.of("default", namespace("default").build(), "chat", namespace("chat").build());
    private final Namespaces plain = new Namespaces(BY_NAME, "");
    private final Namespaces prefixed = new Namespaces(BY_NAME, "$");

    private static void refused(Namespaces namespaces, String channel) {
        RefusedException refused = assertThrows(RefusedException.class, () -> namespaces.of(new Channel(channel)));
        assertEquals(Refusal.UNKNOWN_CHANNEL, refused.refusal());
        assertTrue(refused.getMessage().length() < 150);
    }

    @ParameterizedTest
    @CsvSource({"news, default", "chat, default", "chat:1, chat", "chat:, chat", "chat:a:b, chat", "$news, default", "default:1, default", ":1, default", ":, default", ":a:b, default"})
    void theTextBeforeTheFirstColonNamesIt(String channel, String namespace) {
        assertEquals(namespace, plain.of(new Channel(channel)).name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody:1", "$chat:1", "Chat:1", "chat :1"})
    void anUnknownNameIsRefused(String channel) {
        refused(plain, channel);
    }

    @Test
    void theRefusalShortensALongNameAndCutsNoCharacterInTwo() {
        refused(plain, "x".repeat(63) + "\ud83d\ude00".repeat(20) + ":1");
        RefusedException refused = assertThrows(RefusedException.class, () -> plain.of(new Channel("x".repeat(63) + "\ud83d\ude00".repeat(20) + ":1")));
        assertFalse(Channel.hasForbiddenCharacter(refused.getMessage()));
    }

    @ParameterizedTest
    @CsvSource({"$chat:1, chat", "$news, default", "$:1, default", "chat:1, chat"})
    void thePrivatePrefixIsNoPartOfTheNamespace(String channel, String namespace) {
        assertEquals(namespace, prefixed.of(new Channel(channel)).name());
    }

    @Test
    void onlyChannelsWithThePrefixArePrivate() {
        assertTrue(prefixed.isPrivate(new Channel("$chat:1")));
        assertFalse(prefixed.isPrivate(new Channel("chat:$1")));
        assertFalse(plain.isPrivate(new Channel("$chat:1")));
    }

    @Test
    void thereIsAlwaysADefault() {
        assertThrows(IllegalArgumentException.class, () -> new Namespaces(Map.of("chat", namespace("chat").build()), ""));
    }

    @Test
    void historyNeedsASizeAndATime() {
        assertTrue(namespace("n").history(1, Duration.ofSeconds(1)).build().hasHistory());
        assertFalse(namespace("n").history(1, Duration.ZERO).build().hasHistory());
        assertFalse(namespace("n").history(0, Duration.ofSeconds(1)).build().hasHistory());
        assertFalse(namespace("n").history(1, Duration.ofSeconds(1)).build().recovers());
        assertTrue(namespace("n").recovers(RecoveryMode.STREAM, 1).build().recovers());
    }

    @Test
    void optionsThatContradictEachOtherAreRefusedAtStart() {
        assertThrows(IllegalArgumentException.class, () -> namespace("n").history(-1, Duration.ZERO).build());
        assertThrows(IllegalArgumentException.class, () -> namespace("n").history(Namespace.MAX_HISTORY_SIZE + 1, Duration.ofHours(1)).build());
        assertThrows(IllegalArgumentException.class, () -> namespace("n").history(1, Duration.ofSeconds(-1)).build());
        assertThrows(IllegalArgumentException.class, () -> namespace("n").recovers(RecoveryMode.STREAM, 0).build());
        assertThrows(IllegalArgumentException.class, () -> namespace("n").recovers(RecoveryMode.CACHE, 1).metaTtl(Duration.ofMinutes(59)).build());
        assertThrows(IllegalArgumentException.class, () -> namespace("n").who(Who.SUBSCRIBER, Who.ANYONE, Who.ANYONE, Who.ANYONE).build());
        assertThrows(IllegalArgumentException.class, () -> namespace("n").maxPublishSize(0).build());
    }
}
