package dev.tidings.bench;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/** The request headers of a present-day browser: what a hub really has to read, and what it must not keep. */
public final class Browser {
    private static final String USER_AGENT =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    private static final String COOKIE =
            "_ga=GA1.1.1234567890.1700000000; theme=dark; consent=necessary%2Canalytics; session=3f0c6d1e9b7a4852a1d0c4e7f6b89a23";

    private Browser() {
    }

    /** The headers of {@code new EventSource(url)} on a page of the same origin. */
    public static HttpHeaders eventSource(String authority) {
        return common(authority)
                .set(HttpHeaderNames.CONNECTION, "keep-alive")
                .set(HttpHeaderNames.ACCEPT, "text/event-stream")
                .set(HttpHeaderNames.REFERER, "http://" + authority + "/")
                .set("sec-ch-ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\", \"Google Chrome\";v=\"140\"")
                .set("sec-ch-ua-mobile", "?0")
                .set("sec-ch-ua-platform", "\"Linux\"")
                .set("Sec-Fetch-Site", "same-origin")
                .set("Sec-Fetch-Mode", "cors")
                .set("Sec-Fetch-Dest", "empty");
    }

    /** The headers of {@code new WebSocket(url)} beside those of the upgrade itself. It offers compression, as browsers do. */
    public static HttpHeaders webSocket(String authority) {
        return common(authority)
                .set(HttpHeaderNames.PRAGMA, "no-cache")
                .set(HttpHeaderNames.ORIGIN, "http://" + authority)
                .set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, "permessage-deflate; client_max_window_bits");
    }

    private static HttpHeaders common(String authority) {
        return new DefaultHttpHeaders()
                .set(HttpHeaderNames.HOST, authority)
                .set(HttpHeaderNames.USER_AGENT, USER_AGENT)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, deflate, br, zstd")
                .set(HttpHeaderNames.ACCEPT_LANGUAGE, "en-GB,en;q=0.9,de;q=0.8")
                .set(HttpHeaderNames.COOKIE, COOKIE);
    }
}
