package dev.tidings.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Refusal;
import dev.tidings.channel.RefusedException;
import dev.tidings.session.Grants.Action;
import dev.tidings.session.Identity;
import dev.tidings.session.Identity.Override;
import dev.tidings.session.Identity.ServerSubscription;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the claims of a token grant. */
class ClaimsTest {
    private final Tokens tokens = Minted.tokens(Minted.issuer(Minted.SECRET));

    private Identity identity(String more) {
        return Minted.get(tokens.connection(Minted.token(Minted.valid(more))));
    }

    private Identity.SubscriptionToken subscription(String more) {
        return Minted.get(tokens.subscription(Minted.token(Minted.valid(more))));
    }

    private void refused(String more) {
        assertThrows(InvalidTokenException.class, () -> identity(more), more);
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void theClaimOfTidingsBecomesGrants() {
        Identity identity = identity("""
                ,"sub":"42","tidings":{"subscribe":["news","chat:*","user:{sub}"],"publish":["chat:*"],"presence":["chat:1"],"history":["*"],
                "info":{"name":"Ada"},"max_connections":5,"later":{}}""");

        assertEquals(List.of("news", "chat:*", "user:42"), identity.grants().subscribe());
        assertTrue(identity.grants().allow(Action.PUBLISH, new Channel("chat:7")));
        assertFalse(identity.grants().allow(Action.PUBLISH, new Channel("news")));
        assertTrue(identity.grants().allow(Action.PRESENCE, new Channel("chat:1")));
        assertTrue(identity.grants().allow(Action.HISTORY, new Channel("x")));
        assertFalse(identity.grants().everything());
        assertEquals("{\"name\":\"Ada\"}", text(identity.info()));
        assertEquals(5, identity.maxConnections());
    }

    @Test
    void theUserStandsForEverySegmentThatIsItsPlaceholder() {
        assertEquals(List.of("{sub}:x".replace("{sub}", "ada"), "ada", "a:ada:ada:*"),
                identity(",\"sub\":\"ada\",\"tidings\":{\"publish\":[\"{sub}:x\",\"{sub}\",\"a:{sub}:{sub}:*\"]}").grants().publish());
    }

    @Test
    void aPatternWithTheUserGrantsAnonymousClientsNothing() {
        assertEquals(List.of("news"), identity(",\"tidings\":{\"subscribe\":[\"user:{sub}\",\"news\"]}").grants().subscribe());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a*b", "*a", "**", "a:*:b", "", "user:{sub}*", "x{sub}", "user:{sub}-1"})
    void aPatternThatIsNoneIsRefused(String pattern) {
        refused(",\"sub\":\"ada\",\"tidings\":{\"subscribe\":[\"" + pattern + "\"]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "{\"subscribe\":\"news\"}", "{\"subscribe\":[7]}", "{\"max_connections\":-1}", "{\"max_connections\":\"5\"}", "{\"channels\":[\"a\"]}",
            "{\"channels\":{\"\":{}}}", "{\"channels\":{\"a\":7}}"})
    void aClaimOfAnotherTypeIsRefused(String claim) {
        refused(",\"tidings\":" + claim);
    }

    @Test
    void patternsAreCounted() {
        String most = IntStream.range(0, 256).mapToObj(i -> "\"c" + i + "\"").collect(Collectors.joining(","));

        assertEquals(256, identity(",\"tidings\":{\"subscribe\":[" + most + "]}").grants().subscribe().size());
        refused(",\"tidings\":{\"subscribe\":[" + most + ",\"one more\"]}");
        refused(",\"channels\":[\"one more\"],\"tidings\":{\"subscribe\":[" + most + "]}");
    }

    @Test
    void serverSideSubscriptionsAreCounted() {
        String most = IntStream.range(0, 128).mapToObj(i -> "\"c" + i + "\"").collect(Collectors.joining(","));

        assertEquals(128, identity(",\"channels\":[" + most + "]").subscriptions().size());
        refused(",\"channels\":[" + most + ",\"one more\"]");
        refused(",\"channels\":[" + most + "],\"subs\":{\"one more\":{}}");
    }

    @Test
    void serverSideSubscriptionsOfAllClaimsAreMadeAndGrantedWithoutMore() {
        Identity identity = identity("""
                ,"channels":["news","b"],"subs":{"b":{"info":{"a":1},"data":[ 1, 2 ]}},"tidings":{"channels":{"c":{"info":{"c":3}}},"subscribe":["d"]}""");

        assertEquals(Set.of("news", "b", "c"), identity.subscriptions().keySet().stream().map(Channel::name).collect(Collectors.toSet()));
        assertEquals("{\"a\":1}", text(identity.subscriptions().get(new Channel("b")).info()));
        assertEquals("[1,2]", text(identity.subscriptions().get(new Channel("b")).data()));
        assertEquals(Set.of("news", "b", "c", "d"), Set.copyOf(identity.grants().subscribe()));
        assertEquals(List.of(), identity.grants().history());
        assertFalse(identity.grants().allow(Action.PUBLISH, new Channel("news")));
    }

    @Test
    void informationIsPassedOnAsWrittenOnOneLine() {
        assertEquals("{\"n\":1.00,\"t\":\"a b\\n\\\" c\",\"e\":\"\u00e9\"}", text(identity(",\"info\": {\n \"n\" : 1.00,\r\n\"t\":\"a b\\n\\\" c\", \"e\":\"\u00e9\" }").info()));
    }

    @Test
    void informationInBase64WinsOverPlain() {
        String base64 = java.util.Base64.getEncoder().encodeToString("{ \"b\": 1 }".getBytes(StandardCharsets.UTF_8));

        assertEquals("{\"b\":1}", text(identity(",\"info\":{\"a\":1},\"b64info\":\"" + base64 + "\"").info()));
        refused(",\"b64info\":\"!\"");
        refused(",\"b64info\":\"YQ==\"");
        refused(",\"subs\":{\"a\":{\"b64data\":\"YQ==\"}}");
    }

    @Test
    void metaAndUnknownClaimsAreIgnored() {
        assertEquals(0, identity(",\"meta\":{\"x\":1},\"jti\":\"j\",\"iat\":1,\"channel\":\"web\"").info().length);
    }

    @Test
    void overridesDeviateFromTheNamespace() {
        ServerSubscription sub = identity("""
                ,"subs":{"a":{"override":{"presence":{"value":true},"join_leave":{"value":false},"force_recovery":{"value":true}}}}""")
                .subscriptions().get(new Channel("a"));

        assertEquals(new Identity.Overrides(Override.ON, Override.OFF, Override.AS_IS), sub.overrides());
        refused(",\"subs\":{\"a\":{\"override\":{\"presence\":true}}}");
        refused(",\"subs\":{\"a\":{\"override\":{\"force_positioning\":{\"value\":1}}}}");
    }

    @Test
    void channelsInATokenAreChannels() {
        refused(",\"channels\":[\"mercure\"]");
        refused(",\"channels\":[\"a\\u0000\"]");
        refused(",\"channels\":[\"" + "x".repeat(256) + "\"]");
        refused(",\"subs\":{\"*\":{}}");
    }

    @Test
    void aSubscriptionTokenGrantsItsChannel() {
        Identity.SubscriptionToken token = subscription("""
                ,"sub":"ada","channel":"chat:1","client":"c1","info":{"x":1},"override":{"force_push_join_leave":{"value":true}}""");

        assertEquals("chat:1", token.channel().name());
        assertEquals("ada", token.user());
        assertEquals("c1", token.client());
        assertEquals("{\"x\":1}", text(token.subscription().info()));
        assertEquals(Override.ON, token.subscription().overrides().pushJoinLeave());
        assertEquals((Minted.NOW + 3600) * 1000, token.subscription().expiresAt());
    }

    @Test
    void theTimesOfASubscriptionTokenAreThoseOfAnyToken() {
        assertEquals(0, subscription(",\"channel\":\"a\",\"expire_at\":0").subscription().expiresAt());
        String expired = Minted.token("{\"channel\":\"a\",\"exp\":1}");
        assertEquals(Refusal.TOKEN_EXPIRED, assertThrows(RefusedException.class, () -> Minted.get(tokens.subscription(expired))).refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"channel\":7", ",\"channel\":\"\"", ",\"channel\":\"*\"", ",\"channel\":\"a\",\"client\":7", ",\"channel\":\"a\",\"sub\":null"})
    void aSubscriptionTokenWithoutAChannelOrWithOtherTypesIsRefused(String more) {
        assertThrows(InvalidTokenException.class, () -> subscription(more));
    }
}
