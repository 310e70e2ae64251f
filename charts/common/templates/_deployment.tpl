{{/*
common.deployment runs the component's pods and replaces them without losing one that serves.
Takes: root; optional: configAsEnv, literals, volumes (see common.container).
*/}}
{{- define "common.deployment" -}}
{{- include "common.args" (list "common.deployment" . (list "root") (list "configAsEnv" "literals" "volumes")) -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "common.metadata" (dict "root" .root) | nindent 2 }}
spec:
  {{- if not .root.Values.autoscaling.enabled }}
  replicas: {{ .root.Values.replicaCount }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 0
      maxSurge: 1
  selector:
    matchLabels:
      {{- include "common.selectorLabels" (dict "root" .root "component" .root.Chart.Name) | nindent 6 }}
  template:
    {{- include "common.podTemplate" (merge (dict "spread" true) .) | nindent 4 }}
{{- end -}}
