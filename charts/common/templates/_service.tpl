{{/*
common.service is the component's name in the cluster's DNS. Where the pods have metrics, the Service has
them too, so that Prometheus finds them; no Ingress leads there.
Takes: root; port (a name in values `ports`); optional: headless (the name resolves to the pods).
*/}}
{{- define "common.service" -}}
{{- include "common.args" (list "common.service" . (list "root" "port") (list "headless")) -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "common.metadata" (dict "root" .root) | nindent 2 }}
spec:
  {{- if .headless }}
  clusterIP: None
  {{- end }}
  selector:
    {{- include "common.selectorLabels" (dict "root" .root "component" .root.Chart.Name) | nindent 4 }}
  ports:
    - name: {{ .port }}
      port: {{ .root.Values.service.port }}
      targetPort: {{ include "common.port" (dict "root" .root "name" .port "path" "ports") }}
      {{- if eq .port "http" }}
      appProtocol: http
      {{- end }}
    {{- if and (hasKey .root.Values.ports "metrics") (ne .port "metrics") }}
    - name: metrics
      port: {{ .root.Values.ports.metrics }}
      targetPort: metrics
    {{- end }}
{{- end -}}
