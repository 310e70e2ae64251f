{{/*
common.statefulset runs one pod that keeps its volume. It is for local and kind: a database that matters
has an operator or a provider.
Takes: root; claim (dict: name, mountPath, size, className); optional: literals, volumes.
*/}}
{{- define "common.statefulset" -}}
{{- include "common.args" (list "common.statefulset" . (list "root" "claim") (list "literals" "volumes")) -}}
{{- $component := dict "root" .root "component" .root.Chart.Name -}}
{{- $volumes := append (.volumes | default list) (dict "name" .claim.name "mountPath" .claim.mountPath) -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  {{- include "common.metadata" $component | nindent 2 }}
spec:
  serviceName: {{ .root.Release.Name }}
  replicas: 1
  revisionHistoryLimit: 5
  selector:
    matchLabels:
      {{- include "common.selectorLabels" $component | nindent 6 }}
  template:
    {{- include "common.podTemplate" (dict "root" .root "literals" .literals "volumes" $volumes) | nindent 4 }}
  volumeClaimTemplates:
    - metadata:
        name: {{ .claim.name }}
      spec:
        {{- include "common.claim" (pick .claim "size" "className") | nindent 8 }}
{{- end -}}
