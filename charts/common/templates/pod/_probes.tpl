{{/*
common.probe is one probe: a command, an HTTP request where there is a path, else a connection to the port.
Takes: root; probe (a map of the values); path (of that map, for the messages).
*/}}
{{- define "common.probe" -}}
{{- include "common.args" (list "common.probe" . (list "root" "probe" "path") list) -}}
{{- if not (or .probe.port .probe.command) -}}
  {{- fail (printf "%s: give it a port (with or without a path) or a command" .path) -}}
{{- end -}}
{{- if and .probe.command (or .probe.port .probe.path) -}}
  {{- fail (printf "%s: has a command besides a port or path: keep one of them" .path) -}}
{{- end -}}
{{- if .probe.command -}}
exec:
  command: {{ toJson .probe.command }}
{{- else -}}
{{- $port := include "common.port" (dict "root" .root "name" .probe.port "path" (printf "%s.port" .path)) -}}
{{- if .probe.path -}}
httpGet:
  path: {{ .probe.path }}
  port: {{ $port }}
{{- else -}}
tcpSocket:
  port: {{ $port }}
{{- end -}}
{{- end }}
{{- range $key, $value := omit .probe "path" "port" "command" }}
{{ $key }}: {{ $value }}
{{- end }}
{{- end -}}

{{/*
common.probes are the startup, readiness and liveness probes that the values have. Takes the chart's root.
*/}}
{{- define "common.probes" -}}
{{- range $name := list "startup" "readiness" "liveness" }}
{{- with get $.Values.probes $name }}
{{ $name }}Probe:
  {{- include "common.probe" (dict "root" $ "probe" . "path" (printf "probes.%s" $name)) | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
