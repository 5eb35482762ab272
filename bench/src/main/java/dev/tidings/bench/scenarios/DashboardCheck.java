package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tidings.bench.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a Prometheus that scrapes the pods has to show: for the queries of the chart's dashboard, and of pods that ended. */
final class DashboardCheck {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int SECONDS_MAX = 60;

    private final String prometheus;
    private final String closed;
    private final long start = System.nanoTime();
    private final double closedBefore;
    private final List<String> titles = new ArrayList<>();
    private final List<String> queries = new ArrayList<>();

    private DashboardCheck(String prometheus, String namespace) {
        this.prometheus = prometheus;
        this.closed = "tidings_connections_closed_total{namespace=\"" + namespace + "\"}";
        this.closedBefore = prometheus.isEmpty() ? 0 : ask("sum(" + closed + ")").at("/0/value/1").asDouble();
    }

    /** Of the chart that is installed; without a Prometheus it asks nothing. */
    static DashboardCheck of(ClusterSettings settings) {
        var check = new DashboardCheck(settings.prometheus(), settings.namespace());
        try {
            check.collect(Json.parse(Files.readString(Path.of(settings.chart(), "dashboards", "tidings.json"))).path("panels"), settings.namespace());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return check;
    }

    private void collect(JsonNode panels, String namespace) {
        for (JsonNode panel : panels) {
            for (JsonNode target : panel.path("targets")) {
                titles.add(panel.path("title").asText());
                queries.add(target.path("expr").asText().replace("$namespace", namespace).replace("$job", ".*").replace("$pod", ".*")
                        .replace("$__rate_interval", "1m").replace("$__range", "1h"));
            }
            collect(panel.path("panels"), namespace);
        }
    }

    /** Asks until every query has an answer with data, for a minute at most. */
    void look(Outcome outcome) {
        if (prometheus.isEmpty()) {
            return;
        }
        List<String> empty = new ArrayList<>();
        Cluster.await(SECONDS_MAX, () -> {
            empty.clear();
            for (int i = 0; i < queries.size(); i++) {
                if (ask(queries.get(i)).isEmpty()) {
                    empty.add(titles.get(i));
                }
            }
            return empty.isEmpty();
        });
        outcome.holds("queries of the dashboard with data during the rollout", Integer.toString(queries.size()),
                queries.size() - empty.size() + (empty.isEmpty() ? "" : ", without: " + empty), empty.isEmpty());
    }

    /** Compares the ends of sessions that pods counted, also those pods that are gone, with what their clients saw since the start. */
    void compareEnds(Outcome outcome, int ends) {
        if (prometheus.isEmpty()) {
            return;
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
        double scraped = ask("sum(max_over_time(" + closed + "[" + seconds + "s]))").at("/0/value/1").asDouble() - closedBefore;
        outcome.atLeast("ends of sessions that were scraped, %", 99.9, 100 * scraped / Math.max(1, ends), 1);
    }

    /** The series that answer a query; none where it is not answered. */
    private JsonNode ask(String query) {
        URI uri = URI.create(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            String answer = http.send(HttpRequest.newBuilder(uri).timeout(ANSWER_MAX).build(), BodyHandlers.ofString()).body();
            return Json.parse(answer).at("/data/result");
        } catch (IOException e) {
            return MissingNode.getInstance();
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }
}
