{{/* The behavior of an HPA, its numbers whole. The HPA of KEDA has the same. */}}
{{- define "tidings.behavior" -}}
{{- range $direction := list "scaleUp" "scaleDown" }}
{{- with get $.Values.autoscaling.behavior $direction }}
{{ $direction }}:
  {{- if hasKey . "stabilizationWindowSeconds" }}
  stabilizationWindowSeconds: {{ int64 .stabilizationWindowSeconds }}
  {{- end }}
  {{- with .selectPolicy }}
  selectPolicy: {{ . }}
  {{- end }}
  {{- if not (kindIs "invalid" $.Values.autoscaling.hpa.tolerance) }}
  tolerance: {{ $.Values.autoscaling.hpa.tolerance | toString | quote }}
  {{- end }}
  {{- with .policies }}
  policies:
    {{- range . }}
    - type: {{ .type }}
      value: {{ int64 .value }}
      periodSeconds: {{ int64 .periodSeconds }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
{{- end }}
