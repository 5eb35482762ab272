{{/*
Cookie affinity, for each controller in its own words. Kubernetes has no portable ones: an Ingress knows no cookie, and sessionPersistence of the
Gateway API is experimental. Each returns a map as YAML, empty where the controller is another.
*/}}

{{- define "tidings.affinity.cookieOf" -}}
{{- if eq .Values.sessionAffinity.mode "cookie" }}{{ .Values.sessionAffinity.cookie.controller }}{{ end }}
{{- end }}

{{/* Traefik reads the Service. */}}
{{- define "tidings.affinity.serviceAnnotations" -}}
{{- $cookie := .Values.sessionAffinity.cookie }}
{{- if eq (include "tidings.affinity.cookieOf" .) "traefik" }}
traefik.ingress.kubernetes.io/service.sticky.cookie: "true"
traefik.ingress.kubernetes.io/service.sticky.cookie.name: {{ $cookie.name | quote }}
traefik.ingress.kubernetes.io/service.sticky.cookie.maxage: {{ int64 $cookie.ttlSeconds | toString | quote }}
traefik.ingress.kubernetes.io/service.sticky.cookie.samesite: {{ lower $cookie.sameSite | quote }}
traefik.ingress.kubernetes.io/service.sticky.cookie.secure: {{ $cookie.secure | toString | quote }}
traefik.ingress.kubernetes.io/service.sticky.cookie.httponly: "true"
{{- else }}
{}
{{- end }}
{{- end }}

{{/* The others read the Ingress. */}}
{{- define "tidings.affinity.ingressAnnotations" -}}
{{- $cookie := .Values.sessionAffinity.cookie }}
{{- $controller := include "tidings.affinity.cookieOf" . }}
{{- if eq $controller "haproxy" }}
{{- /* Two controllers are known by this name. Each leaves the other's annotations alone. */}}
haproxy.org/cookie-persistence: {{ $cookie.name | quote }}
haproxy-ingress.github.io/affinity: cookie
haproxy-ingress.github.io/session-cookie-name: {{ $cookie.name | quote }}
haproxy-ingress.github.io/session-cookie-strategy: insert
haproxy-ingress.github.io/session-cookie-keywords: {{ printf "indirect nocache httponly%s maxlife %ds" (ternary " secure" "" $cookie.secure) (int64 $cookie.ttlSeconds) | quote }}
haproxy-ingress.github.io/session-cookie-same-site: {{ eq $cookie.sameSite "None" | toString | quote }}
{{- else if eq $controller "alb" }}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/target-group-attributes: {{ printf "stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=%d" (int64 $cookie.ttlSeconds) | quote }}
{{- else if eq $controller "ingress-nginx" }}
nginx.ingress.kubernetes.io/affinity: cookie
nginx.ingress.kubernetes.io/affinity-mode: balanced
nginx.ingress.kubernetes.io/session-cookie-name: {{ $cookie.name | quote }}
nginx.ingress.kubernetes.io/session-cookie-max-age: {{ int64 $cookie.ttlSeconds | toString | quote }}
nginx.ingress.kubernetes.io/session-cookie-samesite: {{ $cookie.sameSite | quote }}
nginx.ingress.kubernetes.io/session-cookie-secure: {{ $cookie.secure | toString | quote }}
nginx.ingress.kubernetes.io/session-cookie-change-on-failure: "true"
{{- else if eq $controller "custom" }}
{{- toYaml $cookie.customAnnotations }}
{{- else }}
{}
{{- end }}
{{- end }}
