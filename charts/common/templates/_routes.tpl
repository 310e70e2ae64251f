{{/*
common.routes is what the front door sends to this chart, as JSON: [{host, paths: [path, …]}], each host
once and in the order of the values. Ingress and HTTPRoute are both made from it. Takes the chart's root.
*/}}
{{- define "common.routes" -}}
{{- $ingress := .Values.ingress -}}
{{- $paths := dict -}}
{{- $hosts := list -}}
{{- range prepend $ingress.extraRules (dict "host" $ingress.host "path" $ingress.path) -}}
  {{- $known := get $paths .host | default list -}}
  {{- if has .path $known -}}
    {{- fail (printf "ingress.extraRules: %s%s is there twice: remove one" .host .path) -}}
  {{- end -}}
  {{- $_ := set $paths .host (append $known .path) -}}
  {{- $hosts = append $hosts .host | uniq -}}
{{- end -}}
{{- $routes := list -}}
{{- range $hosts -}}
  {{- $routes = append $routes (dict "host" . "paths" (get $paths .)) -}}
{{- end -}}
{{- toJson $routes -}}
{{- end -}}
