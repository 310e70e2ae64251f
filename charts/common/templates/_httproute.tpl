{{/*
common.httproute is the same routing for the Gateway API: one HTTPRoute per host, because the rules of an
HTTPRoute hold for all its hosts. Takes the chart's root.
*/}}
{{- define "common.httproute" -}}
{{- if not .Values.gateway.parentRefs -}}
  {{- fail "gateway.parentRefs: an HTTPRoute needs a Gateway: add {name: NAME, namespace: NAMESPACE}" -}}
{{- end -}}
{{- range $index, $route := include "common.routes" . | fromJsonArray }}
{{- $name := $.Release.Name -}}
{{- if $index }}{{ $name = printf "%s-%s" $name ($route.host | replace "." "-") }}{{ end }}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  {{- include "common.metadata" (dict "root" $ "name" $name) | nindent 2 }}
spec:
  parentRefs:
    {{- toYaml $.Values.gateway.parentRefs | nindent 4 }}
  hostnames:
    - {{ $route.host }}
  rules:
    - matches:
        {{- range $route.paths }}
        - path:
            type: PathPrefix
            value: {{ . }}
        {{- end }}
      backendRefs:
        - name: {{ $.Release.Name }}
          port: {{ $.Values.service.port }}
{{- end }}
{{- end -}}
