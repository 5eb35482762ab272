package dev.tidings.auth;

import dev.tidings.channel.RefusedException;
import dev.tidings.testing.ManualClock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Keys, and tokens signed with them, for tests. */
final class Minted {
    static final String SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    static final long NOW = ManualClock.START_MILLIS / 1000;
    static final KeyPair RSA = pair("RSA", "2048");
    static final KeyPair OTHER_RSA = pair("RSA", "2048");
    static final KeyPair P256 = pair("EC", "secp256r1");
    static final KeyPair P384 = pair("EC", "secp384r1");
    static final KeyPair P521 = pair("EC", "secp521r1");
    static final KeyPair ED25519 = pair("Ed25519", "");

    private Minted() {
    }

    static KeyPair pair(String kind, String parameter) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("RSA")) {
                generator.initialize(Integer.parseInt(parameter));
            } else if (kind.equals("EC")) {
                generator.initialize(new ECGenParameterSpec(parameter));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pem(PublicKey key) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END PUBLIC KEY-----\n";
    }

    static Key secret(String text) {
        return new SecretKeySpec(text.getBytes(StandardCharsets.UTF_8), "HMAC");
    }

    /** A token with these claims, signed with {@link #SECRET}. */
    static String token(String claims) {
        return token("HS256", secret(SECRET), claims, Map.of());
    }

    /** Claims that are valid for an hour, and more of them: {@code ,"sub":"ada"}. */
    static String valid(String more) {
        return "{\"exp\":" + (NOW + 3600) + more + "}";
    }

    static String token(String algorithm, Key key, String claims, Map<String, Object> header) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
            jws.setDoKeyValidation(false);
            jws.setPayload(claims);
            jws.setAlgorithmHeaderValue(algorithm);
            header.forEach(jws::setHeader);
            jws.setKey(key);
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token with this header, letter by letter, signed as with HS256 whatever it says. */
    static String sealed(String header, byte[] claims) {
        try {
            String signed = base64(header) + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret(SECRET));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token with these three parts as text, the last one as it is. */
    static String raw(String header, String claims, String signature) {
        return base64(header) + "." + base64(claims) + "." + signature;
    }

    static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static IssuerOptions issuer(String secret) {
        return new IssuerOptions(IssuerOptions.ONLY, "", List.of(), List.of(), Optional.of(secret), List.of(), Optional.empty());
    }

    static IssuerOptions issuer(String name, PublicKey key) {
        return new IssuerOptions(IssuerOptions.keyOf(name), name, List.of(), List.of(), Optional.empty(), List.of(pem(key)), Optional.empty());
    }

    static IssuerOptions issuer(List<String> algorithms, PublicKey key) {
        return new IssuerOptions(IssuerOptions.ONLY, "", List.of(), algorithms, Optional.empty(), List.of(pem(key)), Optional.empty());
    }

    static Tokens tokens(IssuerOptions... issuers) {
        return new Tokens(AuthOptions.of(issuers), new ManualClock());
    }

    /** What the stage completes with, or the refusal that it fails with. */
    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RefusedException refused ? refused : e;
        }
    }
}
