package dev.tidings.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.testing.HubProcess;
import dev.tidings.testing.HubSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wrong setting stops the packaged service, and its last line says in a sentence what is wrong. */
class ConfigurationIT {
    private static void stops(HubSettings settings, String... sentence) {
        String log = HubProcess.failing(settings.map());

        String last = log.substring(Math.max(0, log.lastIndexOf("tidings can't start: ")));
        for (String part : sentence) {
            assertTrue(last.contains(part), log);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "tidings.ping | soon | Invalid duration",
        "tidings.limits.channels | 0 | allowed is 1 to 10000",
        "tidings.drain.window | 0s | allowed is more than zero",
        "tidings.namespaces.chat.recovery | always | allowed values: ",
        "tidings.namespaces.chat.history-size | -1 | allowed is 0 to 1000000",
        "tidings.origins | app.example | allowed is scheme://host"})
    void namesKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
        String[] words = key.split("\\.");
        stops(HubSettings.insecure().with(key, value), words[words.length - 1], value.equals("0s") ? "PT0S" : value, allowed);
    }

    @Test
    void isASentenceAlsoForAValueOfAnotherType() {
        String log = HubProcess.failing(HubSettings.insecure().with("tidings.limits.channels", "many").map());

        assertTrue(log.contains("tidings can't start: The config property tidings.limits.channels with the config value \"many\" threw an Exception whilst being"
                + " converted Expected an integer value, got \"many\""), log);
        assertFalse(log.contains("\tat "), log);
    }

    @Test
    void aMisspeltKeyIsNamed() {
        stops(HubSettings.insecure().with("tidings.conections.max", "10"), "tidings.conections.max");
    }

    @Test
    void aSecretThatIsTooShortIsNotShown() {
        String log = HubProcess.failing(HubSettings.secured().with("tidings.auth.hmac-secret", "hunter2").map());

        assertTrue(log.contains("tidings can't start: tidings.auth.hmac-secret has 7 bytes, allowed is 32 or more"), log);
        assertTrue(!log.contains("hunter2"), log);
    }

    @Test
    void withoutAnyKeyTheWaysToSetOneAreNamed() {
        stops(HubSettings.none(), "tidings.auth.hmac-secret", "tidings.api.keys", "tidings.insecure=true");
    }
}
