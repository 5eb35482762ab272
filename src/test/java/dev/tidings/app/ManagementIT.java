package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.EventStreamReader;
import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubSettings;
import org.junit.jupiter.api.Test;

/** The management port of what was packaged: probes and figures, with the JVM's or the executable's own. */
class ManagementIT {
    @Test
    void answersProbesAndShowsFigures() {
        try (HubProcess hub = HubProcess.start(HubSettings.insecure().map()); EventStreamReader stream = EventStreamReader.get(hub.uri(), "/v1/sse?channel=demo")) {
            stream.connected();
            assertEquals(200, hub.health("live"));
            assertEquals(200, hub.health("started"));

            String metrics = hub.metrics();

            for (String sample : new String[] {"tidings_connections{transport=\"sse\"} 1.0", "tidings_connections_limit ", "tidings_state 0.0", "process_cpu_usage ",
                    "process_files_open_files ", "jvm_memory_used_bytes{"}) {
                assertTrue(metrics.contains("\n" + sample), () -> sample + " is not in\n" + metrics);
            }
        }
    }
}
