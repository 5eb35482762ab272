package dev.tidings.chart;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes what is made from the chart: the table in its README, and {@code k8s/tidings.yaml}. It is no test, and only runs when it is asked for:
 * {@code ./mvnw test -Dtest=ChartFilesWriter -Dchart.write=true}. That both are what it would write is tested in {@link TemplatesTest} and
 * {@link PlainManifestsTest}.
 */
@EnabledIfSystemProperty(named = "chart.write", matches = "true", disabledReason = "writes files; asked for with -Dchart.write=true")
class ChartFilesWriter {
    @Test
    void writesTheTableOfValues() throws IOException {
        ValuesTable.write();
    }

    @Test
    void writesThePlainManifests() throws IOException {
        PlainManifests.write();
    }
}
