{{/*
worker.claimName is the name of the mail folder's PersistentVolumeClaim. Takes the chart's root.
*/}}
{{- define "worker.claimName" -}}
{{- .Release.Name }}-mail
{{- end -}}

{{/*
worker.mail says where mail goes, as YAML {literals, volumes}: to the SMTP server of the Secret, or into a
folder, but never nowhere and never to both. Takes the chart's root.
*/}}
{{- define "worker.mail" -}}
{{- $mail := .Values.mailDir -}}
{{- $smtp := has "SMTP_URL" (concat .Values.secret.required .Values.secret.optional) -}}
{{- if eq $mail.storage "none" -}}
  {{- if not (has "SMTP_URL" .Values.secret.required) -}}
    {{- fail "mailDir.storage: none loses all mail: add SMTP_URL to secret.required, or use emptyDir or persistent" -}}
  {{- end -}}
{literals: {}, volumes: []}
{{- else -}}
  {{- if $smtp -}}
    {{- fail (printf "mailDir.storage: %s and SMTP_URL in secret: mail goes to one of them, remove the other" $mail.storage) -}}
  {{- end -}}
  {{- if and (eq $mail.storage "persistent") (gt (include "common.replicas" . | int) 1) -}}
    {{- fail "mailDir.storage: persistent is one pod's folder: set replicaCount to 1 or use emptyDir" -}}
  {{- end -}}
literals:
  MAIL_DIR: {{ $mail.path }}
volumes:
  - name: mail
    mountPath: {{ $mail.path }}
    source:
      {{- if eq $mail.storage "persistent" }}
      persistentVolumeClaim:
        claimName: {{ include "worker.claimName" . }}
      {{- else }}
      emptyDir:
        sizeLimit: {{ $mail.size }}
      {{- end }}
{{- end -}}
{{- end -}}
