package dev.tidings.bench.scenarios;

import dev.tidings.bench.BenchException;
import dev.tidings.bench.Pause;
import dev.tidings.bench.redis.RedisClient;
import dev.tidings.bench.scenarios.Trial.Tolerated;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What is between hubs and Redis, and what else is there: bad links, wrong clocks, another application. */
final class LinkTrials {
    private static final String SUBSCRIBES = "subscribe";
    private static final double DEAF_SECONDS_MAX = 10;
    private static final int CLOCK_SECONDS = 30;
    private static final String FAKE_TIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    private static final int BACK_SECONDS_MAX = 60;
    private static final int STRANGERS = 20;
    private static final List<String> PREFIXES = List.of("tidings", "other", "shop");

    private LinkTrials() {
    }

    static List<Trial> all(Settings settings) {
        return List.of(
                new Trial("deaf-link", "a hub's subscription to Redis brings nothing any more, without being closed, for " + settings.freeze() + " s",
                        Plan.usual(settings).withOwnLinks(), EnumSet.noneOf(Tolerated.class), LinkTrials::deaf),
                new Trial("partition", "nothing passes between one hub and Redis for " + settings.freeze() + " s", Plan.usual(settings).withOwnLinks(),
                        EnumSet.of(Tolerated.UNAVAILABLE), LinkTrials::partition),
                new Trial("clocks", "the clock of one of three hubs is " + CLOCK_SECONDS + " s ahead", Plan.usual(settings).withHubs(2),
                        EnumSet.of(Tolerated.ENDS, Tolerated.CUTS), LinkTrials::clocks),
                new Trial("neighbours", "another application and another group of hubs use the same Redis under other prefixes", Plan.usual(settings),
                        EnumSet.noneOf(Tolerated.class), LinkTrials::neighbours));
    }

    private static void deaf(Stage stage, Outcome outcome) {
        long from = System.nanoTime();
        int links = stage.link(0).deafen(Stage.LINK, SUBSCRIBES, true);
        if (links == 0) {
            throw new BenchException("no connection of the hub to Redis subscribes");
        }
        outcome.figure("connections that went deaf", Integer.toString(links));
        Pause.millis(stage.settings().freeze() * 1_000L);
        stage.link(0).deafen(Stage.LINK, SUBSCRIBES, false);
        Pause.millis(1_000L * stage.settings().calm());
        outcome.within("latest delivery after its acknowledgement, s", DEAF_SECONDS_MAX, Lateness.ofAcknowledged(stage.channels(), stage.crowd(), from, Long.MAX_VALUE, from), 2);
        outcome.atLeast("reconnects of the hub to Redis", 1, stage.fleet().serving().getFirst().metric("tidings_redis_reconnects_total"), 0);
    }

    private static void partition(Stage stage, Outcome outcome) {
        long from = System.nanoTime();
        stage.link(0).stall(Stage.LINK, true);
        Pause.millis(stage.settings().freeze() * 1_000L);
        stage.link(0).stall(Stage.LINK, false);
        long back = System.nanoTime();
        Pause.millis(2_000L * stage.settings().calm());
        outcome.within("what was acknowledged meanwhile was delivered after its end within, s", 1, Lateness.ofAcknowledged(stage.channels(), stage.crowd(), from, back, back), 2);
    }

    private static void clocks(Stage stage, Outcome outcome) {
        HubNode ahead = stage.fleet().launch(List.of(), Map.of("LD_PRELOAD", FAKE_TIME, "FAKETIME", "+" + CLOCK_SECONDS + "s",
                // The JVM waits by the monotonic clock, which must stay right.
                "FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0"));
        stage.fleet().admit(List.of(ahead));
        double seconds = ahead.clockAheadSeconds();
        outcome.holds("its clock is ahead by, s", CLOCK_SECONDS + " +- 2", "%.1f".formatted(seconds), Math.abs(seconds - CLOCK_SECONDS) < 2);
        stage.calm();
        // Everybody moves between clocks.
        for (int i = 0; i < 2; i++) {
            stage.fleet().clients().dropAll();
            Pause.millis(500);
            boolean back = stage.crowd().awaitConnected(stage.crowd().size(), BACK_SECONDS_MAX);
            outcome.holds("everybody is back within, s", "" + BACK_SECONDS_MAX, back ? "yes" : "no", back);
            stage.calm();
        }
        outcome.atLeast("sessions of the hub that is ahead", stage.crowd().size() / 6.0, ahead.connections(), 0);
        outcome.within("latest delivery after its acknowledgement in the last seconds, s", 1,
                Lateness.ofAcknowledged(stage.channels(), stage.crowd(), System.nanoTime() - 2_000_000_000L * stage.settings().calm() / 3, Long.MAX_VALUE, 0), 2);
    }

    private static void neighbours(Stage stage, Outcome outcome) {
        int redis = stage.redis().port();
        try (var shop = new RedisClient(redis); var ears = new RedisClient(redis)) {
            List<List<String>> possessions = List.of(
                    List.of("SET", "shop:cart", "three apples"), List.of("HSET", "shop:user", "name", "Ada"), List.of("RPUSH", "shop:queue", "a", "b"),
                    List.of("SADD", "shop:set", "x", "y"), List.of("ZADD", "shop:rank", "1", "one"), List.of("XADD", "shop:stream", "5-0", "k", "v"));
            for (List<String> possession : possessions) {
                shop.ask(possession.toArray(String[]::new));
            }
            Map<String, String> before = dump(shop);
            ears.ask("PSUBSCRIBE", "shop*");

            HubNode other = stage.fleet().launch(List.of("tidings.redis.key-prefix=other"), Map.of());
            other.awaitReady(BACK_SECONDS_MAX);
            Crowd strangers = new Crowd(other.port());
            try (strangers) {
                strangers.join(STRANGERS, stage.channels(), STRANGERS);
                boolean in = strangers.awaitConnected(STRANGERS, BACK_SECONDS_MAX);
                outcome.holds("clients of the other hub", Integer.toString(STRANGERS), Integer.toString(strangers.connected()), in);
                strangers.begin();
                stage.calm();
                // The application reloads its scripts, as applications do.
                shop.ask("SCRIPT", "FLUSH");
                shop.ask("PUBLISH", "shop:news", "mine");
                stage.calm();
                outcome.zero("publications that reached clients of the other hub", strangers.latency().getTotalCount());
                outcome.zero("sessions of the other hub that ended", strangers.ends());
            }
            other.close();
            outcome.holds("what the application owns", "unchanged", before.equals(dump(shop)) ? "unchanged" : "changed", before.equals(dump(shop)));
            outcome.zero("keys outside the prefixes", keys(shop).stream().filter(key -> PREFIXES.stream().noneMatch(key::startsWith)).count());
            Object heard = ears.answer();
            boolean only = heard instanceof List<?> message && Objects.equals(message.getLast(), "mine");
            ears.send("PING");
            boolean nothingElse = "pong".equalsIgnoreCase(String.valueOf(((List<?>) ears.answer()).getFirst()));
            outcome.holds("what the application hears", "its own alone", only && nothingElse ? "its own alone" : "more", only && nothingElse);
        } catch (IOException e) {
            throw new BenchException("Redis: " + e.getMessage());
        }
    }

    private static List<String> keys(RedisClient redis) throws IOException {
        return ((List<?>) redis.ask("KEYS", "*")).stream().map(String.class::cast).toList();
    }

    private static Map<String, String> dump(RedisClient redis) throws IOException {
        var dump = new TreeMap<String, String>();
        for (String key : keys(redis)) {
            if (key.startsWith("shop")) {
                dump.put(key, (String) redis.ask("DUMP", key));
            }
        }
        return dump;
    }
}
