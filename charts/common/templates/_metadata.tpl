{{/*
common.metadata is an object's name, namespace, labels and annotations.
Takes: root; optional: name (default: the release), component (default: the chart), annotations (a map).
*/}}
{{- define "common.metadata" -}}
{{- include "common.args" (list "common.metadata" . (list "root") (list "name" "component" "annotations")) -}}
name: {{ .name | default .root.Release.Name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "common.labels" (dict "root" .root "component" (.component | default .root.Chart.Name)) | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
