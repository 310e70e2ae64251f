{{/*
common.configName is the name of the component's ConfigMap. Takes the chart's root.
*/}}
{{- define "common.configName" -}}
{{- .Chart.Name }}-config
{{- end -}}

{{/*
common.configmap is the component's ConfigMap; without data there is none.
Takes: root; data (a map of key to text).
*/}}
{{- define "common.configmap" -}}
{{- include "common.args" (list "common.configmap" . (list "root" "data") list) -}}
{{- if .data -}}
apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "common.metadata" (dict "root" .root "name" (include "common.configName" .root)) | nindent 2 }}
data:
  {{- toYaml .data | nindent 2 }}
{{- end -}}
{{- end -}}
