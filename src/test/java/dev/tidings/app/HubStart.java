package dev.tidings.app;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** What a hub does with its settings before it is ready, without the rest of a start: it reads all of them, and checks them. */
public final class HubStart {
    private static final int FILE_ORDINAL = 275;
    private static final int VARIABLES_ORDINAL = 300;

    private HubStart() {
    }

    /** Reads the lines of a file and variables; throws what would stop the start. A setting that there is not, or a value of the wrong type, stops it too. */
    public static void check(Map<String, String> file, Map<String, String> variables) {
        HubConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters().withMapping(HubConfig.class)
                .withSources(new PropertiesConfigSource(file, "file", FILE_ORDINAL), new EnvConfigSource(variables, VARIABLES_ORDINAL)).build()
                .getConfigMapping(HubConfig.class);
        Wiring.limits(config);
        Wiring.rebalance(config);
        Wiring.namespaces(config);
        DoorWiring.options(config);
        if (config.redis().hosts().isPresent()) {
            Wiring.redis(config);
        }
    }
}
