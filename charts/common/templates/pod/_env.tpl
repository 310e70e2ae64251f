{{/*
common.env is the list of a container's variables: literals first, then the keys of the component's Secret.
Takes: root; optional: literals (a map of name to text; `$(` is kept as text, as it is in a ConfigMap).
*/}}
{{- define "common.env" -}}
{{- include "common.args" (list "common.env" . (list "root") (list "literals")) -}}
{{- $secret := .root.Values.secret | default dict -}}
{{- range $name, $value := .literals }}
- name: {{ $name }}
  value: {{ $value | replace "$(" "$$(" | quote }}
{{- end }}
{{- range $secret.required }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret.name }}
      key: {{ . }}
{{- end }}
{{- range $secret.optional }}
{{- if has . $secret.required }}
  {{- fail (printf "secret.optional: %s is in secret.required too: remove one" .) }}
{{- end }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret.name }}
      key: {{ . }}
      optional: true
{{- end }}
{{- end -}}
