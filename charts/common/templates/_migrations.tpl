{{/*
common.migrations is a Job that must succeed before the release's own objects change. It runs before they
exist, so it uses none of them: configuration stands in it literally, Secrets come from outside the
release, and it has no ServiceAccount. The last one stays for its logs until the next takes its place.
Takes the chart's root.
*/}}
{{- define "common.migrations" -}}
{{- $component := dict "root" . "component" "migrations" -}}
{{- $annotations := dict "helm.sh/hook" "pre-install,pre-upgrade" "helm.sh/hook-weight" "-5" "helm.sh/hook-delete-policy" "before-hook-creation" -}}
{{- $name := printf "%s-migrate" .Release.Name -}}
apiVersion: batch/v1
kind: Job
metadata:
  {{- include "common.metadata" (merge (dict "name" $name "annotations" $annotations) $component) | nindent 2 }}
spec:
  backoffLimit: {{ .Values.migrations.backoffLimit }}
  activeDeadlineSeconds: {{ .Values.migrations.activeDeadlineSeconds }}
  template:
    metadata:
      labels:
        {{- include "common.labels" $component | nindent 8 }}
    spec:
      restartPolicy: Never
      {{- include "common.pod" (dict "root" .) | nindent 6 }}
      containers:
        - {{ include "common.container" (dict "root" . "name" "migrations" "command" .Values.migrations.command "configAsEnv" false "literals" .Values.config) | nindent 10 | trim }}
{{- end -}}
