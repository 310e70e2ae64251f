{{/*
common.ingress routes the public hosts to the component's Service. With `tls`, one certificate covers all
hosts of the Ingress, so that no two Ingresses share a Secret. Takes the chart's root.
*/}}
{{- define "common.ingress" -}}
{{- $routes := include "common.routes" . | fromJsonArray -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "common.metadata" (dict "root" . "annotations" .Values.ingress.annotations) | nindent 2 }}
spec:
  {{- with .Values.ingress.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- if .Values.ingress.tls }}
  tls:
    - secretName: {{ .Release.Name }}-tls
      hosts:
        {{- range $routes }}
        - {{ .host }}
        {{- end }}
  {{- end }}
  rules:
    {{- range $routes }}
    - host: {{ .host }}
      http:
        paths:
          {{- range .paths }}
          - path: {{ . }}
            pathType: Prefix
            backend:
              service:
                name: {{ $.Release.Name }}
                port:
                  name: http
          {{- end }}
    {{- end }}
{{- end -}}
