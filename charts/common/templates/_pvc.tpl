{{/*
common.claim is the spec of a PersistentVolumeClaim for one pod at a time.
Takes: size (a quantity); optional: className (default: the cluster's).
*/}}
{{- define "common.claim" -}}
{{- include "common.args" (list "common.claim" . (list "size") (list "className")) -}}
accessModes: [ReadWriteOnce]
{{- with .className }}
storageClassName: {{ . }}
{{- end }}
resources:
  requests:
    storage: {{ .size }}
{{- end -}}
