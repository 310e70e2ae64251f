{{/*
common.container is a container of the component's image.
Takes: root; optional: name (default: the chart), command, literals (see common.env), volumes (see
common.mounts), configAsEnv (the ConfigMap's keys as variables, default true), serving (with ports, probes
and lifecycle, default false).
*/}}
{{- define "common.container" -}}
{{- include "common.args" (list "common.container" . (list "root") (list "name" "command" "literals" "volumes" "configAsEnv" "serving")) -}}
name: {{ .name | default .root.Chart.Name }}
image: {{ include "common.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- with .command }}
command: {{ toJson . }}
{{- end }}
{{- if and .root.Values.config (ne .configAsEnv false) }}
envFrom:
  - configMapRef:
      name: {{ include "common.configName" .root }}
{{- end }}
{{- with include "common.env" (dict "root" .root "literals" .literals) | trim }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- if .serving }}
ports:
  {{- include "common.ports" .root | trim | nindent 2 }}
{{ include "common.probes" .root | trim }}
{{- with include "common.lifecycle" .root }}
lifecycle:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}
resources:
  {{- toYaml .root.Values.resources | nindent 2 }}
securityContext:
  {{- include "common.containerSecurity" . | nindent 2 }}
volumeMounts:
  {{- include "common.mounts" .volumes | nindent 2 }}
{{- end -}}
