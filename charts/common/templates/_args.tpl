{{/*
common.args refuses a call with a missing or an unknown argument. Renders nothing.
Takes a list: the helper's name, the dict it was called with, its required keys, its optional keys.
*/}}
{{- define "common.args" -}}
{{- $helper := index . 0 -}}
{{- $given := index . 1 -}}
{{- $required := index . 2 -}}
{{- $known := concat $required (index . 3) -}}
{{- if not (kindIs "map" $given) -}}
  {{- fail (printf "%s: takes a dict with %s" $helper (join ", " $required)) -}}
{{- end -}}
{{- range $required -}}
  {{- if not (hasKey $given .) -}}
    {{- fail (printf "%s: missing argument %s" $helper .) -}}
  {{- end -}}
{{- end -}}
{{- range $key, $_ := $given -}}
  {{- if not (has $key $known) -}}
    {{- fail (printf "%s: unknown argument %s" $helper $key) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
