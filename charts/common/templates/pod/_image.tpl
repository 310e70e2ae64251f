{{/*
common.image is the image's reference, by digest where there is one. Refuses what may change under a
running pod. Takes the chart's root.
*/}}
{{- define "common.image" -}}
{{- $image := .Values.image -}}
{{- if not (or $image.tag $image.digest) -}}
  {{- fail "image.tag: is not set: give an immutable tag (sha-…) or image.digest" -}}
{{- end -}}
{{- if eq $image.tag "latest" -}}
  {{- fail "image.tag: latest changes without a rollout: give an immutable tag (sha-…)" -}}
{{- end -}}
{{- $image.repository -}}
{{- with $image.tag }}:{{ . }}{{ end -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end -}}
