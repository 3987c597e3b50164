import { createSecureContext, rootCertificates, type SecureContextOptions } from 'node:tls';
import { Problem } from '../core/index.ts';
import type { SapSecrets, SapSettings } from './settings.ts';

/** How connections to SAP, and to the token server, are secured. */
export interface TlsOptions {
  readonly sap: SecureContextOptions;
  readonly tokenServer: SecureContextOptions;
}

/**
 * A client certificate goes to SAP where it is the log-on, and to the token server where it stands for the client secret;
 * never to both, because SAP may log a certificate on as another user than the token. Raises `SAP_CERTIFICATE_UNREADABLE`
 * (invalid) when key, certificate or passphrase do not fit.
 */
export function tlsOptions(settings: SapSettings, secrets: SapSecrets): TlsOptions {
  const { authentication, caPem } = settings;
  const plain: SecureContextOptions = { minVersion: 'TLSv1.2' };
  if (caPem) plain.ca = [...rootCertificates, caPem];
  const isCertificate =
    authentication.type === 'certificate' ||
    (authentication.type === 'oauth2' && authentication.sendCredentials === 'certificate');
  const certified = isCertificate ? { ...plain, ...certificateOf(authentication.certPem, secrets) } : plain;
  assertReadable(certified);
  return { sap: authentication.type === 'certificate' ? certified : plain, tokenServer: certified };
}

function certificateOf(certPem: string | undefined, secrets: SapSecrets): SecureContextOptions {
  return {
    ...(certPem ? { cert: certPem, key: secrets.keyPem } : { pfx: Buffer.from(secrets.p12Base64 ?? '', 'base64') }),
    ...(secrets.passphrase !== undefined && { passphrase: secrets.passphrase }),
  };
}

function assertReadable(options: SecureContextOptions): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const code = errorCodeOf(error);
    const isLegacy = code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION' || code === 'ERR_OSSL_EVP_UNSUPPORTED';
    throw new Problem({
      code: 'SAP_CERTIFICATE_UNREADABLE',
      kind: 'invalid',
      says: `The certificate settings of the SAP connection cannot be read (${code}).`,
      next: isLegacy
        ? 'The file uses an outdated cipher. Export it again: openssl pkcs12 -legacy -in old.p12 -nodes -out all.pem && openssl pkcs12 -export -in all.pem -out new.p12'
        : 'Check that certificate, key and passphrase belong together and that caPem is PEM text.',
      data: code,
    });
  }
}

/** The code of a system or undici error. Never its message, which may name more than a person should see. */
export function errorCodeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if ('name' in error && typeof error.name === 'string') return error.name;
  }
  return 'UNKNOWN_ERROR';
}

const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Codes of Node and OpenSSL for a certificate or protocol that one side does not accept. */
export function isCertificateCode(code: string): boolean {
  return CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_');
}

/** Of them, those that say that the other side speaks no TLS of today, or none at all. */
export function isProtocolCode(code: string): boolean {
  return /^ERR_SSL_.*(PROTOCOL|VERSION|PACKET_LENGTH|UNKNOWN_PROTOCOL|HTTP_REQUEST)/.test(code);
}
