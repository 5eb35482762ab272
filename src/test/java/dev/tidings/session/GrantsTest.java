package dev.tidings.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.session.Grants.Action;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a token's patterns allow. */
class GrantsTest {
    private static final Channel NEWS = new Channel("news");

    @ParameterizedTest
    @CsvSource({"news, news, true", "news, new, false", "news, news2, false", "news, News, false", "chat:*, chat:1, true", "chat:*, chat:, true",
            "chat:*, chat, false", "chat:*, chats:1, false", "*, anything, true", "a*b, a*b, true", "a*b, axb, false", "**, *x, true", "**, x, false", "'', x, false",
            "*a, *a, true", "*a, ba, false", "chat:?, chat:1, false", "chat:.*, chat:1, false"})
    void aPatternIsALiteralOrEndsInOneStar(String pattern, String channel, boolean allowed) {
        Grants grants = new Grants(List.of("x:never", pattern), List.of(), List.of(), List.of(), false);

        assertEquals(allowed, grants.allow(Action.SUBSCRIBE, new Channel(channel)));
    }

    @ParameterizedTest
    @EnumSource
    void eachActionHasItsOwnPatterns(Action action) {
        List<Grants> one = List.of(new Grants(List.of("news"), List.of(), List.of(), List.of(), false), new Grants(List.of(), List.of("news"), List.of(), List.of(), false),
                new Grants(List.of(), List.of(), List.of("news"), List.of(), false), new Grants(List.of(), List.of(), List.of(), List.of("news"), false));

        List<Boolean> allowed = one.stream().map(grants -> grants.allow(action, NEWS)).toList();

        assertTrue(allowed.get(action.ordinal()));
        assertEquals(1, allowed.stream().filter(each -> each).count());
    }

    @ParameterizedTest
    @EnumSource
    void nothingAndEverythingAreWhatTheySay(Action action) {
        assertFalse(Grants.NONE.allow(action, NEWS));
        assertTrue(Grants.EVERYTHING.allow(action, NEWS));
    }

    @Test
    void actionsStandInTheOrderOfTheLists() {
        assertEquals(List.of(Action.SUBSCRIBE, Action.PUBLISH, Action.PRESENCE, Action.HISTORY), List.of(Action.values()));
    }
}
