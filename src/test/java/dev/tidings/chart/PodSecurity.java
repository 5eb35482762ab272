package dev.tidings.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The Pod Security Standard {@code restricted}, as the Kubernetes documentation has it, for the spec of a pod; and what this chart promises beyond it. */
final class PodSecurity {
    private static final Set<String> VOLUMES = Set.of("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    private PodSecurity() {
    }

    /** What a spec does that it may not; empty = nothing. */
    static List<String> faults(JsonNode spec) {
        List<String> faults = new ArrayList<>();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (spec.at("/" + host).asBoolean()) {
                faults.add(host);
            }
        }
        for (JsonNode volume : spec.at("/volumes")) {
            volume.fieldNames().forEachRemaining(type -> {
                if (!type.equals("name") && !VOLUMES.contains(type)) {
                    faults.add("volume " + type);
                }
            });
        }
        for (String containers : List.of("initContainers", "containers")) {
            for (JsonNode container : spec.at("/" + containers)) {
                container(spec, container, faults);
            }
        }
        return faults;
    }

    private static void container(JsonNode spec, JsonNode container, List<String> faults) {
        String name = container.at("/name").asText();
        JsonNode own = container.at("/securityContext");
        if (!either(spec, own, "/runAsNonRoot").asBoolean(false)) {
            faults.add(name + " may run as root");
        }
        if (either(spec, own, "/runAsUser").asInt(1) == 0) {
            faults.add(name + " runs as user 0");
        }
        if (!Set.of("RuntimeDefault", "Localhost").contains(either(spec, own, "/seccompProfile/type").asText())) {
            faults.add(name + " has no seccompProfile");
        }
        if (own.at("/allowPrivilegeEscalation").asBoolean(true)) {
            faults.add(name + " may gain privileges");
        }
        if (own.at("/privileged").asBoolean(false)) {
            faults.add(name + " is privileged");
        }
        boolean dropsAll = false;
        for (JsonNode capability : own.at("/capabilities/drop")) {
            dropsAll |= capability.asText().equals("ALL");
        }
        if (!dropsAll) {
            faults.add(name + " keeps capabilities");
        }
        for (JsonNode capability : own.at("/capabilities/add")) {
            if (!capability.asText().equals("NET_BIND_SERVICE")) {
                faults.add(name + " adds the capability " + capability.asText());
            }
        }
        for (JsonNode port : container.at("/ports")) {
            if (port.has("hostPort")) {
                faults.add(name + " takes a port of the node");
            }
        }
    }

    /** What the container says, else what the pod says. */
    private static JsonNode either(JsonNode spec, JsonNode own, String pointer) {
        JsonNode value = own.at(pointer);
        return value.isMissingNode() ? spec.at("/securityContext" + pointer) : value;
    }
}
