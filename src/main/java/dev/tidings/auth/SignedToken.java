package dev.tidings.auth;

import java.util.Base64;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** A token that was taken apart (RFC 7515 section 3.1), not one that is believed: only {@link #isSignedWith} says so. Immutable. */
final class SignedToken {
    private final String text;
    private final Algorithm algorithm;
    private final String kid;
    private final Claims claims;

    private SignedToken(String text, Algorithm algorithm, String kid, Claims claims) {
        this.text = text;
        this.algorithm = algorithm;
        this.kid = kid;
        this.claims = claims;
    }

    /** Takes a token apart; refuses what is not three parts of base64url with a header and claims that can be read. */
    static SignedToken parse(String token, int maxLength) {
        if (token.length() > maxLength) {
            throw new InvalidTokenException("the token is longer than " + maxLength + " characters");
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second <= first + 1 || second == token.length() - 1 || !isBase64Url(token)) {
            throw malformed();
        }
        Map<String, Json> header = Json.parse(decode(token.substring(0, first))).members("header");
        // An extension must be understood or refused (RFC 7515 section 4.1.11), and there is none that we understand.
        if (header.containsKey("crit") || header.containsKey("b64") || !header.containsKey("alg")) {
            throw malformed();
        }
        Algorithm algorithm = Algorithm.named(header.get("alg").string("alg")).orElseThrow(SignedToken::unaccepted);
        String kid = header.containsKey("kid") ? header.get("kid").string("kid") : "";
        return new SignedToken(token, algorithm, kid, new Claims(Json.parse(decode(token.substring(first + 1, second)))));
    }

    private static boolean isBase64Url(String token) {
        int dots = 0;
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c == '.') {
                dots++;
            } else if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_')) {
                return false;
            }
        }
        return dots == 2;
    }

    private static byte[] decode(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw malformed(); // a length that base64 never has
        }
    }

    private static InvalidTokenException malformed() {
        return new InvalidTokenException("the token is malformed");
    }

    /** The refusal of an algorithm that is not accepted. */
    static InvalidTokenException unaccepted() {
        return new InvalidTokenException("the token's algorithm is not accepted");
    }

    /** Whether the signature is of that key. The key must fit the algorithm. */
    boolean isSignedWith(VerificationKey key) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, algorithm.label()));
            jws.setCompactSerialization(text);
            jws.setKey(key.key());
            return jws.verifySignature();
        } catch (JoseException e) {
            return false; // a signature that can't be one of this key, by its length or encoding
        }
    }

    Algorithm algorithm() {
        return algorithm;
    }

    /** The key id; "" = it names none. */
    String kid() {
        return kid;
    }

    /** What it claims, to be believed after {@link #isSignedWith} alone. */
    Claims claims() {
        return claims;
    }

    /** Never the token. */
    @Override
    public String toString() {
        return "SignedToken[" + algorithm + "]";
    }
}
