package dev.tidings.auth;

import dev.tidings.channel.RefusedException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a request brings to say who it is from, and where it was found: the table of protocol section 6. All sources but the cookie are explicit, and a
 * request may have one of them. The cookie is ambient, a browser sends it unasked: it counts only when there is no explicit source and only if the page's
 * origin is allowed. Immutable.
 *
 * @param value the token or API key; "" = there is none
 */
public record Credentials(Source source, String value) {
    /** Nothing. */
    public static final Credentials NONE = new Credentials(Source.NONE, "");
    /** The cookie that holds a token. */
    public static final String COOKIE = "__Secure-tidings_token";
    /** What precedes a token in an entry of {@code Sec-WebSocket-Protocol}. */
    public static final String SUBPROTOCOL_PREFIX = "tidings.bearer.";
    /** The entry that clients of Quarkus offer beside the one that carries a header. */
    public static final String QUARKUS_SUBPROTOCOL = "bearer-token-carrier";
    private static final String QUARKUS_HEADER = "quarkus-http-upgrade#";
    private static final String QUARKUS_AUTHORIZATION = QUARKUS_HEADER + "Authorization#";
    private static final String SCHEME = "Bearer ";

    /** Where credentials were found. */
    public enum Source {
        /** Nowhere. */
        NONE,
        /** The header {@code Authorization}. */
        AUTHORIZATION,
        /** The first message of a connection, or a body. */
        MESSAGE,
        /** An entry of {@code Sec-WebSocket-Protocol}. */
        SUBPROTOCOL,
        /** The cookie. */
        COOKIE,
        /** The query of the URL. */
        QUERY,
        /** The header {@code X-API-Key}. */
        API_KEY
    }

    /**
     * Everything in a request that may hold credentials. Lists, because what comes twice must be refused rather than chosen from.
     *
     * @param authorization values of the header {@code Authorization}
     * @param subprotocols  entries that the client offers in {@code Sec-WebSocket-Protocol}, all of them
     * @param cookie        the cookie {@link Credentials#COOKIE}
     * @param cookieTrusted whether {@link Origins} says that credentials may be used
     * @param query         values of the parameter {@code access_token}; empty unless {@code tidings.auth.query-token} is on
     * @param apiKeys       values of the header {@code X-API-Key}; empty where API keys have no meaning
     */
    public record Carriers(List<String> authorization, List<String> subprotocols, Optional<String> cookie, boolean cookieTrusted, List<String> query,
            List<String> apiKeys) {
        /** None of them. */
        public static final Carriers NONE = new Carriers(List.of(), List.of(), Optional.empty(), false, List.of(), List.of());

        /** Without what they carry. */
        @Override
        public String toString() {
            return "Carriers";
        }
    }

    /**
     * The credentials of a request. More than one explicit source is refused with {@link dev.tidings.channel.Refusal#BAD_REQUEST}; an
     * {@code Authorization} that is not {@code Bearer} (RFC 6750 section 2.1) with {@link InvalidTokenException}.
     */
    public static Credentials of(Carriers carriers) {
        List<Credentials> found = new ArrayList<>();
        carriers.authorization.forEach(header -> found.add(new Credentials(Source.AUTHORIZATION, bearer(header))));
        carriers.subprotocols.forEach(entry -> subprotocol(entry).ifPresent(token -> found.add(new Credentials(Source.SUBPROTOCOL, token))));
        carriers.query.stream().filter(token -> !token.isEmpty()).forEach(token -> found.add(new Credentials(Source.QUERY, token)));
        carriers.apiKeys.forEach(key -> found.add(new Credentials(Source.API_KEY, key)));
        if (found.size() > 1) {
            throw tooMany();
        }
        if (!found.isEmpty()) {
            return found.getFirst();
        }
        return carriers.cookie.filter(token -> carriers.cookieTrusted && !token.isEmpty()).map(token -> new Credentials(Source.COOKIE, token)).orElse(NONE);
    }

    /** The same with the token of the first message or body, an explicit source too; "" = it has none. */
    public Credentials withMessage(String token) {
        if (token.isEmpty()) {
            return this;
        }
        if (source != Source.NONE && source != Source.COOKIE) {
            throw tooMany();
        }
        return new Credentials(Source.MESSAGE, token);
    }

    private static RefusedException tooMany() {
        return RefusedException.badRequest("more than one source of credentials: use one of Authorization, message, subprotocol, access_token, X-API-Key");
    }

    private static String bearer(String header) {
        String value = header.strip();
        String token = value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) ? value.substring(SCHEME.length()).strip() : "";
        if (token.isEmpty() || token.indexOf(' ') >= 0) {
            throw new InvalidTokenException("the header Authorization must be \"Bearer\" and a token");
        }
        return token;
    }

    private static Optional<String> subprotocol(String entry) {
        if (entry.startsWith(SUBPROTOCOL_PREFIX)) {
            return Optional.of(entry.substring(SUBPROTOCOL_PREFIX.length()));
        }
        if (!entry.startsWith("quarkus-http-upgrade")) {
            return Optional.empty();
        }
        try {
            String header = URLDecoder.decode(entry.replace("+", "%2B"), StandardCharsets.UTF_8); // a plus is itself outside of forms
            boolean authorization = header.regionMatches(true, 0, QUARKUS_AUTHORIZATION, 0, QUARKUS_AUTHORIZATION.length());
            return authorization ? Optional.of(bearer(header.substring(QUARKUS_AUTHORIZATION.length()))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new InvalidTokenException("a subprotocol that carries a header is not URI-encoded");
        }
    }

    /** Whether an offered subprotocol only carries credentials and is never selected. */
    public static boolean isCarrier(String subprotocol) {
        return subprotocol.startsWith(SUBPROTOCOL_PREFIX) || subprotocol.equals(QUARKUS_SUBPROTOCOL) || subprotocol.startsWith("quarkus-http-upgrade");
    }

    /** The token, if there is one. */
    public Optional<String> token() {
        return source == Source.NONE || source == Source.API_KEY ? Optional.empty() : Optional.of(value);
    }

    /** The API key, if there is one. */
    public Optional<String> apiKey() {
        return source == Source.API_KEY ? Optional.of(value) : Optional.empty();
    }

    /** Without token and key. */
    @Override
    public String toString() {
        return "Credentials[" + source + "]";
    }
}
