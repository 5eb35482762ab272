package dev.tidings.app;

import dev.tidings.protocol.JsonWriter;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What {@link StreamCheck} and {@link Exercise} are told: by arguments where, by the hub's own environment variables with which credentials.
 *
 * @param addresses where streams and WebSockets are opened, each with a scheme and without a path
 * @param publish   where is published
 * @param channel   the channel of the check
 * @param timeout   how long all of it may take
 * @param token     what clients show; none = they are anonymous
 * @param apiKey    what the back end shows; none = it shows the token
 */
record CheckOptions(List<URI> addresses, URI publish, String channel, Duration timeout, Optional<String> token, Optional<String> apiKey) {
    /** One that the default namespace lets in. A token of one's own must grant it. */
    static final String CHANNEL = "tidings-check";
    private static final int MAX_TIMEOUT_SECONDS = 3600;

    /** Reads them. What is wrong is printed with the argument's name, and the usage after it. */
    static Optional<CheckOptions> read(List<String> arguments, Map<String, String> environment, String usage, PrintStream out) {
        try {
            return Optional.of(of(arguments, environment));
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.println(usage);
            return Optional.empty();
        }
    }

    /** Reads them; what is wrong is refused with the argument's name. */
    static CheckOptions of(List<String> arguments, Map<String, String> environment) {
        List<URI> addresses = new ArrayList<>();
        Optional<URI> publish = Optional.empty();
        String channel = CHANNEL;
        Duration timeout = Duration.ofSeconds(30);
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            if (argument.startsWith("--publish=")) {
                publish = Optional.of(address(value));
            } else if (argument.startsWith("--channel=")) {
                channel = value;
            } else if (argument.startsWith("--timeout=")) {
                timeout = Duration.ofSeconds(seconds(value));
            } else if (argument.startsWith("-")) {
                throw new IllegalArgumentException("unknown argument " + argument);
            } else {
                addresses.add(address(argument));
            }
        }
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address is given");
        }
        return new CheckOptions(List.copyOf(addresses), publish.orElse(addresses.getFirst()), channel, timeout, token(environment, channel, timeout),
                apiKey(environment));
    }

    private static URI address(String text) {
        URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
            throw new IllegalArgumentException("\"" + text + "\" is not an address such as http://tidings:80");
        }
        return uri;
    }

    private static int seconds(String text) {
        try {
            return Settings.within("--timeout", Integer.parseInt(text), 1, MAX_TIMEOUT_SECONDS);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--timeout is \"" + text + "\", allowed is a number of seconds", e);
        }
    }

    /** The first key that may publish: one without scopes, or with that one. */
    private static Optional<String> apiKey(Map<String, String> environment) {
        return Arrays.stream(environment.getOrDefault("TIDINGS_API_KEYS", "").split(",")).map(String::strip).filter(entry -> !entry.isEmpty())
                .filter(entry -> entry.lastIndexOf(':') < 0 || List.of(entry.substring(entry.lastIndexOf(':') + 1).split("\\+")).contains("publish"))
                .map(entry -> entry.lastIndexOf(':') < 0 ? entry : entry.substring(0, entry.lastIndexOf(':'))).findFirst();
    }

    /** The token that is given, or one signed with the hub's own secret. */
    private static Optional<String> token(Map<String, String> environment, String channel, Duration timeout) {
        if (environment.containsKey("TIDINGS_CHECK_TOKEN")) {
            return Optional.of(environment.get("TIDINGS_CHECK_TOKEN").strip());
        }
        return Optional.ofNullable(environment.get("TIDINGS_AUTH_HMAC_SECRET")).map(secret -> {
            JsonWriter claims = new JsonWriter().object().member("sub", "tidings-check").member("exp", Instant.now().plus(timeout).plusSeconds(60).getEpochSecond());
            Optional.ofNullable(environment.get("TIDINGS_AUTH_ISSUER")).ifPresent(issuer -> claims.member("iss", issuer));
            Optional.ofNullable(environment.get("TIDINGS_AUTH_AUDIENCE")).ifPresent(audience -> claims.member("aud", audience));
            claims.object("tidings");
            for (String action : List.of("subscribe", "publish")) {
                claims.array(action).value(channel).endArray();
            }
            return signed(claims.end().end().toBytes(), secret);
        });
    }

    private static String signed(byte[] claims, String secret) {
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII)) + "." + base64(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC with SHA-256 is missing, which every Java platform must have", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
