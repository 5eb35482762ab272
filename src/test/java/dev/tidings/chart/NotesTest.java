package dev.tidings.chart;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is printed after an installation. */
class NotesTest {
    private static final String QUIET = "redis: {existingSecret: redis, tls: {enabled: true}}";

    private static void says(String values, String sentence) {
        String notes = Chart.with(values).notes();

        assertTrue(notes.contains(sentence), notes);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // 12000 clients x 1 pod / (0.9 x 60 s)
        "{} | A rollout of 3 pods with about 12000 clients each gives about 222 reconnects/s, 1 pod at a time, in 3 steps",
        "{rollout: {maxSurge: 100%}} | gives about 666 reconnects/s, 3 pods at a time, in 1 step",
        "{replicaCount: 10, drain: {windowSeconds: 120}} | A rollout of 10 pods with about 12000 clients each gives about 333 reconnects/s, 3 pods at a time, in 4 steps",
        "{autoscaling: {provider: hpa, minReplicas: 5, targetConnectionsPerPod: 5000}} | A rollout of 5 pods with about 5000 clients each gives about 185 reconnects/s, 2 pods",
        "{} | goes on for 10 s, moves its clients within 60 s, and is killed after 90 s",
        "{} | http://live-tidings.realtime/v1/publish",
        "{ingress: {enabled: true, hosts: [live.example.com], tls: [{secretName: s}]}} | https://live.example.com/v1/sse and wss://live.example.com/v1/ws",
        "{ingress: {enabled: true, hosts: [http.example.com]}} | http://http.example.com/v1/sse and ws://http.example.com/v1/ws"})
    void doesTheArithmetic(String values, String sentence) {
        says(values, sentence);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{drain: {windowSeconds: 600}} | WARNING: 630 s of grace",
        "{replicaCount: 1} | WARNING: a single replica",
        "{redis: {existingSecret: redis}} | WARNING: Redis without TLS",
        "{redis: {tls: {enabled: true}}} | WARNING: Redis without a password",
        "{rollout: {minReadySeconds: 5}} | WARNING: rollout.minReadySeconds is less than drain.windowSeconds",
        "{connections: {handshakesPerSecond: 50}} | WARNING: a rollout sends about 222 clients a second to pods that admit 150 together",
        "{pdb: {maxUnavailable: 0}} | WARNING: pdb.maxUnavailable is 0",
        "{pdb: {maxUnavailable: 0%}} | WARNING: pdb.maxUnavailable is 0%",
        "{pdb: {maxUnavailable: null, minAvailable: 3}} | WARNING: pdb.minAvailable is 3 and as few as 3 pods run",
        "{pdb: {maxUnavailable: null, minAvailable: 100%}} | WARNING: pdb.minAvailable is 100% and as few as 3 pods run",
        "{pdb: {maxUnavailable: null, minAvailable: 67%}} | WARNING: pdb.minAvailable is 67% and as few as 3 pods run",
        "{service: {type: LoadBalancer}} | WARNING: service.type LoadBalancer exposes all of the API",
        "{sessionAffinity: {mode: clientIP}, ingress: {enabled: true}} | WARNING: sessionAffinity clientIP"})
    void warns(String values, String sentence) {
        says(values, sentence);
    }

    @Test
    void warnsOfNothingWhenThereIsNothing() {
        String notes = Chart.with(QUIET).notes();

        assertFalse(notes.contains("WARNING"), notes);
    }

    @Test
    void aBudgetThatLeavesOneToBeEvictedIsNothingToWarnOf() {
        assertFalse(Chart.with(QUIET, "pdb: {maxUnavailable: null, minAvailable: 66%}").notes().contains("WARNING"));
        assertFalse(Chart.with(QUIET, "pdb: {enabled: false, maxUnavailable: 0}").notes().contains("WARNING"));
    }

    @Test
    void aPodThatIsAloneIsSaidToEndFirst() {
        String notes = Chart.with("{replicaCount: 1, redis: {hosts: []}, connections: {handshakesPerSecond: 1}}").notes();

        assertTrue(notes.contains("A rollout ends the pod and then starts the next one"), notes);
        assertFalse(notes.contains("reconnects/s") || notes.contains("WARNING: a rollout"), notes);
    }

    @Test
    void saysWhichTimeoutsMatterForTheWayIn() {
        says("ingress: {enabled: true}", "respondingTimeouts.writeTimeout");
        says("httpRoute: {enabled: true, parentRefs: [{name: g}]}", "the route says 0s");
        says("httpRoute: {enabled: true, parentRefs: [{name: g}], timeouts: null}", "the route says nothing");
    }
}
