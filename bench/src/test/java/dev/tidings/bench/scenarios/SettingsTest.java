package dev.tidings.bench.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.bench.UsageException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final List<String> KNOWN = List.of("kill", "storm");

    @Test
    void allScenariosArePlayedUnlessSomeAreNamed() {
        assertEquals(KNOWN, Settings.parse(List.of(), KNOWN).names());
        assertEquals(List.of("storm"), Settings.parse(List.of("--scenario", "storm"), KNOWN).names());
    }

    @Test
    void theShortFormHasFewerClientsUnlessTheirNumberIsGiven() {
        assertEquals(5_000, Settings.parse(List.of(), KNOWN).clients());
        assertEquals(500, Settings.parse(List.of("--short"), KNOWN).clients());
        assertEquals(700, Settings.parse(List.of("--clients", "700", "--short"), KNOWN).clients());
    }

    @Test
    void whatIsWrongIsNamed() {
        assertTrue(assertThrows(UsageException.class, () -> Settings.parse(List.of("--scenario", "strom"), KNOWN)).getMessage().contains("strom"));
        assertTrue(assertThrows(UsageException.class, () -> Settings.parse(List.of("--clients", "9000"), KNOWN)).getMessage().contains("9000"));
        assertTrue(assertThrows(UsageException.class, () -> Settings.parse(List.of("--colour", "red"), KNOWN)).getMessage().contains("--colour"));
        assertThrows(UsageException.class, () -> Settings.parse(List.of("--clients"), KNOWN));
    }

    @Test
    void theCommandRepeatsTheRun() {
        var words = List.of("--short", "--set", "tidings.namespaces.\"a b\".recovery=stream");
        assertEquals("bench/scenarios --short --set 'tidings.namespaces.\"a b\".recovery=stream'", Settings.parse(words, KNOWN).command());
    }
}
