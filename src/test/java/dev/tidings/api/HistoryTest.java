package dev.tidings.api;

import static dev.tidings.api.Requests.backEnd;
import static dev.tidings.api.Requests.client;
import static dev.tidings.api.Requests.fill;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidings.channel.Channel;
import dev.tidings.channel.Cursor;
import dev.tidings.testing.Hubs;
import dev.tidings.testing.Jwt;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code /v1/history} and {@code /v1/position} answer (protocol section 13). */
@QuarkusTest
@TestProfile(Hubs.Secured.class)
class HistoryTest {
    @Test
    void readsPages() {
        String epoch = fill("chat:pages", 5);

        backEnd().get("/v1/history?channel=chat:pages").then().statusCode(200).body("publications.offset", contains(1, 2, 3, 4, 5)).body("epoch", equalTo(epoch))
                .body("offset", equalTo(5)).body("oldest", equalTo(1));
        backEnd().get("/v1/history?channel=chat:pages&limit=2&since=" + epoch + ":1").then().body("publications.data.n", contains(2, 3));
        backEnd().get("/v1/history?channel=chat:pages&limit=2&reverse=1").then().body("publications.offset", contains(5, 4));
        backEnd().get("/v1/history?channel=chat:pages&limit=0").then().body("publications", hasSize(0)).body("offset", equalTo(5));
    }

    @Test
    void readsPagesByPost() {
        String epoch = fill("chat:posted", 3);

        backEnd().body("{\"channel\":\"chat:posted\",\"limit\":1,\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":1},\"reverse\":false}").post("/v1/history").then()
                .statusCode(200).body("publications.offset", contains(2));
    }

    @Test
    void saysWhatIsLeftWhenAPositionIsGone() {
        String epoch = fill("brief:gone", 5);

        backEnd().get("/v1/history?channel=brief:gone&since=" + epoch + ":1").then().statusCode(416).body("code", equalTo(112)).body("epoch", equalTo(epoch))
                .body("offset", equalTo(5)).body("oldest", equalTo(3));
        backEnd().get("/v1/history?channel=brief:gone&since=" + epoch + ":2").then().statusCode(200).body("publications.offset", contains(3, 4, 5));
        backEnd().get("/v1/history?channel=brief:gone&since=Aaaaaa:2").then().statusCode(416);
    }

    @Test
    void refusesWhatMakesNoSense() {
        backEnd().get("/v1/history?channel=plain").then().statusCode(400).body("code", equalTo(108));
        backEnd().get("/v1/history?channel=chat:x&since=nonsense").then().statusCode(400).body("code", equalTo(107));
        backEnd().get("/v1/history?channel=chat:x&limit=-1").then().statusCode(400).body("code", equalTo(107));
        backEnd().get("/v1/history").then().statusCode(400);
    }

    @Test
    void answersClientsThatAreGranted() {
        fill("chat:granted", 1);

        client(Jwt.of("ada").grant("history", "chat:granted").sign()).get("/v1/history?channel=chat:granted").then().statusCode(200);
        client(Jwt.of("ada").grant("subscribe", "chat:granted").sign()).get("/v1/history?channel=chat:granted").then().statusCode(403);
    }

    @Test
    void tellsPositionsAndTheirCursor() {
        String epoch = fill("chat:at", 2);

        String cursor = backEnd().get("/v1/position?channel=chat:at&channel=plain").then().statusCode(200).body("positions.size()", equalTo(1))
                .body("positions.'chat:at'.epoch", equalTo(epoch)).body("positions.'chat:at'.offset", equalTo(2)).extract().path("cursor");

        Set<Channel> channels = new LinkedHashSet<>(List.of(Channel.parse("plain", 255), Channel.parse("chat:at", 255)));
        assertEquals(new Cursor(channels).encode(new long[] {2, -1}, new int[] {Cursor.epochHash(epoch), 0}), cursor);
        backEnd().get("/v1/position").then().statusCode(400).body("code", equalTo(106));
    }
}
