package dev.tidings.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static Options parse(String words) {
        return Options.parse(words.isEmpty() ? List.of() : List.of(words.split(" ")));
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        Options options = parse("idle --connections 200");
        assertEquals(200, options.number(Option.CONNECTIONS));
        assertEquals(3, options.number(Option.RUNS));
        assertEquals(Mix.MIXED, options.mix());
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "", "idle --connections", "idle --connections 0", "idle --connections 19000", "idle --rate 5", "sleep", "fanout --mode slow",
            "fanout --nothing 1", "storm --base http://127.0.0.1:1", "storm --pid 1", "storm --base http://127.0.0.1:1 --pid 1 --variant a=b"})
    void refusesWhatItWouldNotHeed(String words) {
        assertThrows(UsageException.class, () -> parse(words));
    }

    @Test
    void theCommandCanBePastedIntoAShell() {
        Options options = Options.parse(List.of("idle", "--variant", "standard=-Dtidings.transport.parking=false -Dx='1'"));
        assertEquals("bench/run idle --variant 'standard=-Dtidings.transport.parking=false -Dx='\\''1'\\'''", options.command());
    }

    @Test
    void aVariantMayBeAnotherProgram() {
        Variant variant = Variant.parse("native=target/runner -Da=b -Dc=d");
        assertEquals("native", variant.name());
        assertEquals("target/runner", variant.program("hub.jar"));
        assertEquals(List.of("-Da=b", "-Dc=d"), variant.options());
    }

    @Test
    void allTakesTheOptionsOfEveryScenario() {
        Options options = parse("all --rate 5 --clients 10");
        assertEquals(5, options.number(Option.RATE));
        assertEquals(10, options.number(Option.CLIENTS));
    }
}
