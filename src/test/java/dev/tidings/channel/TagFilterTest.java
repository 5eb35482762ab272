package dev.tidings.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.TagFilter.And;
import dev.tidings.channel.TagFilter.Exists;
import dev.tidings.channel.TagFilter.Not;
import dev.tidings.channel.TagFilter.Number;
import dev.tidings.channel.TagFilter.Number.Relation;
import dev.tidings.channel.TagFilter.OneOf;
import dev.tidings.channel.TagFilter.Or;
import dev.tidings.channel.TagFilter.Text;
import dev.tidings.channel.TagFilter.Text.Place;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a filter lets through. */
class TagFilterTest {
    private static final TagFilter YES = new Exists("lang", false);
    private static final TagFilter NO = new Exists("nothing", false);
    private static final Map<String, String> TAGS = Map.of("lang", "french", "size", "10");

    private static boolean matches(TagFilter filter) {
        return filter.matches(TAGS);
    }

    @Test
    void andNeedsAllAndOrNeedsOne() {
        assertTrue(matches(new And(List.of(YES, YES))));
        assertFalse(matches(new And(List.of(YES, NO))));
        assertTrue(matches(new Or(List.of(NO, YES))));
        assertFalse(matches(new Or(List.of(NO, NO))));
        assertTrue(matches(new Not(NO)));
        assertFalse(matches(new Not(YES)));
    }

    @Test
    void anAbsentTagIsNoneOfTheValues() {
        assertTrue(matches(new OneOf("lang", Set.of("german", "french"), false)));
        assertFalse(matches(new OneOf("lang", Set.of("german"), false)));
        assertFalse(matches(new OneOf("nothing", Set.of("german"), false)));
        assertTrue(matches(new OneOf("nothing", Set.of("german"), true)));
        assertFalse(matches(new OneOf("lang", Set.of("french"), true)));
        assertFalse(matches(new OneOf("nothing", Set.of(""), false)));
    }

    @Test
    void existenceIsOfTheTagNotOfItsValue() {
        assertTrue(new Exists("empty", false).matches(Map.of("empty", "")));
        assertFalse(matches(new Exists("nothing", false)));
        assertTrue(matches(new Exists("nothing", true)));
        assertFalse(matches(new Exists("lang", true)));
    }

    @ParameterizedTest
    @CsvSource({"START, fr, true", "START, en, false", "END, ch, true", "END, fr, false", "ANYWHERE, enc, true", "ANYWHERE, x, false", "START, '', true"})
    void textIsFoundWhereItMustStand(Place place, String text, boolean matches) {
        assertEquals(matches, matches(new Text("lang", place, text)));
    }

    @Test
    void anAbsentTagHasNoText() {
        assertFalse(matches(new Text("nothing", Place.ANYWHERE, "")));
    }

    @ParameterizedTest
    @CsvSource({"GREATER, 9, true", "GREATER, 10, false", "GREATER_OR_EQUAL, 10, true", "GREATER_OR_EQUAL, 10.5, false", "LESS, 11, true", "LESS, 10, false",
            "LESS_OR_EQUAL, 10, true", "LESS_OR_EQUAL, 9, false"})
    void numbersAreComparedAsNumbers(Relation relation, double number, boolean matches) {
        assertEquals(matches, matches(new Number("size", relation, number)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1,5", "NaN", "111111111111111111111111111111111"})
    void whatIsNoNumberStandsInNoRelation(String value) {
        for (Relation relation : Relation.values()) {
            assertFalse(new Number("size", relation, 5).matches(Map.of("size", value)));
            assertFalse(new Number("size", relation, 5).matches(Map.of()));
        }
    }
}
