package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Service, Ingress, route, affinity and policy: who reaches the pods, and how. */
class WaysInTest {
    private static final String INGRESS = "ingress: {enabled: true, hosts: [live.example.com]}";
    private static final String ROUTE = "httpRoute: {enabled: true, parentRefs: [{name: public}]}";

    private static String cookie(String controller) {
        return "sessionAffinity: {mode: cookie, cookie: {controller: " + controller + ", name: where, ttlSeconds: 60, sameSite: Lax}}";
    }

    @Test
    void withoutBeingAskedThereIsNoAffinity() {
        Manifests manifests = Chart.with(INGRESS, ROUTE).render();

        assertFalse(manifests.service().at("/spec").has("sessionAffinity"));
        assertFalse(manifests.service().at("/metadata").has("annotations"));
        assertFalse(manifests.at("Ingress", "/metadata").has("annotations"));
        assertFalse(manifests.has("BackendTrafficPolicy"));
    }

    @Test
    void clientIPIsTheServicesOwn() {
        JsonNode spec = Chart.with("sessionAffinity: {mode: clientIP, clientIP: {timeoutSeconds: 60}}").render().service().at("/spec");

        assertEquals("ClientIP", spec.at("/sessionAffinity").asText());
        assertEquals(60, spec.at("/sessionAffinityConfig/clientIP/timeoutSeconds").asInt());
    }

    @Test
    void traefikReadsTheService() {
        Manifests manifests = Chart.with(INGRESS, cookie("traefik")).render();
        JsonNode annotations = manifests.service().at("/metadata/annotations");

        assertEquals("where", annotations.get("traefik.ingress.kubernetes.io/service.sticky.cookie.name").asText());
        assertEquals("60", annotations.get("traefik.ingress.kubernetes.io/service.sticky.cookie.maxage").asText());
        assertEquals("lax", annotations.get("traefik.ingress.kubernetes.io/service.sticky.cookie.samesite").asText());
        assertFalse(manifests.at("Ingress", "/metadata").has("annotations"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "haproxy | haproxy.org/cookie-persistence | where",
        "haproxy | haproxy-ingress.github.io/session-cookie-name | where",
        "alb | alb.ingress.kubernetes.io/target-group-attributes | stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=60",
        "ingress-nginx | nginx.ingress.kubernetes.io/session-cookie-name | where",
        "ingress-nginx | nginx.ingress.kubernetes.io/session-cookie-max-age | 60",
        "ingress-nginx | nginx.ingress.kubernetes.io/session-cookie-samesite | Lax"})
    void theOthersReadTheIngress(String controller, String annotation, String value) {
        Manifests manifests = Chart.with(INGRESS, cookie(controller)).render();

        assertEquals(value, manifests.at("Ingress", "/metadata/annotations").get(annotation).asText());
        assertFalse(manifests.service().at("/metadata").has("annotations"));
    }

    @Test
    void envoyGatewayHasAPolicyOfTheRoute() {
        JsonNode spec = Chart.with(ROUTE, cookie("envoy-gateway")).render().at("BackendTrafficPolicy", "/spec");

        assertEquals("live-tidings", spec.at("/targetRefs/0/name").asText());
        assertEquals("where", spec.at("/loadBalancer/consistentHash/cookie/name").asText());
        assertEquals("60s", spec.at("/loadBalancer/consistentHash/cookie/ttl").asText());
    }

    @Test
    void customIsWhateverYouSay() {
        JsonNode annotations = Chart.with(INGRESS, "sessionAffinity: {mode: cookie, cookie: {controller: custom, customAnnotations: {example.com/sticky: 'on'}}}").render()
                .at("Ingress", "/metadata/annotations");

        assertEquals("{\"example.com/sticky\":\"on\"}", annotations.toString());
    }

    @Test
    void yourAttributesOfAnAlbAreKeptBesideThePresets() {
        JsonNode annotations = Chart.with("ingress: {enabled: true, annotations: {alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=90}}",
                cookie("alb")).render().at("Ingress", "/metadata/annotations");

        assertEquals("stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=60,deregistration_delay.timeout_seconds=90",
                annotations.get("alb.ingress.kubernetes.io/target-group-attributes").asText());
    }

    @Test
    void anAnnotationOfYoursWinsOverThePreset() {
        JsonNode annotations = Chart.with("ingress: {enabled: true, annotations: {nginx.ingress.kubernetes.io/affinity-mode: persistent}}", cookie("ingress-nginx")).render()
                .at("Ingress", "/metadata/annotations");

        assertEquals("persistent", annotations.get("nginx.ingress.kubernetes.io/affinity-mode").asText());
    }

    @Test
    void theIngressExposesThePathsOfClientsAndNotPublishing() {
        List<String> paths = new ArrayList<>();
        Chart.with(INGRESS).render().at("Ingress", "/spec/rules/0/http/paths").forEach(path -> paths.add(path.at("/pathType").asText() + " " + path.at("/path").asText()));

        assertEquals(List.of("Exact /v1/ws", "Exact /v1/sse", "Exact /v1/ping", "Exact /connection/websocket"), paths);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ingress: {enabled: true, hosts: ['*.example.com', live.example.com]} | http://live.example.com",
        "{ingress: {enabled: true, hosts: ['*.example.com']}, httpRoute: {enabled: true, parentRefs: [{name: g}], hostnames: [live.example.com]}} | https://live.example.com",
        "httpRoute: {enabled: true, parentRefs: [{name: g}], hostnames: ['*.example.com']} | http://live-tidings.realtime:80"})
    void aWildcardIsNoAddressToTest(String values, String address) {
        JsonNode args = Chart.with(values).render().at("Pod", "/spec/containers/0/args");

        assertEquals(address, args.get(args.size() - 1).asText());
        assertFalse(args.toString().contains("*"));
    }

    @Test
    void anAlbThatListensOn443IsTestedAndNamedThere() {
        Chart chart = Chart.withFile(Chart.SOURCE.resolve("examples/eks-alb-values.yaml"));

        assertTrue(chart.render().at("Pod", "/spec/containers/0/args").toString().contains("\"https://live.example.com\""));
        assertTrue(chart.notes().contains("wss://live.example.com/v1/ws"), chart.notes());
    }

    @Test
    void anIngressWithoutHostsIsForAll() {
        JsonNode rules = Chart.with("ingress: {enabled: true}").render().at("Ingress", "/spec/rules");

        assertEquals(1, rules.size());
        assertFalse(rules.get(0).has("host"));
    }

    @Test
    void theRouteExposesTheSamePathsWithoutATimeout() {
        JsonNode rule = Chart.with(ROUTE).render().at("HTTPRoute", "/spec/rules/0");

        assertEquals(4, rule.at("/matches").size());
        assertEquals("{\"request\":\"0s\"}", rule.at("/timeouts").toString());
        assertEquals("[{\"name\":\"live-tidings\",\"port\":80}]", rule.at("/backendRefs").toString());
        assertFalse(Chart.with("httpRoute: {enabled: true, parentRefs: [{name: g}], timeouts: null}").render().at("HTTPRoute", "/spec/rules/0").has("timeouts"));
    }

    @Test
    void rulesOfYourOwnGetTheServiceAsBackend() {
        JsonNode rules = Chart.with("httpRoute: {enabled: true, parentRefs: [{name: g}], rules: [{matches: [{path: {value: /}}]}, {backendRefs: [{name: other, port: 1}]}]}")
                .render().at("HTTPRoute", "/spec/rules");

        assertEquals("live-tidings", rules.at("/0/backendRefs/0/name").asText());
        assertEquals("other", rules.at("/1/backendRefs/0/name").asText());
    }

    @Test
    void aPolicyLetsInWhoIsNamedTheMonitoringAndTheTest() {
        JsonNode spec = Chart.withFile(Chart.SOURCE.resolve("ci/networkpolicy-values.yaml")).render().at("NetworkPolicy", "/spec");

        assertEquals("http", spec.at("/ingress/0/ports/0/port").asText());
        assertEquals("traefik", spec.at("/ingress/0/from/0/namespaceSelector/matchLabels").get("kubernetes.io/metadata.name").asText());
        assertEquals("test", spec.at("/ingress/0/from/1/podSelector/matchLabels").get("app.kubernetes.io/component").asText());
        assertEquals("management", spec.at("/ingress/1/ports/0/port").asText());
        assertEquals("monitoring", spec.at("/ingress/1/from/0/namespaceSelector/matchLabels").get("kubernetes.io/metadata.name").asText());
        assertEquals("[\"Ingress\",\"Egress\"]", spec.at("/policyTypes").toString());
    }

    @Test
    void aPolicyLetsOutToNamesRedisAndTheIssuerAsTheOtherValuesSay() {
        JsonNode egress = Chart.withFile(Chart.SOURCE.resolve("ci/networkpolicy-values.yaml")).render().at("NetworkPolicy", "/spec/egress");

        assertEquals("[53,53]", ports(egress.get(0)));
        assertEquals("[26379,26380,6379]", ports(egress.get(1)));
        assertEquals("redis", egress.at("/1/to/0/namespaceSelector/matchLabels").get("kubernetes.io/metadata.name").asText());
        assertEquals("[443]", ports(egress.get(2)));
        assertEquals("[4318]", ports(egress.get(3)));
    }

    @Test
    void aPolicyLetsOutToThePortsThatKeysAreFetchedFrom() {
        JsonNode egress = Chart.with("networkPolicy: {enabled: true}", "auth: {existingSecret: '', issuer: main, jwksUrl: 'http://keys.auth:8080/jwks:1', issuers: {"
                + "plain: {issuer: a, jwksUrl: 'http://keys.auth?of=a:9'}, other: {issuer: b, jwksUrl: 'https://[fd00::1]/jwks'}, same: {issuer: c, jwksUrl: 'https://c.example/jwks'}}}").render()
                .at("NetworkPolicy", "/spec/egress");

        assertEquals("[443,80,8080]", ports(egress.get(2)));
        egress.get(2).at("/ports").forEach(port -> assertTrue(port.at("/port").isInt(), port.toString()));
    }

    @Test
    void aPolicyWithoutRedisAndIssuersLetsOutToNamesAlone() {
        JsonNode egress = Chart.with("{replicaCount: 1, redis: {hosts: []}, networkPolicy: {enabled: true}}").render().at("NetworkPolicy", "/spec/egress");

        assertEquals(1, egress.size());
    }

    private static String ports(JsonNode rule) {
        List<String> ports = new ArrayList<>();
        rule.at("/ports").forEach(port -> ports.add(port.at("/port").asText()));
        return "[" + String.join(",", ports) + "]";
    }

    @Test
    void aLoadBalancerIsConfiguredByTheService() {
        JsonNode spec = Chart.with("service: {type: LoadBalancer, port: 443, nodePort: 30443, externalTrafficPolicy: Local, loadBalancerSourceRanges: [10.0.0.0/8]}").render()
                .service().at("/spec");

        assertEquals("LoadBalancer", spec.at("/type").asText());
        assertEquals(30443, spec.at("/ports/0/nodePort").asInt());
        assertEquals("Local", spec.at("/externalTrafficPolicy").asText());
        assertTrue(spec.at("/loadBalancerSourceRanges").toString().contains("10.0.0.0/8"));
    }
}
