package dev.tidings.bench;

import java.util.List;

/** One kind of load, with the figures that matter under it. */
interface Scenario {
    /** What the hub must be started with, as {@code -Dname=value}, beside the common settings. */
    List<String> settings();

    /** Loads the hub once and measures. */
    Figures run(Hub hub, Network network);

    /** The scenario of that name. */
    static Scenario named(String name, Options options) {
        return switch (name) {
            case "idle" -> new IdleScenario(options);
            case "fanout" -> new FanoutScenario(options);
            case "publish" -> new PublishScenario(options);
            case "redis" -> new RedisScenario(options);
            case "storm" -> new StormScenario(options);
            default -> throw new UsageException("there is no scenario " + name);
        };
    }
}
