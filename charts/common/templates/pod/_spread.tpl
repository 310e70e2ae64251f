{{/*
common.spread asks for the replicas of one version on different nodes and zones, where there are several.
Takes the chart's root.
*/}}
{{- define "common.spread" -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  matchLabelKeys: [pod-template-hash]
  labelSelector:
    matchLabels:
      {{- include "common.selectorLabels" (dict "root" $ "component" $.Chart.Name) | nindent 6 }}
{{- end }}
{{- end -}}
