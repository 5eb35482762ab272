package dev.tidings.auth;

import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import javax.crypto.spec.SecretKeySpec;

/** One whose tokens are accepted, with its keys. Any thread. */
final class Issuer {
    private final IssuerOptions options;
    private final Set<Algorithm> accepted;
    private final List<VerificationKey> keys;
    private final Optional<RemoteKeys> remote;

    /** Reads the configured keys; a key that can't be read is refused. {@code http} is asked for only when keys are to be fetched. */
    Issuer(IssuerOptions options, Supplier<HttpClient> http, InstantSource clock) {
        this.options = options;
        this.accepted = options.accepted();
        List<VerificationKey> configured = new ArrayList<>();
        options.hmacSecret().ifPresent(secret -> configured.add(secretKey(secret)));
        for (int i = 0; i < options.publicKeys().size(); i++) {
            configured.addAll(PublicKeys.configured(options.publicKeys().get(i), options.key() + ".public-keys[" + i + "]"));
        }
        checkUsed(configured);
        this.keys = List.copyOf(configured);
        this.remote = options.jwksUrl().map(url -> new RemoteKeys(url, http.get(), clock));
    }

    private VerificationKey secretKey(String secret) {
        Set<Algorithm> algorithms = Set.copyOf(accepted.stream().filter(Algorithm::isSecret).toList());
        return new VerificationKey("", algorithms, new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HMAC"));
    }

    private void checkUsed(List<VerificationKey> configured) {
        for (VerificationKey key : configured) {
            if (key.algorithms().stream().noneMatch(accepted::contains)) {
                throw new IllegalArgumentException(options.key() + ".public-keys has a key for " + key.algorithms() + ", none of which is in "
                        + options.key() + ".algorithms");
            }
        }
    }

    /** The name in {@code iss}; "" = any. */
    String name() {
        return options.issuer();
    }

    List<String> audience() {
        return options.audience();
    }

    /** The keys that a token with this header may be tried with, at once when they are at hand; as {@link RemoteKeys#find}. */
    CompletionStage<List<VerificationKey>> keys(Algorithm algorithm, String kid) {
        if (!accepted.contains(algorithm)) {
            throw SignedToken.unaccepted();
        }
        List<VerificationKey> own = keys.stream().filter(key -> key.fits(algorithm, kid)).toList();
        boolean named = !kid.isEmpty() && own.stream().anyMatch(key -> key.kid().equals(kid));
        if (remote.isEmpty() || algorithm.isSecret() || named) {
            return CompletableFuture.completedFuture(own);
        }
        CompletionStage<List<VerificationKey>> published = remote.get().find(algorithm, kid);
        if (own.isEmpty()) {
            return published;
        }
        return published.handle((found, failure) -> failure != null ? own : concatenation(own, found)); // away: ours may do
    }

    private static List<VerificationKey> concatenation(List<VerificationKey> first, List<VerificationKey> second) {
        List<VerificationKey> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Fetches what must be fetched. Completes when the attempt is over, however it ends. */
    CompletionStage<Void> prepare() {
        return remote.map(RemoteKeys::prepare).orElseGet(() -> CompletableFuture.completedFuture(null));
    }
}
