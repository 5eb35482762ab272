package dev.tidings.app;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespace;
import dev.tidings.channel.Namespaces;
import dev.tidings.hub.Hub;
import dev.tidings.hub.HubLimits;
import dev.tidings.hub.Rebalance;
import dev.tidings.hub.ThisNode;
import dev.tidings.redis.RedisSettings;
import dev.tidings.session.SessionLimits;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Builds the hub from its configuration. */
final class Wiring {
    private static final Logger LOG = Logger.getLogger("dev.tidings");
    private static final Duration PRESENCE_TTL = Duration.ofSeconds(60);
    /** Of the open files; the rest is for the listener, logs and whatever the process loads. */
    private static final double SHARE_OF_FILES = 0.9;

    @Produces
    @Singleton
    RandomGenerator random() {
        return new SecureRandom(); // client ids and epochs must not be guessed; safe to use from several threads
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }

    @Produces
    @Singleton
    MicrometerMetrics metrics(MeterRegistry registry) {
        return new MicrometerMetrics(registry);
    }

    @Produces
    @Singleton
    Backing backing(HubConfig config, ThisNode node, InstantSource clock, RandomGenerator random, Vertx vertx) {
        return config.redis().hosts().isEmpty() ? Backing.Memory.of(config, clock, random, PRESENCE_TTL)
                : Backing.Redis.of(redis(config), namespaces(config), vertx, node, clock, random, PRESENCE_TTL);
    }

    static RedisSettings redis(HubConfig config) {
        HubConfig.Redis redis = config.redis();
        HubConfig.RedisTls tls = redis.tls();
        if (redis.password().isPresent() && redis.passwordFile().isPresent()) {
            throw new IllegalArgumentException("tidings.redis.password and tidings.redis.password-file are both set, allowed is one");
        }
        Optional<String> password = redis.password().or(() -> redis.passwordFile().map(file -> Settings.text("tidings.redis.password-file", file)));
        return new RedisSettings(redis.mode(), redis.hosts().orElseThrow(), redis.masterName(), new RedisSettings.Login(redis.username(), password),
                new RedisSettings.Login(redis.sentinelUsername(), redis.sentinelPassword()),
                tls.enabled() ? Optional.of(new RedisSettings.Tls(Settings.readable("tidings.redis.tls.ca-file", tls.caFile()),
                        Settings.readable("tidings.redis.tls.cert-file", tls.certFile()), Settings.readable("tidings.redis.tls.key-file", tls.keyFile()),
                        tls.verifyHostname())) : Optional.empty(),
                redis.keyPrefix(), Settings.within("tidings.redis.min-replicas", redis.minReplicas(), 0, 100),
                Settings.positive("tidings.redis.timeout", redis.timeout()), Settings.within("tidings.redis.pipelines", redis.pipelines(), 1, 64));
    }

    @Produces
    @Singleton
    ThisNode node(@ConfigProperty(name = "quarkus.application.version") String version) {
        return new ThisNode("n-" + UUID.randomUUID().toString().substring(0, 8), version);
    }

    @Produces
    @Singleton
    Hub hub(HubConfig config, Backing backing, ThisNode node, InstantSource clock, RandomGenerator random, MicrometerMetrics metrics, MeterRegistry registry,
            Vertx vertx) {
        Hub hub = new Hub(new Hub.Parts(limits(config), rebalance(config), namespaces(config), backing.broker(), backing.presence(), backing.nodes(), node,
                clock, System::nanoTime, random, metrics, Lanes.of(vertx, metrics)));
        HubGauges.register(registry, hub);
        backing.register(registry);
        return hub;
    }

    static HubLimits limits(HubConfig config) {
        HubConfig.Limits limits = config.limits();
        SessionLimits session = new SessionLimits(Settings.positive("tidings.ping", config.ping()), Settings.positive("tidings.pong", config.pong()),
                Settings.positive("tidings.limits.connect-timeout", limits.connectTimeout()),
                Settings.size("tidings.limits.outbox-bytes", limits.outboxBytes(), 16 << 10, 1 << 30),
                Settings.positive("tidings.limits.outbox-age", limits.outboxAge()),
                Settings.within("tidings.limits.commands-per-second", limits.commandsPerSecond(), 0, 1_000_000),
                Settings.within("tidings.limits.commands-burst", limits.commandsBurst(), 1, 1_000_000),
                Settings.within("tidings.limits.errors-per-minute", limits.errorsPerMinute(), 0, 1_000_000),
                Settings.positive("tidings.connections.max-age", config.connections().maxAge()), Duration.ofSeconds(25));
        return new HubLimits(session, Settings.within("tidings.limits.channels", limits.channels(), 1, 10_000),
                Settings.within("tidings.limits.sse-channels", limits.sseChannels(), 1, 255),
                Settings.within("tidings.limits.recovery", limits.recovery(), 1, 10_000), Settings.within("tidings.limits.history-page", limits.historyPage(), 1, 10_000),
                connections(config), Settings.within("tidings.connections.max-per-user", config.connections().maxPerUser(), 0, Integer.MAX_VALUE),
                Settings.within("tidings.connections.handshakes-per-second", config.connections().handshakesPerSecond(), 1, 1_000_000),
                Settings.within("tidings.limits.publishes-per-second", limits.publishesPerSecond(), 0, Integer.MAX_VALUE),
                Settings.within("tidings.limits.channel-size", limits.channelSize(), 1, Channel.MAX_BYTES), PRESENCE_TTL);
    }

    static Rebalance.Options rebalance(HubConfig config) {
        HubConfig.Rebalance rebalance = config.rebalance();
        return new Rebalance.Options(rebalance.enabled(), Settings.within("tidings.rebalance.tolerance-percent", rebalance.tolerancePercent(), 1, 100),
                Settings.within("tidings.rebalance.rate-per-second", rebalance.ratePerSecond(), 1, 10_000),
                Settings.positive("tidings.rebalance.min-age", rebalance.minAge()), Settings.positive("tidings.rebalance.settle", rebalance.settle()));
    }

    private static int connections(HubConfig config) {
        int wanted = Settings.within("tidings.connections.max", config.connections().max(), 1, 10_000_000);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean system) {
            int possible = (int) Math.min(Integer.MAX_VALUE, SHARE_OF_FILES * system.getMaxFileDescriptorCount());
            if (wanted > possible) {
                LOG.warnf("tidings.connections.max is %d, and %d open files allow %d connections", wanted, system.getMaxFileDescriptorCount(), possible);
                return possible;
            }
        }
        return wanted;
    }

    static Namespaces namespaces(HubConfig config) {
        Map<String, Namespace> namespaces = new HashMap<>();
        config.namespaces().forEach((name, options) -> namespaces.put(name, Settings.named("tidings.namespaces.\"" + name + "\"", () -> namespace(name, options, config))));
        namespaces.computeIfAbsent(Namespace.DEFAULT_NAME, name -> namespace(name, config.namespaces().get(name), config));
        return new Namespaces(namespaces, config.privatePrefix().orElse(""));
    }

    private static Namespace namespace(String name, HubConfig.NamespaceConfig options, HubConfig config) {
        if (name.isEmpty() || name.contains(":")) {
            throw new IllegalArgumentException("the name must not be empty or hold a colon");
        }
        int maxPublishSize = Settings.size("max-publish-size", options.maxPublishSize().orElse(config.limits().publishSize()), 1, 64 << 20);
        return new Namespace(name, options.historySize(), options.historyTtl(), options.metaTtl(), options.recovery(), options.presence(), options.joinLeave(),
                options.subscribe(), options.publish(), options.history(), options.presenceRead(), options.ephemeralPublish(), options.userChannels(), maxPublishSize);
    }
}
