package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.auth.ApiKey.Scope;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which API key may do what. */
class ApiKeysTest {
    private static String refusal(String... entries) {
        return assertThrows(IllegalArgumentException.class, () -> new ApiKeys(List.of(entries))).getMessage();
    }

    @Test
    void aKeyWithoutScopesHasAll() {
        assertEquals(EnumSet.allOf(Scope.class), new ApiKeys(List.of("needle")).find("needle").orElseThrow().scopes());
    }

    @Test
    void aKeyHasTheScopesBehindItsLastColon() {
        ApiKeys keys = new ApiKeys(List.of("a:publish+history", "b:c:presence", "d"));

        assertEquals(Set.of(Scope.PUBLISH, Scope.HISTORY), keys.find("a").orElseThrow().scopes());
        assertEquals(Set.of(Scope.PRESENCE), keys.find("b:c").orElseThrow().scopes());
        assertTrue(keys.find("d").isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "needl", "needle2", "needle:publish", "Needle", "needle "})
    void anotherKeyIsNotFound(String shown) {
        assertEquals(Optional.empty(), new ApiKeys(List.of("needle:publish")).find(shown));
    }

    @Test
    void anEndlessKeyIsNotFound() {
        assertEquals(Optional.empty(), new ApiKeys(List.of("needle")).find("x".repeat(100_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":publish", "needle with spaces", "needle\n", "needl\u00e9"})
    void aKeyThatNoHeaderCanCarryIsRefused(String entry) {
        String said = refusal("ok", entry);

        assertTrue(said.startsWith("tidings.api.keys: the key of entry 2 must be"), said);
        assertFalse(said.contains("needle"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"needle:", "needle:publsh", "needle:PUBLISH", "needle:publish+", "needle:publish history", "needle:x"})
    void whatFollowsAColonMustBeScopes(String entry) {
        String said = refusal(entry);

        assertEquals("tidings.api.keys: what follows the last colon of entry 1 must be scopes joined by +, allowed are publish, history, presence, manage", said);
    }

    @Test
    void aKeyGivenTwiceIsRefused() {
        assertEquals("tidings.api.keys: entry 3 has the key of entry 1", refusal("needle", "b", "needle:publish"));
    }

    @Test
    void theNameOfAKeyDoesNotTellTheKey() {
        ApiKeys keys = new ApiKeys(List.of("needle"));

        assertTrue(keys.find("needle").orElseThrow().name().matches("key-[0-9a-f]{8}"));
        assertFalse(keys.toString().contains("needle"));
    }

    @Test
    void aScopeThatIsMissingIsRefused() {
        ApiKey key = new ApiKeys(List.of("a:publish")).find("a").orElseThrow();

        key.require(Scope.PUBLISH);
        assertEquals(Refusal.PERMISSION_DENIED, assertThrows(RefusedException.class, () -> key.require(Scope.MANAGE)).refusal());
    }
}
