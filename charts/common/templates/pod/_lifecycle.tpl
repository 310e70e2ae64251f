{{/*
common.lifecycle lets a pod serve on for `preStopSeconds` after it was told to stop, until no router sends
it requests any more. Takes the chart's root.
*/}}
{{- define "common.lifecycle" -}}
{{- $sleep := int .Values.preStopSeconds -}}
{{- $grace := int .Values.terminationGracePeriodSeconds -}}
{{- if ge $sleep $grace -}}
  {{- fail (printf "terminationGracePeriodSeconds: %d leaves no time to finish requests after preStopSeconds (%d)" $grace $sleep) -}}
{{- end -}}
{{- if $sleep -}}
preStop:
  sleep:
    seconds: {{ $sleep }}
{{- end -}}
{{- end -}}
