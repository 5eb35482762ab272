package dev.tidings.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parameters of a URL. */
class QueryTest {
    private static Refusal refusal(Runnable reading) {
        return assertThrows(RefusedException.class, reading::run).refusal();
    }

    @Test
    void parametersMayBeGivenSeveralTimes() {
        Query query = new Query("channel=a&cursor=c1&channel=b&channel=");

        assertEquals(List.of("a", "b", ""), query.all("channel"));
        assertEquals(Optional.of("c1"), query.one("cursor"));
        assertEquals(List.of(), query.all("nothing"));
    }

    @ParameterizedTest
    @CsvSource({"a=b=c, b=c", "a, ''", "a=, ''", "&a=1&&, 1", "%61=1, 1", "a=x+y, x y", "a=x%2By, x+y", "a=%C3%A9, \u00e9", "a=%F0%9F%98%80, \ud83d\ude00",
            "a=%26%3d, &="})
    void valuesAreDecoded(String text, String value) {
        assertEquals(Optional.of(value), new Query(text).one("a"));
    }

    @Test
    void noParametersAreFine() {
        assertEquals(Optional.empty(), new Query(null).one("a"));
        assertEquals(Optional.empty(), new Query("").one("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "a=%4z", "a=%ff", "a=%C3", "a=%C0%80", "a=%ED%A0%80", "a=%+1", "a=%-1", "a=%\uff14\uff11", "a=\u00e9", "a=\u00c3\u00a9"})
    void badEscapesAndBytesAreRefused(String text) {
        assertEquals(Refusal.BAD_REQUEST, refusal(() -> new Query(text).one("a")));
    }

    @Test
    void whatNobodyAsksForRefusesNothing() {
        Query query = new Query("x=%zz&%=1&\ud83d\ude00=1&a=1&cursor=%ff&cursor=c1");

        assertEquals(Optional.of("1"), query.one("a"));
        assertEquals(Optional.of("%ff"), query.lenient("cursor"), "as it is: no cursor looks like this");
        assertEquals(Optional.empty(), query.lenient("last_event_id"));
    }

    @Test
    void parametersAreBounded() {
        assertEquals(Refusal.LIMIT_EXCEEDED, refusal(() -> new Query("a=1&".repeat(Query.MAX_PARAMETERS + 1))));
        assertEquals(Query.MAX_PARAMETERS, new Query("a=1&".repeat(Query.MAX_PARAMETERS - 1) + "a=1").all("a").size());
    }

    @Test
    void oneMeansOneAndRequiredMeansGiven() {
        assertEquals(Refusal.BAD_REQUEST, refusal(() -> new Query("a=1&a=1").one("a")));
        assertEquals(Refusal.BAD_REQUEST, refusal(() -> new Query("a=1").required("b")));
        assertEquals("1", new Query("a=1").required("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "101", "1.0", "x", "9999999999", "\u0661", " 1"})
    void integersAreOfTheirRange(String value) {
        assertEquals(Refusal.BAD_REQUEST, refusal(() -> new Query("n=" + value.replace("+", "%2B")).integer("n", 100, 7)));
    }

    @Test
    void integersHaveDefaults() {
        assertEquals(7, new Query("").integer("n", 100, 7));
        assertEquals(100, new Query("n=100").integer("n", 100, 7));
        assertEquals(0, new Query("n=000").integer("n", 100, 7));
    }

    @Test
    void switchesAreOnOrOff() {
        assertTrue(new Query("f=1").flag("f") && new Query("f=true").flag("f"));
        assertFalse(new Query("f=0").flag("f") || new Query("f=false").flag("f") || new Query("f").flag("f") || new Query("").flag("f"));
        assertEquals(Refusal.BAD_REQUEST, refusal(() -> new Query("f=yes").flag("f")));
    }
}
