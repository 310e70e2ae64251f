{{/*
common.mounts and common.volumes are a container's volumes, and the pod's: always a /tmp, as the root
filesystem is read-only.
Both take a list of dicts: name, mountPath; optional: readOnly, source (the volume's own fields, as a map;
without it the volume comes from a volumeClaimTemplate).
*/}}
{{- define "common.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- range . }}
{{- include "common.args" (list "common.mounts" . (list "name" "mountPath") (list "readOnly" "source")) }}
- name: {{ .name }}
  mountPath: {{ .mountPath }}
  {{- if .readOnly }}
  readOnly: true
  {{- end }}
{{- end }}
{{- end -}}

{{- define "common.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- range . }}
{{- if .source }}
- name: {{ .name }}
  {{- toYaml .source | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}
