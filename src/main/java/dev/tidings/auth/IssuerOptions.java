package dev.tidings.auth;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whose tokens are accepted, and with which keys they are verified. The keys are bound to the issuer: none of them verifies a token of another.
 *
 * @param key        the setting it comes from, named in complaints: {@code tidings.auth} or {@code tidings.auth.issuers."name"}
 * @param issuer     what {@code iss} must be; "" = it is not looked at
 * @param audience   one of these must be in {@code aud}; empty = it is not looked at
 * @param algorithms names of the algorithms that are accepted; empty = HS256 for a secret, RS256, PS256, ES256, ES384, ES512 and EdDSA for public keys
 * @param hmacSecret the secret of HS256, HS384 and HS512, as text; at least as many bytes as the hash has
 * @param publicKeys PEM, a JWK, a JWK set, or the path of a file with one of them
 * @param jwksUrl    where the issuer publishes its JWK set
 */
public record IssuerOptions(String key, String issuer, List<String> audience, List<String> algorithms, Optional<String> hmacSecret,
        List<String> publicKeys, Optional<URI> jwksUrl) {
    /** The key of the settings of the only issuer. */
    public static final String ONLY = "tidings.auth";
    private static final int MIN_SECRET_BYTES = 32;

    public IssuerOptions {
        audience = List.copyOf(audience);
        algorithms = List.copyOf(algorithms);
        publicKeys = List.copyOf(publicKeys);
        if (hmacSecret.isEmpty() && publicKeys.isEmpty() && jwksUrl.isEmpty()) {
            throw new IllegalArgumentException(key + " has no key: set " + key + ".hmac-secret, " + key + ".public-keys or " + key + ".jwks-url");
        }
        if (issuer.chars().anyMatch(c -> c < 0x20)) {
            throw new IllegalArgumentException(key + ".issuer has a control character");
        }
        if (audience.contains("")) {
            throw new IllegalArgumentException(key + ".audience has an empty entry");
        }
        hmacSecret.ifPresent(secret -> checkSecret(key, secret));
        jwksUrl.ifPresent(url -> checkUrl(key, url));
        checkAlgorithms(key, algorithms, hmacSecret, !publicKeys.isEmpty() || jwksUrl.isPresent());
    }

    /** The key of the settings of one of several issuers. */
    public static String keyOf(String name) {
        return ONLY + ".issuers.\"" + name + "\"";
    }

    private static void checkSecret(String key, String secret) {
        if (bytes(secret) < MIN_SECRET_BYTES) {
            throw new IllegalArgumentException(key + ".hmac-secret has " + bytes(secret) + " bytes, allowed is " + MIN_SECRET_BYTES + " or more");
        }
        if (secret.contains("-----BEGIN ") || secret.contains("\"kty\"")) { // a public key as secret would let everyone sign
            throw new IllegalArgumentException(key + ".hmac-secret is a PEM or JWK key; public keys belong into " + key + ".public-keys");
        }
    }

    private static void checkUrl(String key, URI url) {
        boolean http = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(key + ".jwks-url must be an http or https URL without user information");
        }
    }

    private static void checkAlgorithms(String key, List<String> names, Optional<String> secret, boolean publicKeys) {
        boolean secretUsed = names.isEmpty();
        boolean publicUsed = names.isEmpty();
        for (String name : names) {
            Algorithm algorithm = Algorithm.named(name).orElseThrow(() ->
                    new IllegalArgumentException(key + ".algorithms has \"" + name + "\", allowed are " + Algorithm.labels()));
            if (algorithm.isSecret() ? secret.isEmpty() : !publicKeys) {
                throw new IllegalArgumentException(key + ".algorithms has " + name + ", which needs "
                        + (algorithm.isSecret() ? key + ".hmac-secret" : key + ".public-keys or " + key + ".jwks-url"));
            }
            if (algorithm.isSecret() && bytes(secret.get()) < algorithm.secretBytes()) {
                throw new IllegalArgumentException(key + ".hmac-secret has " + bytes(secret.get()) + " bytes, " + name + " needs " + algorithm.secretBytes());
            }
            secretUsed |= algorithm.isSecret();
            publicUsed |= !algorithm.isSecret();
        }
        if (secret.isPresent() && !secretUsed || publicKeys && !publicUsed) {
            throw new IllegalArgumentException(key + ".algorithms leaves out every algorithm of "
                    + (publicUsed ? key + ".hmac-secret" : key + ".public-keys and " + key + ".jwks-url") + ", which would never be used");
        }
    }

    private static int bytes(String secret) {
        return secret.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The algorithms that are accepted. */
    Set<Algorithm> accepted() {
        EnumSet<Algorithm> accepted = EnumSet.noneOf(Algorithm.class);
        algorithms.forEach(name -> Algorithm.named(name).ifPresent(accepted::add));
        if (algorithms.isEmpty()) {
            if (hmacSecret.isPresent()) {
                accepted.addAll(Algorithm.DEFAULT_SECRET);
            }
            if (!publicKeys.isEmpty() || jwksUrl.isPresent()) {
                accepted.addAll(Algorithm.DEFAULT_PUBLIC);
            }
        }
        return accepted;
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "IssuerOptions[" + key + ", issuer=" + issuer + ", algorithms=" + accepted() + "]";
    }
}
