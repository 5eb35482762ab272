package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
                Arguments.of("{redis: {tls: {caSecret: ca}}}", "redis.tls.caSecret or certSecret is set and redis.tls.enabled is false"),
                Arguments.of("{auth: {existingSecret: ''}}", "auth has no source of keys"),
                Arguments.of("{auth: {dev: {apiKeys: k}}}", "auth.existingSecret and auth.dev are both set"),
                Arguments.of("{auth: {hmacSecretKey: '', apiKeysKey: ''}}", "neither auth.hmacSecretKey nor auth.apiKeysKey"),
                Arguments.of("{auth: {publicKeys: {files: [a.pem]}}}", "auth.publicKeys needs both existingConfigMap and files"),
                Arguments.of("{auth: {issuers: {other: {issuer: o, jwksUrl: 'https://o'}}}}", "auth.issuer is empty: beside auth.issuers"),
                Arguments.of("{drain: {terminationGracePeriodSeconds: 89}}", "drain.terminationGracePeriodSeconds is 89, and endpointPropagationSeconds + windowSeconds + marginSeconds are 90"),
                Arguments.of("{rollout: {progressDeadlineSeconds: 60}}", "rollout.progressDeadlineSeconds is 60 and must be more than rollout.minReadySeconds, 60"),
                Arguments.of("{rollout: {maxSurge: 0%}}", "rollout.maxSurge and rollout.maxUnavailable are both 0"),
                Arguments.of("{sessionAffinity: {mode: cookie}}", "neither ingress.enabled nor httpRoute.enabled: nothing would set the cookie"),
                Arguments.of("{sessionAffinity: {mode: cookie}, ingress: {enabled: true}}", "sessionAffinity.cookie.controller is empty"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: envoy-gateway}}, ingress: {enabled: true}}", "is envoy-gateway, which needs httpRoute.enabled"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: alb}}, httpRoute: {enabled: true, parentRefs: [{name: g}]}}", "sessionAffinity.cookie.controller is alb, which needs ingress.enabled"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: custom}}, ingress: {enabled: true}}", "sessionAffinity.cookie.controller is custom, and neither"),
                Arguments.of("{sessionAffinity: {mode: cookie, cookie: {controller: traefik, secure: false}}, ingress: {enabled: true}}", "sessionAffinity.cookie.sameSite is None and secure is false"),
                Arguments.of("{autoscaling: {provider: hpa, targetConnectionsPerPod: 20000}}", "autoscaling.targetConnectionsPerPod is 20000 and must be less than connections.maxPerPod, 20000"),
                Arguments.of("{autoscaling: {provider: hpa, minReplicas: 5, maxReplicas: 4}}", "autoscaling.minReplicas is 5 and maxReplicas is 4"),
                Arguments.of("{autoscaling: {provider: hpa, behavior: {scaleDown: {stabilizationWindowSeconds: 69}}}}", "stabilizationWindowSeconds is 69 and must be at least a drain, 70"),
                Arguments.of("{autoscaling: {provider: hpa, hpa: {metricName: ''}}}", "autoscaling.hpa has no metric"),
                Arguments.of("{autoscaling: {provider: keda}}", "autoscaling.keda.serverAddress is empty"),
                Arguments.of("{pdb: {minAvailable: 1}}", "pdb.maxUnavailable and pdb.minAvailable are both set"),
                Arguments.of("{pdb: {maxUnavailable: null}}", "pdb.maxUnavailable and pdb.minAvailable are both null"),
                Arguments.of("{httpRoute: {enabled: true}}", "httpRoute.parentRefs is empty"),
                Arguments.of("{service: {nodePort: 30080}}", "service.nodePort is set and service.type is ClusterIP"),
                Arguments.of("{service: {externalTrafficPolicy: Local}}", "service.externalTrafficPolicy is set and service.type is ClusterIP"),
                Arguments.of("{metrics: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}}", "metrics.podMonitor and metrics.serviceMonitor are both on"),
                Arguments.of("{metrics: {prometheusRule: {disabled: [TidingsBored]}}}", "metrics.prometheusRule names the alert TidingsBored, which there is not"),
                Arguments.of("{config: {tidings.drain.window: 5s}}", "config has tidings.drain.window, which other values of the chart set"),
                Arguments.of("{config: {tidings.insecure: true}}", "config has tidings.insecure: such a hub listens on the loopback address alone"),
                Arguments.of("{extraEnv: {TIDINGS_API_KEYS: k}}", "extraEnv has TIDINGS_API_KEYS, which other values of the chart set"));
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
    void onePodNeedsNoRedis() {
        assertEquals(1, Chart.with("{replicaCount: 1, redis: {hosts: []}}").render().at("Deployment", "/spec/replicas").asInt());
        assertTrue(Chart.with(HPA, "{replicaCount: 1, redis: {hosts: []}}").refusal().contains("20 pods can run"), "an autoscaler can make more");
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
                Arguments.of("{auth: {dev: {hmacSecret: short}}}", "hmacSecret"),
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
