package dev.tidings.auth;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The claims of a token that are registered (RFC 7519 section 4.1), and access to the others. A claim of the wrong type refuses the token. Immutable. */
final class Claims {
    /** How far ahead the clock of whoever wrote {@code nbf} may be. */
    static final Duration NOT_BEFORE_LEEWAY = Duration.ofSeconds(2);
    /** The last time, in seconds, whose milliseconds every JSON reader can hold. */
    private static final double MAX_SECONDS = (1L << 53) / 1000.0;
    private static final int MAX_AUDIENCES = 64;

    private final Map<String, Json> members;

    Claims(Json payload) {
        this.members = payload.members("claims");
    }

    /** A claim; none when it is absent or null. */
    Optional<Json> get(String name) {
        return get(members, name);
    }

    /** A member; none when it is absent or null. */
    static Optional<Json> get(Map<String, Json> members, String name) {
        return Optional.ofNullable(members.get(name)).filter(value -> !value.isNull());
    }

    /** A string; "" when it is absent. Null is not a string here: who is meant must not be guessed. */
    String string(String name) {
        Json value = members.get(name);
        return value == null ? "" : value.string(name);
    }

    /** The user; "" = anonymous. */
    String user() {
        String user = string("sub");
        if (Channel.hasForbiddenCharacter(user)) {
            throw new InvalidTokenException("\"sub\" has a control or format character");
        }
        return user;
    }

    /** A channel that a token names; what is not one makes the token invalid. */
    static Channel channel(String name, int maxBytes) {
        try {
            return Channel.parse(name, maxBytes);
        } catch (RefusedException e) {
            throw new InvalidTokenException("the token names a channel that can't be one: " + e.getMessage());
        }
    }

    /** Refuses unless {@code aud}, a string or an array of them, has one of these; nothing is asked of it when there are none. */
    void checkAudience(List<String> accepted) {
        if (accepted.isEmpty()) {
            return;
        }
        Json claim = get("aud").orElseThrow(() -> new InvalidTokenException("the token has no \"aud\""));
        List<String> audiences = claim.isArray()
                ? claim.items("aud", MAX_AUDIENCES).stream().map(item -> item.string("aud")).toList()
                : List.of(claim.string("aud"));
        if (audiences.stream().noneMatch(accepted::contains)) {
            throw new InvalidTokenException("the token is for another audience");
        }
    }

    /**
     * When what the token is shown for must end, in milliseconds since 1970; 0 = never. That is {@code exp}, unless {@code expire_at} says otherwise, 0 for
     * never. Refuses a token that is not valid yet, has no {@code exp} although it must, or is over with {@link Refusal#TOKEN_EXPIRED}.
     */
    long checkTimes(AuthOptions options, long now) {
        if (date("nbf").orElse(0) > now + NOT_BEFORE_LEEWAY.toMillis()) {
            throw new InvalidTokenException("the token is not valid yet");
        }
        OptionalLong exp = date("exp");
        if (exp.isEmpty() && !options.allowNonExpiring()) {
            throw new InvalidTokenException("the token has no \"exp\"");
        }
        long end = exp.isPresent() ? exp.getAsLong() + options.clockSkew().toMillis() : 0;
        if (exp.isPresent() && now >= end) {
            throw new RefusedException(Refusal.TOKEN_EXPIRED);
        }
        OptionalLong expireAt = date("expire_at");
        if (expireAt.orElse(0) > 0 && now >= expireAt.getAsLong()) {
            throw new RefusedException(Refusal.TOKEN_EXPIRED); // its session would be over before it began: a fresh token helps
        }
        return expireAt.orElse(end);
    }

    /** A NumericDate (RFC 7519 section 2) in milliseconds; it may have a fraction. */
    private OptionalLong date(String name) {
        Optional<Json> value = get(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of((long) (value.get().number(name, 0, MAX_SECONDS) * 1000));
    }
}
