/** With TLS 1.3 a host says only after the handshake, by hanging up, that it wants a certificate. */
const BROKEN_OFF =
  'The host broke the connection off: often it wants a client certificate (authentication type certificate), or a firewall between the two ends it.';

/** Codes of Node, OpenSSL and undici for a connection that did not come about, with what each one asks for. */
const HINTS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'There is no host of this name: correct it, or the name server of this machine.',
  EAI_AGAIN: 'The name server of this machine does not answer: check its network.',
  ECONNREFUSED: 'The host is there, but nothing listens at this port: check the port of the address.',
  EHOSTUNREACH: 'No way leads to the host: check network, VPN and firewall.',
  ENETUNREACH: 'No way leads to the host: check network, VPN and firewall.',
  ETIMEDOUT: 'The host does not answer: usually a firewall, or a proxy that is needed and not set.',
  UND_ERR_CONNECT_TIMEOUT: 'The host does not answer: usually a firewall, or a proxy that is needed and not set.',
  ECONNRESET: BROKEN_OFF,
  UND_ERR_SOCKET: BROKEN_OFF,
  CERT_HAS_EXPIRED:
    'The certificate of the host has expired: its owner has to renew it. If it has not, the clock of this machine is wrong.',
  CERT_NOT_YET_VALID: 'The certificate of the host is not valid yet: usually the clock of this machine is behind.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the host is signed by itself: give it as caPem.',
  SELF_SIGNED_CERT_IN_CHAIN:
    'The certificate of the host comes from an authority of your own: give the authority’s certificate as caPem.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'The certificate of the host comes from an authority this machine does not know: give the authority’s certificate as caPem.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'The host does not send the certificates between its own and the authority: complete its chain, or give them as caPem.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate belongs to another host name: use the name that stands in it.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'The host wants a client certificate: log on by certificate (authentication type certificate).',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    'The host does not know our client certificate: enter it for the communication user in SAP.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
    'The host does not trust the authority of our client certificate: have it signed by one that SAP trusts.',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    'Our client certificate has expired: make a new one, enter it in SAP and in the connection.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The port does not speak TLS: it is one for http, or a proxy answers.',
  ERR_SSL_UNSUPPORTED_PROTOCOL:
    'The host speaks only TLS older than 1.2, which is not used: let its owner switch on TLS 1.2.',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION:
    'The host speaks only TLS older than 1.2, which is not used: let its owner switch on TLS 1.2.',
};

/** What a failed connection asks for, by the system's error code; `undefined` for one without a common cause. */
export function networkHint(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : HINTS[reason];
}
