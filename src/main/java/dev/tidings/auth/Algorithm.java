package dev.tidings.auth;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jose4j.keys.EllipticCurves;

/**
 * A signature algorithm that a token may name (RFC 7518, RFC 8037). {@code none} is not one. Each goes with one kind of key, so that no key can be used as
 * another kind: a public key is never a secret (RFC 8725 section 3.1).
 */
enum Algorithm {
    HS256(Kind.SECRET), HS384(Kind.SECRET), HS512(Kind.SECRET),
    RS256(Kind.RSA), RS384(Kind.RSA), RS512(Kind.RSA),
    PS256(Kind.RSA), PS384(Kind.RSA), PS512(Kind.RSA),
    ES256(Kind.P256), ES384(Kind.P384), ES512(Kind.P521),
    EDDSA(Kind.EDWARDS);

    /** What a public key may verify unless the algorithms are configured. */
    static final Set<Algorithm> DEFAULT_PUBLIC = EnumSet.of(RS256, PS256, ES256, ES384, ES512, EDDSA);
    /** What a secret may verify unless the algorithms are configured. */
    static final Set<Algorithm> DEFAULT_SECRET = EnumSet.of(HS256);
    private static final int MIN_RSA_BITS = 2048;

    private final Kind kind;

    private enum Kind { SECRET, RSA, P256, P384, P521, EDWARDS }

    Algorithm(Kind kind) {
        this.kind = kind;
    }

    /** The algorithm of that name, which is case-sensitive. */
    static Optional<Algorithm> named(String name) {
        return Arrays.stream(values()).filter(each -> each.label().equals(name)).findFirst();
    }

    /** All names, for a sentence. */
    static String labels() {
        return Arrays.stream(values()).map(Algorithm::label).collect(Collectors.joining(", "));
    }

    /** The algorithms that a public key can be used with; none for a weak key, or one of another kind. */
    static Set<Algorithm> of(PublicKey key) {
        Kind kind = switch (key) {
            case RSAPublicKey rsa when rsa.getModulus().bitLength() >= MIN_RSA_BITS -> Kind.RSA;
            case ECPublicKey ec -> curve(ec);
            case EdECPublicKey _ -> Kind.EDWARDS;
            default -> null;
        };
        EnumSet<Algorithm> algorithms = EnumSet.noneOf(Algorithm.class);
        for (Algorithm each : values()) {
            if (each.kind == kind) {
                algorithms.add(each);
            }
        }
        return algorithms;
    }

    private static Kind curve(ECPublicKey key) {
        String name = EllipticCurves.getName(key.getParams().getCurve());
        return switch (name == null ? "" : name) {
            case EllipticCurves.P_256 -> Kind.P256;
            case EllipticCurves.P_384 -> Kind.P384;
            case EllipticCurves.P_521 -> Kind.P521;
            default -> null;
        };
    }

    /** The name in a token's header. */
    String label() {
        return this == EDDSA ? "EdDSA" : name();
    }

    /** Whether it needs a secret that both sides know. */
    boolean isSecret() {
        return kind == Kind.SECRET;
    }

    /** Bytes that a secret needs: as many as the hash has (RFC 7518 section 3.2). */
    int secretBytes() {
        return switch (this) {
            case HS256 -> 32;
            case HS384 -> 48;
            case HS512 -> 64;
            default -> throw new IllegalStateException(label() + " has no secret");
        };
    }

    @Override
    public String toString() {
        return label();
    }
}
