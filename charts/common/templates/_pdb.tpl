{{/*
common.pdb keeps pods through a node's drain. Refuses a budget that would never let a drain end; pods that
are broken anyway may always be evicted. Takes the chart's root.
*/}}
{{- define "common.pdb" -}}
{{- $keep := int .Values.podDisruptionBudget.minAvailable -}}
{{- $replicas := include "common.replicas" . | int -}}
{{- if ge $keep $replicas -}}
  {{- fail (printf "podDisruptionBudget.minAvailable: %d of %d replicas would block every drain: run more replicas or keep fewer" $keep $replicas) -}}
{{- end -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "common.metadata" (dict "root" .) | nindent 2 }}
spec:
  minAvailable: {{ $keep }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "common.selectorLabels" (dict "root" . "component" .Chart.Name) | nindent 6 }}
{{- end -}}
