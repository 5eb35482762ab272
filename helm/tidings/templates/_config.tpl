{{/*
The hub's settings as the file application.properties, by the names of docs/configuration.md. A file and not variables: a namespace called "my-room" has
the same variable as "my_room", and a file can be read. Secrets are not in it; they come as variables.
*/}}

{{/* A text as the value of a property: Java reads a backslash as an escape, and the hub reads ${..} as another setting. */}}
{{- define "tidings.propertyValue" -}}
{{- . | toString | replace "\\" "\\\\" | replace "\n" "\\n" | replace "${" "\\\\${" }}
{{- end }}

{{- define "tidings.propertyList" -}}
{{- $escaped := list }}
{{- range . }}{{ $escaped = append $escaped (toString . | replace "," "\\,") }}{{ end }}
{{- include "tidings.propertyValue" (join "," $escaped) }}
{{- end }}

{{/* A value as it is: whole numbers without an exponent, and nothing escaped. */}}
{{- define "tidings.text" -}}
{{- if and (kindIs "float64" .) (eq (float64 (int64 .)) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* A value from a map of settings. */}}
{{- define "tidings.plainValue" -}}
{{- if kindIs "float64" . }}
{{- include "tidings.text" . }}
{{- else if kindIs "slice" . }}
{{- include "tidings.propertyList" . }}
{{- else }}
{{- include "tidings.propertyValue" . }}
{{- end }}
{{- end }}

{{/*
The settings that values of the chart set, by their own name; one that ends with a dot stands for all below it. In `config` and `extraEnv` they are refused.
tidings.redis is not among them as a whole: its timeout and its pipelines are no values.
*/}}
{{- define "tidings.settingsOfValues" -}}
quarkus.http.port quarkus.management.port
tidings.connections.max tidings.connections.handshakes-per-second tidings.connections.max-age
tidings.drain.propagation tidings.drain.window tidings.drain.final-scrape
tidings.origins tidings.private-prefix tidings.auth. tidings.api. tidings.rebalance. tidings.namespaces.
tidings.redis.hosts tidings.redis.mode tidings.redis.master-name tidings.redis.key-prefix tidings.redis.min-replicas tidings.redis.tls.
tidings.redis.username tidings.redis.password tidings.redis.sentinel-username tidings.redis.sentinel-password
{{- end }}

{{/* The ordinal puts the file between what is built in (250) and variables (300): SMALLRYE_CONFIG_LOCATIONS alone would put it above these. */}}
{{- define "tidings.properties" -}}
config_ordinal=275
quarkus.http.port={{ int64 .Values.ports.http }}
quarkus.management.port={{ int64 .Values.ports.management }}
tidings.connections.max={{ int64 .Values.connections.maxPerPod }}
tidings.connections.handshakes-per-second={{ int64 .Values.connections.handshakesPerSecond }}
tidings.connections.max-age={{ int64 .Values.connections.maxAgeSeconds }}s
tidings.drain.propagation={{ int64 .Values.drain.endpointPropagationSeconds }}s
tidings.drain.window={{ int64 .Values.drain.windowSeconds }}s
tidings.drain.final-scrape={{ ternary (int64 .Values.drain.finalScrapeSeconds) 0 (not (empty .Values.redis.hosts)) }}s
{{- with .Values.origins }}
tidings.origins={{ include "tidings.propertyList" . }}
{{- end }}
{{- with .Values.privatePrefix }}
tidings.private-prefix={{ include "tidings.propertyValue" . }}
{{- end }}
{{- with .Values.redis.hosts }}
tidings.redis.hosts={{ include "tidings.propertyList" . }}
tidings.redis.mode={{ $.Values.redis.mode }}
tidings.redis.key-prefix={{ include "tidings.propertyValue" $.Values.redis.keyPrefix }}
tidings.redis.min-replicas={{ int64 $.Values.redis.minReplicas }}
{{- if eq $.Values.redis.mode "sentinel" }}
tidings.redis.master-name={{ include "tidings.propertyValue" $.Values.redis.masterName }}
{{- end }}
{{- if $.Values.redis.tls.enabled }}
tidings.redis.tls.enabled=true
tidings.redis.tls.verify-hostname={{ $.Values.redis.tls.verifyHostname }}
{{- if $.Values.redis.tls.caSecret }}
tidings.redis.tls.ca-file=/etc/tidings/redis-ca/{{ $.Values.redis.tls.caKey }}
{{- end }}
{{- if $.Values.redis.tls.certSecret }}
tidings.redis.tls.cert-file=/etc/tidings/redis-certificate/tls.crt
tidings.redis.tls.key-file=/etc/tidings/redis-certificate/tls.key
{{- end }}
{{- end }}
tidings.rebalance.enabled={{ $.Values.rebalance.enabled }}
tidings.rebalance.tolerance-percent={{ int64 $.Values.rebalance.tolerancePercent }}
tidings.rebalance.rate-per-second={{ int64 $.Values.rebalance.ratePerSecond }}
tidings.rebalance.min-age={{ int64 $.Values.rebalance.minAgeSeconds }}s
{{- /* In a rollout an old pod is told to end when the new one has been ready for minReadySeconds, and drains after the propagation. */}}
tidings.rebalance.settle={{ add (include "tidings.minReadySeconds" $ | int64) (int64 $.Values.drain.endpointPropagationSeconds) 10 }}s
{{- end }}
{{- with .Values.auth.publicKeys.files }}
tidings.auth.public-keys={{ range $i, $file := . }}{{ if $i }},{{ end }}/etc/tidings/public-keys/{{ $file }}{{ end }}
{{- end }}
{{- with .Values.auth.jwksUrl }}
tidings.auth.jwks-url={{ include "tidings.propertyValue" . }}
{{- end }}
{{- with .Values.auth.issuer }}
tidings.auth.issuer={{ include "tidings.propertyValue" . }}
{{- end }}
{{- with .Values.auth.audience }}
tidings.auth.audience={{ include "tidings.propertyValue" . }}
{{- end }}
{{- with .Values.auth.algorithms }}
tidings.auth.algorithms={{ include "tidings.propertyList" . }}
{{- end }}
tidings.auth.anonymous={{ .Values.auth.anonymous }}
tidings.auth.query-token={{ .Values.auth.queryToken }}
tidings.auth.allow-non-expiring={{ .Values.auth.allowNonExpiring }}
{{- range $name, $issuer := .Values.auth.issuers }}
tidings.auth.issuers."{{ $name }}".issuer={{ include "tidings.propertyValue" $issuer.issuer }}
{{- with $issuer.jwksUrl }}
tidings.auth.issuers."{{ $name }}".jwks-url={{ include "tidings.propertyValue" . }}
{{- end }}
{{- with $issuer.audience }}
tidings.auth.issuers."{{ $name }}".audience={{ include "tidings.propertyValue" . }}
{{- end }}
{{- with $issuer.algorithms }}
tidings.auth.issuers."{{ $name }}".algorithms={{ include "tidings.propertyList" . }}
{{- end }}
{{- end }}
{{- range $name, $options := .Values.namespaces }}
{{- range $option, $value := $options }}
tidings.namespaces."{{ $name }}".{{ kebabcase $option }}={{ include "tidings.plainValue" $value }}
{{- end }}
{{- end }}
{{- range $key, $value := .Values.config }}
{{ $key }}={{ include "tidings.plainValue" $value }}
{{- end }}
{{- end }}
