package dev.tidings.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static Figures run(double latency, long lost) {
        var figures = new Figures();
        figures.add("latency", latency, 1);
        figures.fault("lost", lost);
        return figures;
    }

    @Test
    void aFigureIsTheMedianWithItsRange() {
        List<Figures> runs = List.of(run(30, 0), run(1_000, 0), run(10, 0));
        assertEquals("30.0 (10.0 to 1,000.0)", Figures.summary(runs, "latency"));
    }

    @Test
    void anEvenNumberOfRunsHasTheMeanOfTheTwoInTheMiddle() {
        assertEquals("15.0 (10.0 to 20.0)", Figures.summary(List.of(run(10, 0), run(20, 0)), "latency"));
    }

    @Test
    void aRangeOfOneValueIsNotShown() {
        assertEquals("10.0", Figures.summary(List.of(run(10, 0)), "latency"));
    }

    @Test
    void faultsAddUpBecauseOneIsTooMany() {
        assertEquals("2", Figures.summary(List.of(run(1, 0), run(1, 2), run(1, 0)), "lost"));
    }

    @Test
    void onlyACountThatMustBeZeroIsAFault() {
        assertFalse(run(5, 0).faulty());
        assertTrue(run(5, 1).faulty());
    }

    @Test
    void theReportShowsVariantsSideBySide() {
        var report = new Report("fanout");
        report.circumstance("machine", "2 cores");
        report.add("hub", List.of(run(1, 0)));
        report.add("standard", List.of(run(2, 3)));
        String section = report.markdown("bench/run fanout");
        assertTrue(section.contains("    bench/run fanout\n\n* machine: 2 cores\n"), section);
        assertTrue(section.contains("| figure | hub | standard |\n|---|---:|---:|\n| latency | 1.0 | 2.0 |\n| lost | 0 | 3 |\n"), section);
        assertTrue(section.contains("**Faulty"), section);
    }
}
