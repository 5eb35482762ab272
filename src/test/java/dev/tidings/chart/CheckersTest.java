package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checkers of the other tests see what they are there for. */
class CheckersTest {
    /** The object of a kind in what is rendered, with one of its fields set to a value. */
    private static JsonNode changed(String file, String kind, String object, String field, String value) {
        JsonNode whole = Chart.withFile(Chart.SOURCE.resolve("ci/" + file + "-values.yaml")).render().one(kind).deepCopy();
        ((ObjectNode) whole.at(object)).set(field, Manifests.read(value));
        return whole;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "full | Deployment | /spec/template/spec | terminationGracePeriod | 90",
        "full | Deployment | /spec/template/spec/containers/0 | prestop | {}",
        "full | HorizontalPodAutoscaler | /spec/behavior/scaleUp | stabilisationWindowSeconds | 0",
        "full | PodDisruptionBudget | /spec | maxUnavailabe | 1",
        "full | NetworkPolicy | /spec/egress/0 | port | 53",
        "full | Ingress | /spec/rules/0/http/paths/0/backend/service | port | {nam: http}",
        "full | HTTPRoute | /spec/rules/0 | timeout | 0s",
        "full | PodMonitor | /spec | selectors | {}",
        "full | PrometheusRule | /spec/groups/0/rules/0 | expression | up",
        "gateway | BackendTrafficPolicy | /spec/loadBalancer/consistentHash/cookie | maxAge | 60",
        "keda | ScaledObject | /spec | minReplicas | 3"})
    void anUnknownFieldIsSeen(String file, String kind, String object, String field, String value) {
        assertTrue(!KubernetesTypes.faults(changed(file, kind, object, field, value)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "full | Deployment | /spec/template/spec | terminationGracePeriodSeconds | '\"90\"'",
        "full | Deployment | /spec/template/spec | enableServiceLinks | '\"false\"'",
        "full | Deployment | /spec/template/spec/containers/0/env/0 | value | 5",
        "full | Deployment | /metadata/labels | number | 5",
        "full | ConfigMap | /data | enabled | true",
        "keda | ScaledObject | /spec/triggers/0/metadata | threshold | 12000"})
    void aValueOfTheWrongTypeIsSeen(String file, String kind, String object, String field, String value) {
        JsonNode whole = Chart.withFile(Chart.SOURCE.resolve("ci/" + file + "-values.yaml")).render().all(kind).getFirst().deepCopy();
        ((ObjectNode) whole.at(object)).set(field, Manifests.read(value));

        assertTrue(!KubernetesTypes.faults(whole).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"Deployment, /spec, selector", "HorizontalPodAutoscaler, /spec, maxReplicas", "Deployment, /spec/template/spec/containers/0, name",
        "HorizontalPodAutoscaler, /spec/behavior/scaleUp/policies/0, type", "Ingress, /spec/rules/0/http/paths/0, pathType"})
    void aRequiredFieldThatIsMissingIsSeen(String kind, String object, String field) {
        JsonNode whole = Chart.withFile(Chart.SOURCE.resolve("ci/full-values.yaml")).render().one(kind).deepCopy();
        ((ObjectNode) whole.at(object)).remove(field);

        assertTrue(!KubernetesTypes.faults(whole).isEmpty());
    }

    @Test
    void aKeyThatIsThereTwiceIsSeen() {
        assertThrows(RuntimeException.class, () -> Manifests.parse("kind: A\nkind: B\n"));
        assertThrows(UncheckedIOException.class, () -> Manifests.read("{a: 1, a: 2}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "podSecurityContext: {runAsNonRoot: false} | may run as root",
        "podSecurityContext: {runAsUser: 0} | runs as user 0",
        "podSecurityContext: {seccompProfile: null} | has no seccompProfile",
        "podSecurityContext: {seccompProfile: {type: Unconfined}} | has no seccompProfile",
        "securityContext: {allowPrivilegeEscalation: true} | may gain privileges",
        "securityContext: {privileged: true} | is privileged",
        "securityContext: {capabilities: {drop: [NET_RAW]}} | keeps capabilities",
        "securityContext: {capabilities: {drop: [ALL], add: [SYS_ADMIN]}} | adds the capability SYS_ADMIN",
        "extraVolumes: [{name: host, hostPath: {path: /}}] | volume hostPath"})
    void aPodThatIsNotRestrictedIsSeen(String values, String fault) {
        List<String> faults = PodSecurity.faults(Chart.with(values).render().pod().at("/spec"));

        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.getFirst().contains(fault), faults.toString());
    }
}
