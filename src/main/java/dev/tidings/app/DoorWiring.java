package dev.tidings.app;

import dev.tidings.api.Callers;
import dev.tidings.api.PublishTrace;
import dev.tidings.auth.ApiKeys;
import dev.tidings.auth.AuthOptions;
import dev.tidings.auth.IssuerOptions;
import dev.tidings.auth.Origins;
import dev.tidings.auth.RequestCredentials;
import dev.tidings.auth.Tokens;
import dev.tidings.hub.Hub;
import dev.tidings.hub.ThisNode;
import dev.tidings.sse.StreamDoor;
import dev.tidings.websocket.SocketDoor;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Builds what stands between the wire and the hub: who may come in, and the doors. What reads settings is built before the service is ready, so that a wrong
 * one stops the start instead of failing the first request.
 */
final class DoorWiring {
    private static final int BEFORE_READY = 1000;

    @Startup(BEFORE_READY)
    @Produces
    @Singleton
    Tokens tokens(HubConfig config, InstantSource clock) {
        Tokens tokens = new Tokens(options(config), clock);
        tokens.prepare();
        return tokens;
    }

    static AuthOptions options(HubConfig config) {
        HubConfig.Auth auth = config.auth();
        List<IssuerOptions> issuers = new ArrayList<>();
        if (auth.hmacSecret().isPresent() || auth.publicKeys().isPresent() || auth.jwksUrl().isPresent()) {
            issuers.add(issuer(IssuerOptions.ONLY, auth.issuer(), auth.audience(), auth.algorithms(), auth.hmacSecret(), auth.publicKeys(), auth.jwksUrl()));
        }
        auth.issuers().forEach((name, it) -> issuers.add(issuer(IssuerOptions.keyOf(name), Optional.of(it.issuer()), it.audience(), it.algorithms(),
                it.hmacSecret(), it.publicKeys(), it.jwksUrl())));
        if (issuers.isEmpty() && config.api().keys().isEmpty() && !config.insecure()) {
            throw new IllegalArgumentException("nobody could be let in: set tidings.auth.hmac-secret, tidings.auth.public-keys or tidings.auth.jwks-url for clients,"
                    + " tidings.api.keys for back ends, or tidings.insecure=true to try it out on this machine");
        }
        return new AuthOptions(config.insecure(), auth.anonymous(), auth.allowNonExpiring(), auth.queryToken(), Duration.ZERO,
                AuthOptions.DEFAULT_MAX_TOKEN_LENGTH, Settings.within("tidings.limits.channel-size", config.limits().channelSize(), 1, 512), issuers);
    }

    private static IssuerOptions issuer(String key, Optional<String> issuer, Optional<String> audience, Optional<List<String>> algorithms,
            Optional<String> secret, Optional<List<String>> publicKeys, Optional<URI> jwksUrl) {
        return new IssuerOptions(key, issuer.orElse(""), audience.map(List::of).orElse(List.of()), algorithms.orElse(List.of()), secret,
                publicKeys.orElse(List.of()), jwksUrl);
    }

    @Startup(BEFORE_READY)
    @Produces
    @Singleton
    RequestCredentials credentials(HubConfig config) {
        return new RequestCredentials(new Origins(config.origins().orElse(List.of())), config.auth().queryToken());
    }

    @Startup(BEFORE_READY)
    @Produces
    @Singleton
    Callers callers(HubConfig config, Tokens tokens, RequestCredentials credentials) {
        return new Callers(new ApiKeys(config.api().keys().orElse(List.of())), tokens, credentials, config.insecure());
    }

    @Produces
    @Singleton
    PublishTrace trace(OpenTelemetry telemetry, @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean disabled) {
        return new PublishTrace(telemetry, !disabled);
    }

    @Produces
    @Singleton
    StreamDoor streamDoor(Hub hub, Tokens tokens, InstantSource clock, RandomGenerator random) {
        return new StreamDoor(hub, tokens, clock, random);
    }

    @Startup(BEFORE_READY)
    @Produces
    @Singleton
    SocketDoor socketDoor(Hub hub, HubConfig config, Tokens tokens, InstantSource clock, ThisNode node) {
        int messageSize = Settings.size("tidings.limits.message-size", config.limits().messageSize(), 1024, 16 << 20);
        return new SocketDoor(hub, tokens, clock, "tidings " + node.version(), node.name(), messageSize);
    }
}
