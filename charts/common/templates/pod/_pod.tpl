{{/*
common.pod is what every pod of the component has, but for its containers.
Takes: root; optional: volumes (see common.volumes).
*/}}
{{- define "common.pod" -}}
{{- include "common.args" (list "common.pod" . (list "root") (list "volumes")) -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
securityContext:
  {{- include "common.podSecurity" . | nindent 2 }}
volumes:
  {{- include "common.volumes" .volumes | nindent 2 }}
{{- end -}}

{{/*
common.podTemplate is the template of the pods that serve. A changed ConfigMap changes its checksum, and
so replaces the pods.
Takes: root; optional: spread (over nodes and zones, default false), and configAsEnv, literals, volumes
(see common.container).
*/}}
{{- define "common.podTemplate" -}}
metadata:
  labels:
    {{- include "common.labels" (dict "root" .root "component" .root.Chart.Name) | nindent 4 }}
  {{- with .root.Values.config }}
  annotations:
    checksum/config: {{ toJson . | sha256sum }}
  {{- end }}
spec:
  serviceAccountName: {{ .root.Release.Name }}
  terminationGracePeriodSeconds: {{ .root.Values.terminationGracePeriodSeconds }}
  {{- include "common.pod" (dict "root" .root "volumes" .volumes) | nindent 2 }}
  {{- if .spread }}
  topologySpreadConstraints:
    {{- include "common.spread" .root | trim | nindent 4 }}
  {{- end }}
  containers:
    - {{ include "common.container" (merge (dict "serving" true) (omit . "spread")) | nindent 6 | trim }}
{{- end -}}
