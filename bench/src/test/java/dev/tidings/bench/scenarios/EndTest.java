package dev.tidings.bench.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.bench.RetryWindow;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndTest {
    @ParameterizedTest
    @CsvSource({"1000, CLOSED", "1009, DEAD", "1012, TOLD", "1013, REFUSED", "3000, CLOSED", "3008, SLOW", "3012, CLOSED", "3500, DEAD", "3999, DEAD",
            "4000, CLOSED", "4499, CLOSED", "4500, DEAD", "4999, DEAD", "5000, CLOSED"})
    void aCodeSaysWhetherTheClientComesBack(int code, End.Kind kind) {
        assertEquals(kind, End.ofClose(code, "").kind());
    }

    @ParameterizedTest
    @CsvSource({"1012, 'drain;min=0;max=3000', 0, 3000", "1013, 'overload;min=1000;max=60000', 1000, 60000"})
    void aReasonSaysWhen(int code, String reason, long min, long max) {
        assertEquals(Optional.of(new RetryWindow(min, max)), End.ofClose(code, reason).hint());
    }
}
