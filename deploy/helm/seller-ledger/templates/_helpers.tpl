{{- define "seller-ledger.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "seller-ledger.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "seller-ledger.labels" -}}
{{ include "seller-ledger.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "seller-ledger.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "seller-ledger.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "seller-ledger.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "seller-ledger.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "seller-ledger.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{- define "seller-ledger.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A container that runs for long, as the items of `containers`: what differs between page and worker is in the dictionary. */}}
{{- define "seller-ledger.container" -}}
{{- $values := .root.Values -}}
- name: {{ .name }}
  image: {{ include "seller-ledger.image" .root | quote }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  args:
    {{- toYaml .args | nindent 4 }}
  env:
    - name: DATABASE_URL_FILE
      value: /run/secrets/seller-ledger/database-url
    - name: SELLER_LEDGER_KEY_FILE
      value: /run/secrets/seller-ledger/vault-key
    {{- with $values.extraEnv }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  ports:
    {{- if eq .name "web" }}
    - name: http
      containerPort: 4000
    {{- end }}
    - name: metrics
      containerPort: 9464
  startupProbe:
    httpGet:
      path: /health/live
      port: metrics
    periodSeconds: 5
    failureThreshold: 60
  livenessProbe:
    httpGet:
      path: /health/live
      port: metrics
    periodSeconds: 15
    timeoutSeconds: 5
    failureThreshold: 4
  readinessProbe:
    httpGet:
      path: /health/ready
      port: metrics
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 3
  resources:
    {{- toYaml .resources | nindent 4 }}
  securityContext:
    {{- include "seller-ledger.containerSecurity" .root | nindent 4 }}
  volumeMounts:
    - name: secrets
      mountPath: /run/secrets/seller-ledger
      readOnly: true
    - name: home
      mountPath: /var/lib/seller-ledger
    - name: tmp
      mountPath: /tmp
    {{- if $values.backups.existingClaim }}
    - name: backups
      mountPath: /var/lib/seller-ledger/backups
    {{- end }}
    {{- with $values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "seller-ledger.volumes" -}}
- name: secrets
  projected:
    defaultMode: 288
    sources:
      - secret:
          name: {{ required "database.existingSecret names the secret with the address of the database" .Values.database.existingSecret | quote }}
          items:
            - key: {{ .Values.database.key | quote }}
              path: database-url
      - secret:
          name: {{ required "vaultKey.existingSecret names the secret with the vault key" .Values.vaultKey.existingSecret | quote }}
          items:
            - key: {{ .Values.vaultKey.key | quote }}
              path: vault-key
- name: home
  emptyDir: {}
- name: tmp
  emptyDir:
    sizeLimit: 2Gi
{{- if .Values.backups.existingClaim }}
- name: backups
  persistentVolumeClaim:
    claimName: {{ .Values.backups.existingClaim | quote }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
