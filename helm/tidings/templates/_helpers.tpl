{{/*
Names, labels and the small pieces that several objects share. Numbers from values arrive as floats, so each goes through int64 on its way out: 12345678
would be printed as 1.2345678e+07 (toYaml knows better). `default` is for texts alone: it takes 0 and false for "not set".
*/}}

{{- define "tidings.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
46 characters: a pod's name is this one, the ReplicaSet's hash of up to 10 characters and 5 of its own, with dashes between, in 63. Kubernetes cuts a longer
one, dash and all, and KEDA's query would not find the pod. The suffixes of other objects are shorter. A release's name may have dots, a Service's may not.
*/}}
{{- define "tidings.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" }}
{{- else if contains (include "tidings.name" .) .Release.Name }}
{{- .Release.Name | replace "." "-" | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "tidings.name" .) | replace "." "-" | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "tidings.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "tidings.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "tidings.image" -}}
{{- $name := .Values.image.repository }}
{{- if .Values.image.registry }}
{{- $name = printf "%s/%s" .Values.image.registry .Values.image.repository }}
{{- end }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $name .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* What runs: the tag, or the digest where it alone says so. Not the chart's appVersion then: a newer chart would replace pods by the same ones. */}}
{{- define "tidings.version" -}}
{{- if .Values.image.tag }}
{{- .Values.image.tag }}
{{- else if .Values.image.digest }}
{{- .Values.image.digest | trimPrefix "sha256:" | trunc 12 }}
{{- else }}
{{- .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* What a Service, a budget, a monitor and a policy find the hub's pods by. The component keeps the test's pod, and whatever else the release has, out. */}}
{{- define "tidings.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tidings.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: hub
{{- end }}

{{/*
The six labels, for the component in .component. The version is the image's, so that pods, which have these too, are replaced when the image changes and
not when the chart does. Called with (dict "root" $ "component" "hub").
*/}}
{{- define "tidings.sixLabels" -}}
app.kubernetes.io/name: {{ include "tidings.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ include "tidings.version" .root | trunc 63 | trimAll "-_." | quote }}
app.kubernetes.io/part-of: tidings
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{/* Labels of an object that is not a pod. */}}
{{- define "tidings.objectLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "tidings.sixLabels" . }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tidings.labels" -}}
{{- include "tidings.objectLabels" (dict "root" . "component" "hub") }}
{{- end }}

{{/* A number or a share, as rollouts and budgets take them. */}}
{{- define "tidings.intOrPercent" -}}
{{- if kindIs "string" . }}{{ . | quote }}{{ else }}{{ int64 . }}{{ end }}
{{- end }}

{{/* A share of .total in whole pods, rounded up, or the number itself. Called with (dict "value" .. "total" ..). */}}
{{- define "tidings.share" -}}
{{- if kindIs "string" .value -}}
{{- div (add (mul (trimSuffix "%" .value | int64) (int64 .total)) 99) 100 }}
{{- else -}}
{{- int64 .value }}
{{- end }}
{{- end }}

{{/* A duration such as 90s, in milliseconds. */}}
{{- define "tidings.millis" -}}
{{- $unit := regexFind "[a-z]+$" . }}
{{- mul (trimSuffix $unit . | int64) (get (dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000) $unit) }}
{{- end }}

{{/* Time from the order to end until everybody was asked to leave. */}}
{{- define "tidings.drainSeconds" -}}
{{- add (int64 .Values.drain.endpointPropagationSeconds) (int64 .Values.drain.windowSeconds) }}
{{- end }}

{{- define "tidings.plannedGraceSeconds" -}}
{{- add (include "tidings.drainSeconds" . | int64) (int64 .Values.drain.marginSeconds) }}
{{- end }}

{{- define "tidings.graceSeconds" -}}
{{- if kindIs "invalid" .Values.drain.terminationGracePeriodSeconds }}
{{- include "tidings.plannedGraceSeconds" . }}
{{- else }}
{{- int64 .Values.drain.terminationGracePeriodSeconds }}
{{- end }}
{{- end }}

{{- define "tidings.minReadySeconds" -}}
{{- if kindIs "invalid" .Values.rollout.minReadySeconds }}
{{- int64 .Values.drain.windowSeconds }}
{{- else }}
{{- int64 .Values.rollout.minReadySeconds }}
{{- end }}
{{- end }}

{{/* Fewest pods that run when nothing is wrong. */}}
{{- define "tidings.minPods" -}}
{{- if eq .Values.autoscaling.provider "none" }}{{ int64 .Values.replicaCount }}{{ else }}{{ int64 .Values.autoscaling.minReplicas }}{{ end }}
{{- end }}

{{/* Most pods that can run, apart from the surge of a rollout. */}}
{{- define "tidings.maxPods" -}}
{{- if eq .Values.autoscaling.provider "none" }}{{ int64 .Values.replicaCount }}{{ else }}{{ int64 .Values.autoscaling.maxReplicas }}{{ end }}
{{- end }}

{{- define "tidings.devSecretName" -}}
{{- include "tidings.fullname" . }}-dev
{{- end }}

{{/* "yes" when keys in plain text are in the values. */}}
{{- define "tidings.hasDevSecret" -}}
{{- if or .Values.auth.dev.hmacSecret .Values.auth.dev.apiKeys }}yes{{ end }}
{{- end }}

{{/* The variables with credentials, none of them in plain text. The test's pod has the first two as well. */}}
{{- define "tidings.authEnv" -}}
{{- if .Values.auth.existingSecret }}
{{- with .Values.auth.hmacSecretKey }}
- name: TIDINGS_AUTH_HMAC_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.auth.existingSecret }}
      key: {{ . }}
{{- end }}
{{- with .Values.auth.apiKeysKey }}
- name: TIDINGS_API_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.auth.existingSecret }}
      key: {{ . }}
{{- end }}
{{- else }}
{{- if .Values.auth.dev.hmacSecret }}
- name: TIDINGS_AUTH_HMAC_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ include "tidings.devSecretName" . }}
      key: hmac-secret
{{- end }}
{{- if .Values.auth.dev.apiKeys }}
- name: TIDINGS_API_KEYS
  valueFrom:
    secretKeyRef:
      name: {{ include "tidings.devSecretName" . }}
      key: api-keys
{{- end }}
{{- end }}
{{- end }}

{{/* The ports of Redis. */}}
{{- define "tidings.redisPorts" -}}
{{- $ports := list }}
{{- range .Values.redis.hosts }}
{{- $ports = append $ports (regexFind "[0-9]+$" .) }}
{{- end }}
{{- range .Values.networkPolicy.redisPorts }}
{{- $ports = append $ports (int64 . | toString) }}
{{- end }}
{{- $ports | uniq | sortAlpha | join "," }}
{{- end }}

{{/* The ports that public keys are fetched from, or nothing. */}}
{{- define "tidings.keyPorts" -}}
{{- $urls := list .Values.auth.jwksUrl }}
{{- range .Values.auth.issuers }}{{ $urls = append $urls .jwksUrl }}{{ end }}
{{- $ports := list }}
{{- range compact $urls }}
{{- $host := regexReplaceAll "^https?://([^/?#]*).*$" . "${1}" }}
{{- $ports = append $ports (default (ternary "443" "80" (hasPrefix "https:" .)) (regexFind ":[0-9]+$" $host | trimPrefix ":")) }}
{{- end }}
{{- $ports | uniq | sortAlpha | join "," }}
{{- end }}

{{/* The first host that is one: a wildcard is no address. */}}
{{- define "tidings.firstHost" -}}
{{- range . }}{{ if not (hasPrefix "*" .) }}{{ . }}{{ break }}{{ end }}{{ end }}
{{- end }}

{{/* The address that clients use, or nothing: of the test, and of the notes. */}}
{{- define "tidings.externalUrl" -}}
{{- $ingress := include "tidings.firstHost" .Values.ingress.hosts }}
{{- $route := include "tidings.firstHost" .Values.httpRoute.hostnames }}
{{- if .Values.tests.externalUrl }}
{{- if ne .Values.tests.externalUrl "-" }}{{ .Values.tests.externalUrl }}{{ end }}
{{- else if and .Values.ingress.enabled $ingress }}
{{- ternary "https" "http" (not (empty .Values.ingress.tls)) }}://{{ $ingress }}
{{- else if and .Values.httpRoute.enabled $route }}
{{- printf "https://%s" $route }}
{{- end }}
{{- end }}

{{/* What the test's pod is told: the hub's credentials, or a token of its own. */}}
{{- define "tidings.checkEnv" -}}
{{- include "tidings.authEnv" . }}
{{- with .Values.auth.issuer }}
- name: TIDINGS_AUTH_ISSUER
  value: {{ . | quote }}
{{- end }}
{{- with .Values.auth.audience }}
- name: TIDINGS_AUTH_AUDIENCE
  value: {{ . | quote }}
{{- end }}
{{- with .Values.tests.tokenSecret }}
- name: TIDINGS_CHECK_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ $.Values.tests.tokenKey }}
{{- end }}
{{- end }}
