package dev.tidings.auth;

import java.security.Key;
import java.util.Set;

/**
 * A key that verifies signatures, and nothing else.
 *
 * @param kid        its id; "" = it has none, and any token may be tried with it
 * @param algorithms what it can be used with, by its kind and by what its issuer says
 * @param key        the key
 */
record VerificationKey(String kid, Set<Algorithm> algorithms, Key key) {
    /** Whether a token with this header may be tried with it; {@code tokenKid} "" = the token names no key. */
    boolean fits(Algorithm algorithm, String tokenKid) {
        return algorithms.contains(algorithm) && (tokenKid.isEmpty() || kid.isEmpty() || kid.equals(tokenKid));
    }

    /** Without the key, which may be a secret. */
    @Override
    public String toString() {
        return "VerificationKey[" + kid + ", " + algorithms + "]";
    }
}
