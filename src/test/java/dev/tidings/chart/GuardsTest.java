package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal of {@code validate.yaml} fires, and says which value. */
class GuardsTest {
    private static final String HPA = "{autoscaling: {provider: hpa}}";

    /** Values, and what the refusal says; in the order of the file. */
    static Stream<Arguments> guards() {
        return Stream.of(
                Arguments.of("{redis: {hosts: []}}", "redis.hosts is empty, and 3 pods can run"),
                Arguments.of("{redis: {mode: sentinel}}", "redis.masterName is empty"),
                Arguments.of("{redis: {hosts: ['a:6379', 'b:6379']}}", "redis.hosts names 2 hosts and redis.mode is standalone"),
                Arguments.of("{redis: {existingSecret: redis, usernameKey: user, passwordKey: ''}}", "redis.usernameKey is set and redis.passwordKey is empty"),
                Arguments.of("{redis: {existingSecret: redis, sentinelUsernameKey: user}}", "redis.sentinelUsernameKey is set and redis.sentinelPasswordKey is empty"),
                Arguments.of("{redis: {tls: {caSecret: ca}}}", "redis.tls.caSecret or certSecret is set and redis.tls.enabled is false"),
                Arguments.of("{auth: {issuer: main, issuers: {other: {issuer: o}}}}", "auth.issuers.other has no key: set its jwksUrl or its hmacSecret"),
                Arguments.of("{auth: {existingSecret: '', issuers: {other: {issuer: o}}}}", "auth has no source of keys"),
                Arguments.of("{auth: {dev: {apiKeys: k}}}", "auth.existingSecret and auth.dev are both set"),
                Arguments.of("{auth: {hmacSecretKey: '', apiKeysKey: ''}}", "neither auth.hmacSecretKey nor auth.apiKeysKey"),
                Arguments.of("{auth: {publicKeys: {files: [a.pem]}}}", "auth.publicKeys needs both existingConfigMap and files"),
                Arguments.of("{auth: {issuers: {other: {issuer: o, jwksUrl: 'https://o'}}}}", "auth.issuer is empty: beside auth.issuers"),
                Arguments.of("{auth: {issuer: main, issuers: {other: {issuer: main, jwksUrl: 'https://o'}}}}", "auth.issuers.other.issuer is main, and another one has that name too"),
                Arguments.of("{auth: {issuer: main, issuers: {a: {issuer: o, jwksUrl: 'https://o'}, b: {issuer: o, jwksUrl: 'https://p'}}}}", "auth.issuers.b.issuer is o, and another"),
                Arguments.of("{namespaces: {chat: {recovery: stream, historySize: 100}}}", "namespaces.chat.recovery is stream, which needs historySize and historyTtl"),
                Arguments.of("{namespaces: {chat: {historySize: 100, historyTtl: 31d}}}", "namespaces.chat.historyTtl is 31d and metaTtl is 720h"),
                Arguments.of("{namespaces: {room: {joinLeave: true}}}", "namespaces.room.joinLeave is true, which needs presence"),
                Arguments.of("{drain: {terminationGracePeriodSeconds: 89}}", "drain.terminationGracePeriodSeconds is 89, and endpointPropagationSeconds + windowSeconds + marginSeconds are 90"),
                Arguments.of("{drain: {finalScrapeSeconds: 16}}", "drain.finalScrapeSeconds is 16 and drain.marginSeconds 20, which must be 5 more"),
                Arguments.of("{rollout: {progressDeadlineSeconds: 60}}", "rollout.progressDeadlineSeconds is 60 and must be more than rollout.minReadySeconds, 60"),
                Arguments.of("{rollout: {maxSurge: 0%}}", "rollout.maxSurge and rollout.maxUnavailable are both 0"),
                Arguments.of("{sessionAffinity: {mode: cookie}}", "neither ingress.enabled nor httpRoute.enabled: nothing would set the cookie"),
                Arguments.of("{sessionAffinity: {mode: cookie}, ingress: {enabled: true}}", "sessionAffinity.cookie.controller is empty"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: envoy-gateway}}, ingress: {enabled: true}}", "is envoy-gateway, which needs httpRoute.enabled"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: alb}}, httpRoute: {enabled: true, parentRefs: [{name: g}]}}", "sessionAffinity.cookie.controller is alb, which needs ingress.enabled"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: custom, customAnnotations: {a: b}}}, httpRoute: {enabled: true, parentRefs: [{name: g}]}}", "sessionAffinity.cookie.customAnnotations are annotations of the Ingress"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: custom}}, ingress: {enabled: true}}", "sessionAffinity.cookie.controller is custom, and neither"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: traefik, secure: false}}, ingress: {enabled: true}}", "sessionAffinity.cookie.sameSite is None and secure is false"),
                Arguments.of("{autoscaling: {provider: hpa, targetConnectionsPerPod: 20000}}", "autoscaling.targetConnectionsPerPod is 20000 and must be less than connections.maxPerPod, 20000"),
                Arguments.of("{autoscaling: {provider: hpa, minReplicas: 5, maxReplicas: 4}}", "autoscaling.minReplicas is 5 and maxReplicas is 4"),
                Arguments.of("{autoscaling: {provider: hpa, behavior: {scaleDown: {stabilizationWindowSeconds: 69}}}}", "stabilizationWindowSeconds is 69 and must be at least a drain, 70"),
                Arguments.of("{autoscaling: {provider: hpa, hpa: {metricName: ''}}}", "autoscaling.hpa has no metric"),
                Arguments.of("{pdb: {minAvailable: 1}}", "pdb.maxUnavailable and pdb.minAvailable are both set"),
                Arguments.of("{pdb: {maxUnavailable: null}}", "pdb.maxUnavailable and pdb.minAvailable are both null"),
                Arguments.of("{httpRoute: {enabled: true}}", "httpRoute.parentRefs is empty"),
                Arguments.of("{ports: {management: 8080}}", "ports.http and ports.management are both 8080"),
                Arguments.of("{service: {loadBalancerSourceRanges: [10.0.0.0/8]}}", "service.loadBalancerClass or loadBalancerSourceRanges is set and service.type is ClusterIP"),
                Arguments.of("{service: {nodePort: 30080}}", "service.nodePort is set and service.type is ClusterIP"),
                Arguments.of("{service: {externalTrafficPolicy: Local}}", "service.externalTrafficPolicy is set and service.type is ClusterIP"),
                Arguments.of("{networkPolicy: {enabled: true}, redis: {mode: sentinel, masterName: main}}", "networkPolicy.redisPorts is empty and redis.mode is sentinel"),
                Arguments.of("{metrics: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}}", "metrics.podMonitor and metrics.serviceMonitor are both on"),
                Arguments.of("{metrics: {prometheusRule: {disabled: [TidingsBored]}}}", "metrics.prometheusRule names the alert TidingsBored, which there is not"),
                Arguments.of("{podLabels: {app.kubernetes.io/component: other}}", "podLabels has app.kubernetes.io/component, which is a label of the chart's own"),
                Arguments.of("{commonLabels: {release: a}, metrics: {podMonitor: {labels: {release: b}}}}", "metrics.podMonitor.labels has release, which commonLabels has too"),
                Arguments.of("{config: {tidings.drain.window: 5s}}", "config has tidings.drain.window, which other values of the chart set"),
                Arguments.of("{extraEnv: {TIDINGS_API_KEYS: k}}", "extraEnv has TIDINGS_API_KEYS, which other values of the chart set"),
                Arguments.of("{extraEnv: {SMALLRYE_CONFIG_LOCATIONS: /tmp}}", "extraEnv has SMALLRYE_CONFIG_LOCATIONS, which says where"),
                Arguments.of("{config: {tidings.insecure: true}}", "config or extraEnv has tidings.insecure: such a hub listens on the loopback address alone"));
    }

    @Test
    void aServicesNameIsMadeOfTheReleasesOrRefused() {
        assertEquals("eu-live-tidings", Chart.with().named("eu.live", "realtime").render().one("Service").at("/metadata/name").asText());
        assertTrue(Chart.with().named("1st", "realtime").refusal().contains("the release is called 1st, and a Service's name begins with a letter: set fullnameOverride"));
        assertEquals("first", Chart.with("fullnameOverride: first").named("1st", "realtime").render().one("Service").at("/metadata/name").asText());
    }

    @ParameterizedTest
    @MethodSource("guards")
    void refuses(String values, String sentence) {
        String refusal = Chart.with(values).refusal();

        assertTrue(refusal.contains(sentence), refusal);
    }

    @Test
    void eachRefusalHasACase() {
        long refusals = Chart.read(Chart.SOURCE.resolve("templates/validate.yaml")).lines().filter(line -> line.contains("$wrong = append $wrong")).count();

        assertEquals(refusals, guards().count());
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        String refusal = Chart.bare().refusal();

        assertTrue(refusal.contains("redis.hosts is empty") && refusal.contains("auth has no source of keys"), refusal);
        assertTrue(refusal.contains("--set redis.hosts={redis:6379}") && refusal.contains("redis: {hosts: [\"redis:6379\"]}"), "both ways to set it: " + refusal);
    }

    @Test
    void noLabelOfTheChartsOwnCanBeGivenASecondTime() {
        Chart.with().render().at("Deployment", "/metadata/labels").fieldNames().forEachRemaining(label -> {
            String refusal = Chart.with("{podLabels: {" + label + ": x}, commonLabels: {" + label + ": x}, metrics: {prometheusRule: {labels: {" + label + ": x}}}}").refusal();

            for (String value : List.of("podLabels", "commonLabels", "metrics.prometheusRule.labels")) {
                assertTrue(refusal.contains(value + " has " + label), refusal);
            }
        });
    }

    @Test
    void aHistoryMayLastAsLongAsItsPositions() {
        assertTrue(Chart.with("namespaces: {chat: {historySize: 1000000, historyTtl: 30d, recovery: stream}}").render().has("Deployment"));
        assertTrue(Chart.with("namespaces: {chat: {historySize: 1, historyTtl: 60000ms, metaTtl: 1m, recovery: cache}}").render().has("Deployment"));
    }

    @Test
    void onePodNeedsNoRedis() {
        assertEquals(1, Chart.with("{replicaCount: 1, redis: {hosts: []}}").render().at("Deployment", "/spec/replicas").asInt());
        assertTrue(Chart.with(HPA, "{replicaCount: 1, redis: {hosts: []}}").refusal().contains("20 pods can run"), "an autoscaler can make more");
    }

    /** Every setting and every variable that is rendered, whatever the values: a second one of it would win over the values, or lose without a word. */
    @Test
    void whatValuesSetIsRefusedAmongSettingsAndVariables() {
        Path file = Chart.SOURCE.resolve("ci/full-values.yaml");
        Manifests full = Chart.withFile(file).render();
        Set<String> settings = new TreeSet<>(full.settings().stringPropertyNames());
        Set<String> variables = new TreeSet<>();
        full.container().at("/env").forEach(variable -> variables.add(variable.at("/name").asText()));
        settings.remove("config_ordinal");
        Manifests.read(Chart.read(file)).at("/config").fieldNames().forEachRemaining(settings::remove);
        Manifests.read(Chart.read(file)).at("/extraEnv").fieldNames().forEachRemaining(variables::remove);
        settings.forEach(setting -> variables.add(setting.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT)));
        variables.add("TIDINGS_INSECURE");

        String refusal = Chart.with("config: {" + String.join(", ", settings.stream().map(it -> "'" + it + "': x").toList()) + "}",
                "extraEnv: {" + String.join(", ", variables.stream().map(it -> it + ": x").toList()) + "}").refusal();

        settings.forEach(it -> assertTrue(refusal.contains("config has " + it + ", which"), it));
        variables.forEach(it -> assertTrue(refusal.contains("extraEnv has " + it + ", which") || it.equals("TIDINGS_INSECURE") && refusal.contains("tidings.insecure"), it));
        assertTrue(settings.contains("tidings.drain.propagation") && variables.contains("TIDINGS_REDIS_SENTINEL_PASSWORD"), "nothing is left out: " + settings + variables);
    }

    @Test
    void whatNoValueSetsMayBeSetByItsOwnName() {
        Manifests manifests = Chart.with("{config: {tidings.redis.timeout: 10s}, extraEnv: {TIDINGS_REDIS_PIPELINES: 4}}").render();

        assertEquals("10s", manifests.settings().getProperty("tidings.redis.timeout"));
        assertEquals("4", manifests.env("TIDINGS_REDIS_PIPELINES").at("/value").asText());
    }

    @Test
    void anOverrideOfTheGraceThatIsLongEnoughIsTaken() {
        assertEquals(90, Chart.with("drain: {terminationGracePeriodSeconds: 90}").render().pod().at("/spec/terminationGracePeriodSeconds").asInt());
    }

    @Test
    void refusesInOneFileAlone() {
        List<String> elsewhere = Chart.templates().stream().filter(file -> !file.endsWith("validate.yaml"))
                .filter(file -> Chart.read(file).matches("(?s).*\\{\\{[^}]*\\b(fail|required)\\b.*")).map(Object::toString).toList();

        assertEquals(List.of(), elsewhere);
    }

    /** The schema refuses what one value alone shows. */
    static Stream<Arguments> nonsense() {
        return Stream.of(
                Arguments.of("{replicas: 3}", "replicas"),
                Arguments.of("{drain: {window: 60}}", "window"),
                Arguments.of("{redis: {tls: {verify: false}}}", "verify"),
                Arguments.of("{autoscaling: {keda: {address: 'http://p'}}}", "address"),
                Arguments.of("{namespaces: {chat: {history_size: 5}}}", "history_size"),
                Arguments.of("{redis: {hosts: [redis]}}", "hosts"),
                Arguments.of("{replicaCount: 0}", "replicaCount"),
                Arguments.of("{replicaCount: '3'}", "replicaCount"),
                Arguments.of("{sessionAffinity: {mode: sticky}}", "mode"),
                Arguments.of("{sessionAffinity: {clientIP: {timeoutSeconds: 86401}}}", "timeoutSeconds"),
                Arguments.of("{sessionAffinity: {clientIP: {timeoutSeconds: 0}}}", "timeoutSeconds"),
                Arguments.of("{rollout: {maxSurge: 150%}}", "maxSurge"),
                Arguments.of("{image: {digest: 'sha256:short'}}", "digest"),
                Arguments.of("{autoscaling: {provider: both}}", "provider"),
                Arguments.of("{autoscaling: {provider: keda}}", "serverAddress"),
                Arguments.of("{auth: {dev: {hmacSecret: short}}}", "hmacSecret"),
                Arguments.of("{namespaces: {chat: {historySize: 1000001}}}", "historySize"),
                Arguments.of("{namespaces: {chat: {maxPublishSize: 0}}}", "maxPublishSize"),
                Arguments.of("{namespaces: {chat: {maxPublishSize: 65M}}}", "maxPublishSize"),
                Arguments.of("{rebalance: {minAgeSeconds: 0}}", "minAgeSeconds"),
                Arguments.of("{rebalance: {ratePerSecond: 10001}}", "ratePerSecond"),
                Arguments.of("{redis: {minReplicas: 101}}", "minReplicas"),
                Arguments.of("{redis: {keyPrefix: ''}}", "keyPrefix"),
                Arguments.of("{redis: {keyPrefix: " + "p".repeat(65) + "}}", "keyPrefix"),
                Arguments.of("{drain: {marginSeconds: 9}}", "marginSeconds"),
                Arguments.of("{drain: {finalScrapeSeconds: -1}}", "finalScrapeSeconds"),
                Arguments.of("{fullnameOverride: live.tidings}", "fullnameOverride"),
                Arguments.of("{fullnameOverride: 1st}", "fullnameOverride"),
                Arguments.of("{nameOverride: 1st}", "nameOverride"),
                Arguments.of("{extraEnv: [{name: A, value: b}]}", "extraEnv"),
                Arguments.of("{config: {server.port: 80}}", "server.port"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void theSchemaRefuses(String values, String name) {
        String refusal = Chart.with(values).refusal();

        assertTrue(refusal.contains("schema") && refusal.contains(name), refusal);
    }

    @Test
    void aKubernetesWithoutTheSleepActionIsRefused() {
        assertTrue(Chart.with().on("1.29.9").refusal().contains("kubeVersion"));
    }

    @Test
    void worksAsASubchart() {
        assertTrue(Chart.with("{global: {anything: {goes: here}}, enabled: true}").render().has("Deployment"));
    }
}
