package dev.tidings.bench.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
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

/** The queries of the chart's dashboard, put to a Prometheus that scrapes the pods. */
final class DashboardCheck {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int SECONDS_MAX = 60;

    private final String prometheus;
    private final List<String> titles = new ArrayList<>();
    private final List<String> queries = new ArrayList<>();

    private DashboardCheck(String prometheus) {
        this.prometheus = prometheus;
    }

    /** Of the chart that is installed; without a Prometheus it asks nothing. */
    static DashboardCheck of(ClusterSettings settings) {
        var check = new DashboardCheck(settings.prometheus());
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
                if (!hasData(queries.get(i))) {
                    empty.add(titles.get(i));
                }
            }
            return empty.isEmpty();
        });
        outcome.holds("queries of the dashboard with data during the rollout", Integer.toString(queries.size()),
                queries.size() - empty.size() + (empty.isEmpty() ? "" : ", without: " + empty), empty.isEmpty());
    }

    private boolean hasData(String query) {
        URI uri = URI.create(prometheus + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            String answer = http.send(HttpRequest.newBuilder(uri).timeout(ANSWER_MAX).build(), BodyHandlers.ofString()).body();
            return !Json.parse(answer).at("/data/result").isEmpty();
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new BenchException("interrupted");
        }
    }
}
