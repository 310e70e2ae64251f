{{/*
common.selectorLabels chooses the pods of one part of a release. A selector is immutable, so nothing
that changes between versions belongs here.
Takes: root; component (`api`, or `migrations` for the Job, whose pods no Service may choose).
*/}}
{{- define "common.selectorLabels" -}}
{{- include "common.args" (list "common.selectorLabels" . (list "root" "component") list) -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/*
common.labels are the recommended labels of every object and pod.
Takes: root; component.
*/}}
{{- define "common.labels" -}}
{{- $version := .root.Values.image.tag | default .root.Values.image.digest | replace ":" "-" | trunc 63 -}}
{{ include "common.selectorLabels" . }}
app.kubernetes.io/part-of: {{ .root.Values.partOf }}
app.kubernetes.io/version: {{ regexReplaceAll "[^A-Za-z0-9]+$" $version "" | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end -}}
