package dev.tidings.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessGaugeTest {
    @Test
    void processorTimeIsUserAndSystemTimeEvenBehindAStrangeCommand() {
        String stat = "42 (a b) c) S 1 42 42 0 -1 4194560 100 0 0 0 1234 566 0 0 20 0 30 0 12345 1000000 2000";
        assertEquals(18.0, ProcessGauge.processorSeconds(stat));
    }

    @Test
    void liveHeapIsTheTotalOfTheClassHistogram() {
        String histogram = """
                2750:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         22750        1930000  [B (java.base@25)
                Total        109563        7890123
                """;
        assertEquals(7_890_123, ProcessGauge.liveHeapBytes(histogram));
    }

    @Test
    void readsThisProcess() {
        ProcessGauge gauge = ProcessGauge.ofThisProcess();
        assertTrue(gauge.residentBytes() > 1_000_000);
        assertTrue(gauge.processorSeconds() > 0);
    }
}
