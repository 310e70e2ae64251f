{{/*
common.replicas is how few pods the component may have when nothing is wrong: the autoscaler's minimum,
or replicaCount. Takes the chart's root.
*/}}
{{- define "common.replicas" -}}
{{- if and .Values.autoscaling .Values.autoscaling.enabled -}}
{{- .Values.autoscaling.minReplicas -}}
{{- else -}}
{{- .Values.replicaCount -}}
{{- end -}}
{{- end -}}
