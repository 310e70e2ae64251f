{{/*
common.notes is what Helm prints after an installation.
Takes: root; workload (`deployment` or `statefulset`).
*/}}
{{- define "common.notes" -}}
{{- include "common.args" (list "common.notes" . (list "root" "workload") list) -}}
{{- $values := .root.Values -}}
{{- $object := printf "%s/%s -n %s" .workload .root.Release.Name .root.Release.Namespace -}}
{{ .root.Release.Name }} runs {{ include "common.image" .root }}

  kubectl rollout status {{ $object }}
  kubectl logs {{ $object }}
{{- with $values.secret }}

It needs Secret {{ .name }} with {{ join ", " .required }}{{ with .optional }} and may have {{ join ", " . }}{{ end }}.
{{- end }}
{{- if and $values.ingress (or $values.ingress.enabled $values.gateway.enabled) }}

It answers at
{{- range $route := include "common.routes" .root | fromJsonArray }}
{{- range $route.paths }}
  {{ ternary "https" "http" $values.ingress.tls }}://{{ $route.host }}{{ . }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
