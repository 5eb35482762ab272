package dev.tidings.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The types of Kubernetes, to hold objects against: a field that the type has not, a text where a number belongs, a required field that is not there. The
 * first two come from one client's types, the last from the official one's. Of KEDA's ScaledObject and Envoy Gateway's BackendTrafficPolicy no library has
 * types that resolve; theirs are schemas of the parts that the chart uses, written by hand from the projects' reference, beside this class.
 */
final class KubernetesTypes {
    private static final Map<String, Class<?>> TYPES = Map.ofEntries(Map.entry("v1/ConfigMap", ConfigMap.class), Map.entry("v1/Pod", Pod.class),
            Map.entry("v1/Secret", Secret.class), Map.entry("v1/Service", Service.class), Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class), Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("networking.k8s.io/v1/Ingress", Ingress.class), Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class), Map.entry("gateway.networking.k8s.io/v1/HTTPRoute", HTTPRoute.class),
            Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class), Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));
    private static final Map<String, Class<?>> OFFICIAL = Map.of("ConfigMap", V1ConfigMap.class, "Pod", V1Pod.class, "Secret", V1Secret.class, "Service", V1Service.class,
            "ServiceAccount", V1ServiceAccount.class, "Deployment", V1Deployment.class, "HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class,
            "Ingress", V1Ingress.class, "NetworkPolicy", V1NetworkPolicy.class, "PodDisruptionBudget", V1PodDisruptionBudget.class);
    private static final Map<String, String> BY_HAND = Map.of("keda.sh/v1alpha1/ScaledObject", "scaledobject.schema.json",
            "gateway.envoyproxy.io/v1alpha1/BackendTrafficPolicy", "backendtrafficpolicy.schema.json");
    private static final JsonMapper STRICT = JsonMapper.builder().disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail).setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private KubernetesTypes() {
    }

    private static String typeOf(JsonNode object) {
        return object.at("/apiVersion").asText() + "/" + object.at("/kind").asText();
    }

    /** Whether there is a type to hold it against. */
    static boolean knows(JsonNode object) {
        return TYPES.containsKey(typeOf(object)) || BY_HAND.containsKey(typeOf(object));
    }

    /** What is wrong with an object, in sentences; empty = nothing. */
    static List<String> faults(JsonNode object) {
        String name = typeOf(object);
        if (BY_HAND.containsKey(name)) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(KubernetesTypes.class.getResourceAsStream(BY_HAND.get(name)));
            return schema.validate(object).stream().map(fault -> name + ": " + fault.getMessage()).toList();
        }
        List<String> faults = new ArrayList<>();
        try {
            unknown(STRICT.treeToValue(object, TYPES.get(name)), name, faults);
        } catch (JsonProcessingException e) {
            faults.add(name + ": " + e.getOriginalMessage());
        }
        if (OFFICIAL.containsKey(object.at("/kind").asText())) {
            official(object, OFFICIAL.get(object.at("/kind").asText()), faults);
        }
        return faults;
    }

    private static void official(JsonNode object, Class<?> type, List<String> faults) {
        try {
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, JsonParser.parseString(object.toString()));
        } catch (InvocationTargetException e) {
            faults.add(typeOf(object) + ": " + e.getCause().getMessage());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fields that a type has not are kept by it in a map of their own. */
    private static void unknown(Object value, String path, List<String> faults) {
        switch (value) {
            case null -> {
            }
            case Collection<?> items -> items.forEach(item -> unknown(item, path + "[]", faults));
            case Map<?, ?> map -> map.forEach((key, item) -> unknown(item, path + "." + key, faults));
            case Object it when it.getClass().getName().startsWith("io.fabric8.") && !it.getClass().isEnum() -> {
                for (Class<?> type = it.getClass(); type != Object.class; type = type.getSuperclass()) {
                    for (Field field : type.getDeclaredFields()) {
                        if (!Modifier.isStatic(field.getModifiers())) {
                            Object inner = valueOf(field, it);
                            if (field.getName().equals("additionalProperties") && inner instanceof Map<?, ?> map) {
                                map.keySet().forEach(key -> faults.add(path + "." + key + " is not a field"));
                            } else {
                                unknown(inner, path + "." + field.getName(), faults);
                            }
                        }
                    }
                }
            }
            default -> {
            }
        }
    }

    private static Object valueOf(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
