{{/*
common.port is the name of a container port, after a check that it exists.
Takes: root; name; path (of the value at fault, for the message).
*/}}
{{- define "common.port" -}}
{{- include "common.args" (list "common.port" . (list "root" "name" "path") list) -}}
{{- if not (hasKey .root.Values.ports .name) -}}
  {{- fail (printf "%s: there is no port %s: use one of %s" .path .name (keys .root.Values.ports | sortAlpha | join ", ")) -}}
{{- end -}}
{{- .name -}}
{{- end -}}

{{/*
common.ports is the list of a container's ports. Takes the chart's root.
*/}}
{{- define "common.ports" -}}
{{- range $name, $number := .Values.ports }}
- name: {{ $name }}
  containerPort: {{ $number }}
{{- end }}
{{- end -}}
