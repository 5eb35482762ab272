package dev.tidings.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidings.auth.AuthOptions;
import dev.tidings.auth.IssuerOptions;
import dev.tidings.auth.Tokens;
import dev.tidings.channel.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A token is shown by who is not known yet. Its header and claims are read as they come, and again as if whoever signs tokens had let them through. */
class TokenFuzzTest {
    private static final String SECRET = "a-secret-for-tests-of-at-least-32-bytes";
    private static final String HEADER = base64("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.US_ASCII));
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
    private static final Tokens SECURED = new Tokens(AuthOptions.of(new IssuerOptions("tidings.auth", "", List.of(), List.of(), Optional.of(SECRET), List.of(), Optional.empty())), CLOCK);
    private static final Tokens INSECURE = new Tokens(AuthOptions.open(), CLOCK);

    @FuzzTest
    void aTokenIsReadOrRefused(FuzzedDataProvider data) throws GeneralSecurityException {
        boolean signed = data.consumeBoolean();
        if (signed) {
            String token = sign(data.consumeRemainingAsBytes());
            readOrRefuse(SECURED.connection(token));
            readOrRefuse(SECURED.subscription(token));
        } else {
            byte[] header = data.consumeBytes(data.consumeInt(0, 100));
            byte[] claims = data.consumeRemainingAsBytes();
            readOrRefuse(INSECURE.subscription(base64(header) + "." + base64(claims) + ".AA"));
            readOrRefuse(SECURED.connection(new String(claims, StandardCharsets.ISO_8859_1)));
        }
    }

    private static void readOrRefuse(CompletionStage<?> stage) {
        stage.whenComplete((_, failure) -> {
            if (failure == null) {
                return;
            }
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            if (!(cause instanceof RefusedException)) {
                throw new AssertionError("a token made the reader fail", cause);
            }
            if (cause.getMessage().length() > 300) {
                throw new AssertionError("a refusal that is as long as the token");
            }
        }).toCompletableFuture().exceptionally(failure -> {
            if (failure instanceof AssertionError || failure.getCause() instanceof AssertionError) {
                throw new AssertionError(failure);
            }
            return null;
        }).join();
    }

    private static String sign(byte[] claims) throws GeneralSecurityException {
        String signed = HEADER + "." + base64(claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
