package dev.tidings.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The one list of reasons why sessions end. */
class DisconnectTest {
    @ParameterizedTest
    @CsvSource({"1009, message too big", "1011, internal", "1012, drain", "1012, rebalance", "1012, max_age", "1013, overload", "3004, internal server error",
            "3005, connection expired", "3006, subscription expired", "3008, slow", "3009, write error", "3010, insufficient state", "3011, force reconnect",
            "3012, no pong", "3013, too many requests", "3014, state invalidated", "3500, invalid token", "3501, bad request", "3502, stale", "3503, force disconnect",
            "3504, connection limit", "3505, channel limit", "3506, inappropriate protocol", "3507, permission denied", "3508, not available", "3509, too many errors"})
    void codesAndReasonsAreThoseOfTheProtocol(int code, String reason) {
        assertTrue(Arrays.stream(Disconnect.values()).anyMatch(cause -> cause.code() == code && cause.reason().equals(reason)));
    }

    @Test
    void fromThreeThousandOnACodeNamesOneReason() {
        Map<Integer, List<Disconnect>> byCode = Arrays.stream(Disconnect.values()).filter(cause -> cause.code() >= 3000).collect(Collectors.groupingBy(Disconnect::code));

        assertTrue(byCode.values().stream().allMatch(causes -> causes.size() == 1), byCode::toString);
    }

    @ParameterizedTest
    @EnumSource
    void whoMayNotComeBackIsGone(Disconnect cause) {
        assertEquals(!cause.reconnect(), cause.leaves());
    }

    @ParameterizedTest
    @EnumSource
    void labelsAreOfTheFormThatMetricsNeed(Disconnect cause) {
        assertTrue(cause.label().matches("[a-z]+(_[a-z]+)*"));
    }
}
