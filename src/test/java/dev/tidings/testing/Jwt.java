package dev.tidings.testing;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token under construction, signed with HS256 and {@link #SECRET}; valid for an hour unless it is told otherwise. */
public final class Jwt {
    /** What the hubs of tests verify with. */
    public static final String SECRET = "a-secret-of-tests-with-more-than-32-bytes";

    private final JsonObject claims = new JsonObject();
    private final JsonObject grants = new JsonObject();
    private String secret = SECRET;

    private Jwt(long expiresIn) {
        claims.put("exp", Instant.now().getEpochSecond() + expiresIn);
    }

    /** A connection token of this user. */
    public static Jwt of(String user) {
        return new Jwt(3600).claim("sub", user);
    }

    /** A token with exactly these claims beside its expiry. */
    public static Jwt with(JsonObject claims) {
        Jwt jwt = new Jwt(3600);
        jwt.claims.mergeIn(claims);
        return jwt;
    }

    /** A subscription token. */
    public static Jwt subscription(String user, String channel) {
        return of(user).claim("channel", channel);
    }

    public Jwt claim(String name, Object value) {
        claims.put(name, value);
        return this;
    }

    /** Grants an action in channels, given as patterns. */
    public Jwt grant(String action, String... patterns) {
        JsonArray list = new JsonArray();
        for (String pattern : patterns) {
            list.add(pattern);
        }
        grants.put(action, list);
        return claim("tidings", grants);
    }

    /** Everything in these channels. */
    public Jwt grantAll(String... patterns) {
        return grant("subscribe", patterns).grant("publish", patterns).grant("history", patterns).grant("presence", patterns);
    }

    /** Expires in so many seconds; below zero = it did. */
    public Jwt expiresIn(long seconds) {
        return claim("exp", Instant.now().getEpochSecond() + seconds);
    }

    /** Signed by somebody else. */
    public Jwt forged() {
        secret = "another-secret-with-more-than-32-bytes-too";
        return this;
    }

    public String sign() {
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.encode().getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
