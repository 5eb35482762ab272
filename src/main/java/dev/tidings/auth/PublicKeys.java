package dev.tidings.auth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** Public keys as text: PEM (RFC 7468), a JWK or a JWK set (RFC 7517). Stateless. */
final class PublicKeys {
    /** The largest text, in bytes: a set of 100 keys with certificates is smaller. */
    static final int MAX_BYTES = 256 * 1024;
    /** The most keys in one text: a token without a key id is tried with each. */
    static final int MAX_KEYS = 64;
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    private PublicKeys() {
    }

    /** The keys of a configured entry: the text itself or the path of a file with it. {@code setting} names it in complaints, which never hold its text. */
    static List<VerificationKey> configured(String entry, String setting) {
        String text = entry.strip();
        if (!text.startsWith("{") && !text.contains("-----BEGIN ")) {
            text = read(text, setting).strip();
        }
        List<VerificationKey> keys = text.startsWith("{") ? jwks(text, setting) : pem(text, setting);
        if (keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException(setting + " has " + keys.size() + " keys, allowed is " + MAX_KEYS);
        }
        return keys;
    }

    /** The keys of a published set that can verify signatures; others are passed over (RFC 7517 section 5). At most {@link #MAX_KEYS}. */
    static List<VerificationKey> published(String json) throws JoseException {
        List<VerificationKey> keys = new ArrayList<>();
        for (JsonWebKey each : new JsonWebKeySet(json).getJsonWebKeys()) {
            if (keys.size() < MAX_KEYS) {
                usable(each).ifPresent(keys::add);
            }
        }
        return List.copyOf(keys);
    }

    private static String read(String path, String setting) {
        try (InputStream file = Files.newInputStream(Path.of(path))) {
            byte[] bytes = file.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException(setting + " is a file of more than " + MAX_BYTES + " bytes: " + path);
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(setting + " is neither PEM nor JWK nor a file that can be read: " + path, e);
        }
    }

    private static List<VerificationKey> jwks(String json, String setting) {
        List<VerificationKey> keys = new ArrayList<>();
        try {
            List<JsonWebKey> parsed = JsonUtil.parseJson(json).containsKey("kty") ? List.of(JsonWebKey.Factory.newJwk(json))
                    : new JsonWebKeySet(json).getJsonWebKeys();
            for (JsonWebKey each : parsed) {
                if (each instanceof PublicJsonWebKey pair && pair.getPrivateKey() != null) {
                    throw privateKey(setting);
                }
                keys.add(usable(each).orElseThrow(() -> new IllegalArgumentException(setting + " has a JWK that can't verify signatures: allowed are RSA of"
                        + " 2048 bits or more, P-256, P-384, P-521, Ed25519 and Ed448, with \"use\", \"key_ops\" and \"alg\" of signatures")));
            }
        } catch (JoseException e) {
            throw new IllegalArgumentException(setting + " is not a JWK or JWK set"); // the cause might quote a private key
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(setting + " has no key");
        }
        return keys;
    }

    private static Optional<VerificationKey> usable(JsonWebKey jwk) {
        boolean forSignatures = (jwk.getUse() == null || jwk.getUse().equals("sig")) && (jwk.getKeyOps() == null || jwk.getKeyOps().contains("verify"));
        if (!(jwk instanceof PublicJsonWebKey pair) || pair.getPublicKey() == null || !forSignatures) {
            return Optional.empty(); // a secret that is published, kind "oct", is nobody's
        }
        Set<Algorithm> algorithms = Algorithm.of(pair.getPublicKey());
        if (jwk.getAlgorithm() != null) {
            algorithms.retainAll(Algorithm.named(jwk.getAlgorithm()).map(EnumSet::of).orElse(EnumSet.noneOf(Algorithm.class)));
        }
        String kid = jwk.getKeyId() == null ? "" : jwk.getKeyId();
        return algorithms.isEmpty() ? Optional.empty() : Optional.of(new VerificationKey(kid, algorithms, pair.getPublicKey()));
    }

    private static List<VerificationKey> pem(String text, String setting) {
        List<VerificationKey> keys = new ArrayList<>();
        Matcher blocks = PEM.matcher(text);
        while (blocks.find()) {
            PublicKey key = publicKey(blocks.group(1), blocks.group(2), setting);
            Set<Algorithm> algorithms = Algorithm.of(key);
            if (algorithms.isEmpty()) {
                throw new IllegalArgumentException(setting + " has a weak key or one of an unknown curve: allowed are RSA of 2048 bits or more, P-256, P-384,"
                        + " P-521, Ed25519 and Ed448");
            }
            keys.add(new VerificationKey("", algorithms, key));
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(setting + " has no PEM block");
        }
        return keys;
    }

    private static PublicKey publicKey(String label, String body, String setting) {
        if (label.endsWith("PRIVATE KEY")) {
            throw privateKey(setting);
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(body);
            return switch (label) {
                case "PUBLIC KEY" -> subjectPublicKey(der);
                case "CERTIFICATE" -> CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)).getPublicKey();
                default -> throw new IllegalArgumentException(setting + " has a PEM block \"" + label + "\", allowed are \"PUBLIC KEY\" and \"CERTIFICATE\"");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(setting + " has a PEM block \"" + label + "\" that can't be read", e);
        }
    }

    private static PublicKey subjectPublicKey(byte[] der) throws GeneralSecurityException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (InvalidKeySpecException e) {
            // of another kind: the DER says which, and only the factory of that kind accepts it
        }
        try {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("EdDSA").generatePublic(spec);
        }
    }

    private static IllegalArgumentException privateKey(String setting) {
        return new IllegalArgumentException(setting + " has a private key; only its public half belongs here");
    }
}
