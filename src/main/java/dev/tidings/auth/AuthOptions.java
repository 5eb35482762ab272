package dev.tidings.auth;

import dev.tidings.channel.Channel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How clients are identified: the settings {@code tidings.auth.*} and {@code tidings.insecure}.
 *
 * @param insecure         nobody is identified and everybody may do anything
 * @param anonymous        clients without a token are accepted
 * @param allowNonExpiring tokens without {@code exp} are accepted
 * @param queryToken       tokens are accepted in the query of a URL, where they end up in logs
 * @param clockSkew        how long after its {@code exp} a token is still accepted; at most {@link #MAX_CLOCK_SKEW}
 * @param maxTokenLength   characters of a token; a longer one is refused before it is looked at
 * @param maxChannelBytes  bytes of a channel's name, in a token as elsewhere
 * @param issuers          whose tokens are accepted; empty = nobody's
 */
public record AuthOptions(boolean insecure, boolean anonymous, boolean allowNonExpiring, boolean queryToken, Duration clockSkew, int maxTokenLength,
        int maxChannelBytes, List<IssuerOptions> issuers) {
    /** The bound of {@link #maxTokenLength} unless configured: what servers accept as all headers together. */
    public static final int DEFAULT_MAX_TOKEN_LENGTH = 8192;
    /** The bound of {@link #clockSkew}: clocks further apart are broken. */
    public static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);
    private static final int MOST_TOKEN_LENGTH = 65_536;

    public AuthOptions {
        issuers = List.copyOf(issuers);
        if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
            throw new IllegalArgumentException("tidings.auth.clock-skew is " + clockSkew + ", allowed is PT0S to " + MAX_CLOCK_SKEW);
        }
        if (maxTokenLength < 256 || maxTokenLength > MOST_TOKEN_LENGTH) {
            throw new IllegalArgumentException("tidings.auth.max-token-length is " + maxTokenLength + ", allowed is 256 to " + MOST_TOKEN_LENGTH);
        }
        if (maxChannelBytes < 1 || maxChannelBytes > Channel.MAX_BYTES) {
            throw new IllegalArgumentException("maxChannelBytes is " + maxChannelBytes + ", allowed is 1 to " + Channel.MAX_BYTES);
        }
        Set<String> names = new HashSet<>();
        for (IssuerOptions each : issuers) {
            if (issuers.size() > 1 && each.issuer().isEmpty()) {
                throw new IllegalArgumentException(each.key() + ".issuer is missing: with several issuers, each must be named");
            }
            if (!names.add(each.issuer())) {
                throw new IllegalArgumentException(each.key() + ".issuer is \"" + each.issuer() + "\", as that of another issuer");
            }
        }
    }

    /** Nobody is identified. */
    public static AuthOptions open() {
        return new AuthOptions(true, true, true, true, Duration.ZERO, DEFAULT_MAX_TOKEN_LENGTH, Channel.DEFAULT_MAX_BYTES, List.of());
    }

    /** Tokens of these issuers, everything else as by default. */
    public static AuthOptions of(IssuerOptions... issuers) {
        return new AuthOptions(false, false, false, false, Duration.ZERO, DEFAULT_MAX_TOKEN_LENGTH, Channel.DEFAULT_MAX_BYTES, List.of(issuers));
    }
}
