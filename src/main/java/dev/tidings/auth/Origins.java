package dev.tidings.auth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The pages that may use the hub from a browser, by their origin (RFC 6454): the setting {@code tidings.origins}. Without entries it is the pages of the hub's
 * own host. An entry is {@code https://app.example}, with a port if it is not the usual one; {@code https://*.app.example} for all hosts below;
 * {@code null} for pages without an origin, such as files; {@code *} for all. The last two are anybody's, so such pages get no credentials that a browser
 * adds by itself. Immutable, any thread.
 */
public final class Origins {
    private static final String SETTING = "tidings.origins";
    private static final int MAX_LENGTH = 512;

    private final List<Origin> listed;
    private final boolean any;
    private final boolean opaque;

    /** What holds for a request. */
    public enum Answer {
        /** It names no origin: it is not from another origin's page, or not from a browser. */
        ABSENT,
        /** The page may call, and cookies count. */
        CREDENTIALS,
        /** The page may call, and cookies do not count. */
        NO_CREDENTIALS,
        /** The page may not call. */
        REFUSED;

        /** Whether the request is served. */
        public boolean isAllowed() {
            return this != REFUSED;
        }

        /** Whether cookies count and {@code Access-Control-Allow-Credentials} may be sent: only for an origin that is known (protocol section 6). */
        public boolean allowsCredentials() {
            return this == CREDENTIALS;
        }
    }

    private record Origin(String scheme, String host, int port) {
    }

    /** Reads the entries; one that is not an origin is refused with its text. */
    public Origins(List<String> settings) {
        List<Origin> read = new ArrayList<>();
        for (String entry : settings) {
            if (!entry.equals("*") && !entry.equals("null")) {
                read.add(entry(entry));
            }
        }
        this.listed = List.copyOf(read);
        this.any = settings.contains("*");
        this.opaque = settings.contains("null");
    }

    private static Origin entry(String entry) {
        boolean below = entry.contains("://*.");
        Optional<Origin> origin = parse(below ? entry.replace("://*.", "://") : entry);
        if (origin.isEmpty() || below && origin.get().host.indexOf('.') < 0) { // *.com is nobody's
            throw new IllegalArgumentException(SETTING + " has \"" + entry + "\", allowed is scheme://host or scheme://host:port without a path,"
                    + " scheme://*.domain, null, or *");
        }
        return below ? new Origin(origin.get().scheme, "." + origin.get().host, origin.get().port) : origin.get();
    }

    /**
     * What holds for a request with this {@code Origin} header, made with {@code scheme} to {@code host}, the value of {@code Host} or {@code :authority}.
     * A page that came over https is of the hub's own host also when the request came over http: something in front of the hub ends TLS.
     */
    public Answer of(Optional<String> origin, String scheme, String host) {
        if (origin.isEmpty()) {
            return Answer.ABSENT;
        }
        if (origin.get().equals("null")) {
            return any || opaque ? Answer.NO_CREDENTIALS : Answer.REFUSED;
        }
        Optional<Origin> page = parse(origin.get());
        if (page.isPresent() && (isListed(page.get()) || isOwn(page.get(), scheme, host))) {
            return Answer.CREDENTIALS;
        }
        return any ? Answer.NO_CREDENTIALS : Answer.REFUSED;
    }

    private boolean isListed(Origin page) {
        for (Origin each : listed) {
            boolean sameHost = each.host.startsWith(".") ? page.host.endsWith(each.host) && page.host.length() > each.host.length()
                    : page.host.equals(each.host);
            if (sameHost && each.scheme.equals(page.scheme) && each.port == page.port) {
                return true;
            }
        }
        return false;
    }

    private boolean isOwn(Origin page, String scheme, String host) {
        if (!listed.isEmpty() || any || opaque) {
            return false;
        }
        boolean behindTls = page.scheme.equals("https") && scheme.equalsIgnoreCase("http");
        return parse((behindTls ? "https" : scheme) + "://" + host).filter(page::equals).isPresent();
    }

    private static Optional<Origin> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.toLowerCase(Locale.ROOT));
            boolean bare = uri.getRawPath() != null && uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (!bare || uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
                return Optional.empty();
            }
            int usual = uri.getScheme().equals("https") ? 443 : uri.getScheme().equals("http") ? 80 : 0;
            return Optional.of(new Origin(uri.getScheme(), uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort()));
        } catch (URISyntaxException e) {
            return Optional.empty(); // as good as an origin that nobody listed
        }
    }
}
