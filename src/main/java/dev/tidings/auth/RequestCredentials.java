package dev.tidings.auth;

import dev.tidings.channel.RefusedException;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the credentials of an HTTP request, the same for every door. */
public final class RequestCredentials {
    private final Origins origins;
    private final boolean queryToken;

    /** {@code queryToken} = whether a token may stand in the query. */
    public RequestCredentials(Origins origins, boolean queryToken) {
        this.origins = origins;
        this.queryToken = queryToken;
    }

    /** The credentials; {@code apiKeys} = whether API keys mean something here. Refused as {@link Credentials#of} says. */
    public Credentials of(HttpServerRequest request, boolean apiKeys) {
        Optional<String> cookie = Optional.ofNullable(request.getCookie(Credentials.COOKIE)).map(Cookie::getValue);
        List<String> query = queryToken ? queryTokens(request) : List.of();
        return Credentials.of(new Credentials.Carriers(request.headers().getAll("Authorization"), subprotocols(request), cookie, isTrusted(request), query,
                apiKeys ? request.headers().getAll("X-API-Key") : List.of()));
    }

    private static List<String> queryTokens(HttpServerRequest request) {
        try {
            return request.params().getAll("access_token");
        } catch (IllegalArgumentException e) { // of the decoder
            throw RefusedException.badRequest("the query is not percent-encoded");
        }
    }

    /** The subprotocols that a WebSocket client offers, in order; one list however many header lines there are (RFC 6455 section 11.3.4). */
    public static List<String> subprotocols(HttpServerRequest request) {
        List<String> offered = new ArrayList<>();
        for (String line : request.headers().getAll("Sec-WebSocket-Protocol")) {
            for (String entry : line.split(",")) {
                if (!entry.isBlank()) {
                    offered.add(entry.strip());
                }
            }
        }
        return offered;
    }

    /** What holds for the page that the request comes from. */
    public Origins.Answer origin(HttpServerRequest request) {
        String host = request.authority() == null ? "" : request.authority().toString();
        return origins.of(Optional.ofNullable(request.getHeader("Origin")), request.scheme() == null ? "http" : request.scheme(), host);
    }

    /** A cookie counts for a page that is allowed; a browser names no origin in a GET of the same one, but says so in Sec-Fetch-Site. */
    private boolean isTrusted(HttpServerRequest request) {
        Origins.Answer answer = origin(request);
        return answer.allowsCredentials() || answer == Origins.Answer.ABSENT && "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
    }
}
