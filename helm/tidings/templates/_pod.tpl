{{/* The template of the hub's pods. */}}

{{- define "tidings.env" -}}
- name: SMALLRYE_CONFIG_LOCATIONS
  value: /etc/tidings/config/application.properties
{{- include "tidings.authEnv" . }}
{{- range $name, $issuer := .Values.auth.issuers }}
{{- with $issuer.hmacSecret }}
- name: TIDINGS_AUTH_ISSUERS__{{ regexReplaceAll "[^A-Za-z0-9]" $name "_" | upper }}__HMAC_SECRET
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- if .Values.redis.existingSecret }}
{{- with .Values.redis.usernameKey }}
- name: TIDINGS_REDIS_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.redis.existingSecret }}
      key: {{ . }}
{{- end }}
{{- with .Values.redis.passwordKey }}
- name: TIDINGS_REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.redis.existingSecret }}
      key: {{ . }}
{{- end }}
{{- with .Values.redis.sentinelUsernameKey }}
- name: TIDINGS_REDIS_SENTINEL_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.redis.existingSecret }}
      key: {{ . }}
{{- end }}
{{- with .Values.redis.sentinelPasswordKey }}
- name: TIDINGS_REDIS_SENTINEL_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $.Values.redis.existingSecret }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- range $name, $value := .Values.extraEnv }}
- name: {{ $name }}
  {{- if kindIs "map" $value }}
  {{- toYaml $value | nindent 2 }}
  {{- else }}
  value: {{ include "tidings.text" $value | quote }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "tidings.spreadConstraints" -}}
{{- range .Values.topologySpreadConstraints }}
{{- $constraint := deepCopy . }}
{{- if not (hasKey $constraint "labelSelector") }}
{{- $_ := set $constraint "labelSelector" (dict "matchLabels" (include "tidings.selectorLabels" $ | fromYaml)) }}
{{- /* Only pods of the same version count: the old ones, which are about to end, would push the new ones aside. */}}
{{- if not (hasKey $constraint "matchLabelKeys") }}{{ $_ := set $constraint "matchLabelKeys" (list "pod-template-hash") }}{{ end }}
{{- end }}
- {{ toYaml $constraint | indent 2 | trim }}
{{- end }}
{{- end }}

{{- define "tidings.podTemplate" -}}
metadata:
  annotations:
    # A pod reads its configuration when it starts: another configuration is another pod, and the same one is the same pod.
    checksum/config: {{ include "tidings.properties" . | sha256sum }}
    {{- if include "tidings.hasDevSecret" . }}
    checksum/dev-secret: {{ .Values.auth.dev | toJson | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  labels:
    {{- include "tidings.sixLabels" (dict "root" . "component" "hub") | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "tidings.serviceAccountName" . }}
  automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
  # Without it every Service of the namespace becomes variables, and one named "tidings" would be taken for settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "tidings.graceSeconds" . }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with include "tidings.spreadConstraints" . | trim }}
  topologySpreadConstraints:
    {{- . | nindent 4 }}
  {{- end }}
  {{- with .Values.initContainers }}
  initContainers:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: tidings
      image: {{ include "tidings.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      ports:
        - name: http
          containerPort: {{ int64 .Values.ports.http }}
          protocol: TCP
        - name: management
          containerPort: {{ int64 .Values.ports.management }}
          protocol: TCP
      env:
        {{- include "tidings.env" . | nindent 8 }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if eq .Values.drain.hook "http" }}
      lifecycle:
        preStop:
          httpGet:
            path: /q/drain
            port: management
            httpHeaders:
              - name: Tidings-Hook
                value: preStop
      {{- else if gt (int64 .Values.drain.endpointPropagationSeconds) 0 }}
      lifecycle:
        preStop:
          sleep:
            seconds: {{ int64 .Values.drain.endpointPropagationSeconds }}
      {{- end }}
      startupProbe:
        httpGet:
          path: /q/health/started
          port: management
        periodSeconds: {{ int64 .Values.probes.startup.periodSeconds }}
        failureThreshold: {{ int64 .Values.probes.startup.failureThreshold }}
      readinessProbe:
        httpGet:
          path: /q/health/ready
          port: management
        periodSeconds: {{ int64 .Values.probes.readiness.periodSeconds }}
        timeoutSeconds: {{ int64 .Values.probes.readiness.timeoutSeconds }}
        failureThreshold: {{ int64 .Values.probes.readiness.failureThreshold }}
      livenessProbe:
        httpGet:
          path: /q/health/live
          port: management
        periodSeconds: {{ int64 .Values.probes.liveness.periodSeconds }}
        timeoutSeconds: {{ int64 .Values.probes.liveness.timeoutSeconds }}
        failureThreshold: {{ int64 .Values.probes.liveness.failureThreshold }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: config
          mountPath: /etc/tidings/config
          readOnly: true
        - name: tmp
          mountPath: /tmp
        {{- if .Values.auth.publicKeys.existingConfigMap }}
        - name: public-keys
          mountPath: /etc/tidings/public-keys
          readOnly: true
        {{- end }}
        {{- if and .Values.redis.tls.enabled .Values.redis.tls.caSecret }}
        - name: redis-ca
          mountPath: /etc/tidings/redis-ca
          readOnly: true
        {{- end }}
        {{- if and .Values.redis.tls.enabled .Values.redis.tls.certSecret }}
        - name: redis-certificate
          mountPath: /etc/tidings/redis-certificate
          readOnly: true
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- with .Values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "tidings.fullname" . }}
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- with .Values.auth.publicKeys.existingConfigMap }}
    - name: public-keys
      configMap:
        name: {{ . }}
    {{- end }}
    {{- if and .Values.redis.tls.enabled .Values.redis.tls.caSecret }}
    - name: redis-ca
      secret:
        secretName: {{ .Values.redis.tls.caSecret }}
        items:
          - key: {{ .Values.redis.tls.caKey }}
            path: {{ .Values.redis.tls.caKey }}
    {{- end }}
    {{- if and .Values.redis.tls.enabled .Values.redis.tls.certSecret }}
    - name: redis-certificate
      secret:
        secretName: {{ .Values.redis.tls.certSecret }}
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
