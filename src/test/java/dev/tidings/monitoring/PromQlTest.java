package dev.tidings.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromQlTest {
    @ParameterizedTest
    @CsvSource(delimiterString = " => ", quoteCharacter = '\0', value = {
        "up => up",
        "sum by (pod, job) (rate(a_total{reason=~\"b|c\", d!=\"}\"}[5m])) => a_total",
        "histogram_quantile(0.99, sum by (le) (rate(a_bucket[$__rate_interval]))) > 0.5 => a_bucket",
        "max(a) / on (namespace, pod) group_left (node) avg without (pod) (b > 200) unless c == 2 => a b c",
        "label_replace(a offset 10m, \"deployment\", \"$1\", \"pod\", \"(.+)-x\") or vector(0) => a",
        "a / 1e9 + 2 * b_seconds_sum and on (pod) count(c) => a b_seconds_sum c",
        "sum (a) by (pod) # of what? => a",
        "sum(count) => count"})
    void findsTheMetricsAndNothingElse(String query, String metrics) {
        assertEquals(new TreeSet<>(Arrays.asList(metrics.split(" "))), PromQl.metrics(query));
    }

    @ParameterizedTest
    @CsvSource({"vector(0)", "time() - 1", "1 > bool 0"})
    void findsNothingWhereThereIsNothing(String query) {
        assertEquals(Set.of(), PromQl.metrics(query));
    }
}
