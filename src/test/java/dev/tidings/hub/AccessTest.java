package dev.tidings.hub;

import static dev.tidings.testing.NamespaceBuilder.namespace;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Namespaces;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.channel.Who;
import dev.tidings.session.Grants;
import dev.tidings.session.Grants.Action;
import dev.tidings.session.Identity;
import dev.tidings.testing.NamespaceBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who of the clients may do what; protocol section 2. */
class AccessTest {
    private final Namespaces namespaces = HubFixture.namespaces();
    private final Access access = new Access(namespaces);

    private static Identity user(String user, String grant) {
        List<String> grants = grant.isEmpty() ? List.of() : List.of(grant);
        return new Identity(user, user, new Grants(grants, grants, grants, grants, false), new byte[0], Map.of(), 0, 0);
    }

    private boolean may(Action action, String name, Identity identity, boolean subscribed) {
        Channel channel = new Channel(name);
        try {
            access.check(action, channel, namespaces.of(channel), identity, subscribed);
            return true;
        } catch (RefusedException e) {
            assertEquals(Refusal.PERMISSION_DENIED, e.refusal());
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({
        // who may                      anonymous, user, granted, subscribed
        "SUBSCRIBE, news,               true, true, true, true", // anyone
        "SUBSCRIBE, inner:1,            false, true, true, true", // authenticated
        "SUBSCRIBE, secret:1,           false, false, true, false", // token
        "PUBLISH, back:1,               false, false, false, false", // nobody
        "HISTORY, back:1,               false, false, false, false",
        "PRESENCE, back:1,              false, false, false, false",
        "PUBLISH, inner:1,              false, false, false, true", // subscriber
        "HISTORY, inner:1,              false, false, false, true",
        "PRESENCE, inner:1,             false, false, false, true",
        "PUBLISH, secret:1,             false, false, true, false",
        "SUBSCRIBE, $news,              false, false, true, false", // the private prefix, whatever the option says
        "PUBLISH, $inner:1,             false, false, true, false",
        "SUBSCRIBE, $back:1,            false, false, true, false",
    })
    void theNamespaceSaysWhoMay(Action action, String channel, boolean anonymous, boolean user, boolean granted, boolean subscribed) {
        assertEquals(anonymous, may(action, channel, Identity.ANONYMOUS, false), "anonymous");
        assertEquals(user, may(action, channel, user("ada", ""), false), "a user");
        assertEquals(granted, may(action, channel, user("ada", "*"), false), "a user with a grant");
        assertEquals(subscribed, may(action, channel, user("ada", ""), true), "a user who is subscribed");
    }

    @ParameterizedTest
    @CsvSource({"any, true", "$any, true", "closed:1, false", "$closed:1, true", "dialog:1#ada, true", "dialog:1#eve, false", "$dialog:1#ada, true"})
    void aTokenForTheChannelIsAGrantAndNoMore(String name, boolean entered) {
        assertEquals(entered, enters(name, true));
    }

    @ParameterizedTest
    @CsvSource({"any, false", "$any, false", "dialog:1#ada, true", "$dialog:1#ada, false"})
    void withoutOneBeingNamedIsAGrantWhereThePrefixDoesNotAskForAToken(String name, boolean entered) {
        assertEquals(entered, enters(name, false));
    }

    private static boolean enters(String name, boolean brought) {
        Namespaces namespaces = new Namespaces(Map.of("default", entered("default", Who.TOKEN).build(), "dialog", entered("dialog", Who.TOKEN).userChannels().build(),
                "closed", entered("closed", Who.NOBODY).build()), "$");
        Channel channel = new Channel(name);
        try {
            new Access(namespaces).checkSubscribe(channel, namespaces.of(channel), user("ada", ""), brought);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }

    private static NamespaceBuilder entered(String name, Who by) {
        return namespace(name).who(by, Who.NOBODY, Who.NOBODY, Who.NOBODY);
    }

    @Test
    void anInsecureHubLetsAnybodyDoAnything() {
        for (Action action : Action.values()) {
            assertEquals(true, may(action, "back:1", Identity.INSECURE, false));
            assertEquals(true, may(action, "$secret:1", Identity.INSECURE, false));
        }
    }

    @ParameterizedTest
    @CsvSource({"42, true", "43, true", "4, false", "421, false", "'', false"})
    void beingNamedBehindTheHashIsTheGrantToSubscribe(String user, boolean named) {
        assertEquals(named, may(Action.SUBSCRIBE, "dialog:1#42,43", user(user, ""), false));
        assertEquals(false, may(Action.PUBLISH, "dialog:1#42,43", user(user, ""), false));
    }

    @Test
    void nobodyElseEntersAUserChannelWhateverItsTokenSays() {
        assertEquals(false, may(Action.SUBSCRIBE, "dialog:1#42,43", user("44", "*"), false));
        assertEquals(false, may(Action.HISTORY, "dialog:1#42,43", user("44", "*"), false));
        assertEquals(true, may(Action.PUBLISH, "dialog:1#42,43", user("42", "*"), false));
        assertEquals(false, may(Action.SUBSCRIBE, "dialog:1#", Identity.ANONYMOUS, false));
    }

    @Test
    void aHashMeansNothingElsewhere() {
        assertEquals(true, may(Action.SUBSCRIBE, "news#42", Identity.ANONYMOUS, false));
        assertEquals(false, may(Action.SUBSCRIBE, "dialog:1", user("42", ""), false));
    }

    @Test
    void theRefusalNamesTheAction() {
        Channel channel = new Channel("back:1");
        RefusedException refused = assertThrows(RefusedException.class,
                () -> access.check(Action.PUBLISH, channel, namespaces.of(channel), Identity.ANONYMOUS, false));

        assertEquals("publish is not permitted in this channel", refused.getMessage());
    }
}
