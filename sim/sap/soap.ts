/** SOAP envelopes in both versions. A reply speaks the version of the request. */
import type { SimResponse } from '../http-shell.ts';
import { childOf, escapeXml, parseXml, type XmlElement, XmlError } from './xml.ts';

export interface SoapVersion {
  readonly namespace: string;
  readonly contentType: string;
  readonly prefix: string;
}

const soap11: SoapVersion = {
  namespace: 'http://schemas.xmlsoap.org/soap/envelope/',
  contentType: 'text/xml',
  prefix: 'soap-env',
};
/** SOAP 1.1, which the service advertises first. */
export const soapVersionUsual = soap11;

const soap12: SoapVersion = {
  namespace: 'http://www.w3.org/2003/05/soap-envelope',
  contentType: 'application/soap+xml',
  prefix: 'env',
};

/** The version that a Content-Type announces; undefined for any other media type. */
export function soapVersionOf(contentType: string | undefined): SoapVersion | undefined {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  return [soap11, soap12].find((version) => version.contentType === mediaType);
}

/** The one element inside the body. Raises XmlError when the bytes are no such envelope. */
export function openEnvelope(body: Uint8Array, version: SoapVersion): XmlElement {
  const envelope = parseXml(decodeUtf8(body));
  if (envelope.name !== 'Envelope' || envelope.namespace !== version.namespace) {
    throw new XmlError(`the root is ${envelope.name} in ${envelope.namespace || 'no namespace'}, not a SOAP envelope`);
  }
  const [first, ...rest] = childOf(envelope, 'Body')?.children ?? [];
  if (!first || rest.length > 0) throw new XmlError('a SOAP body carries exactly one message');
  return first;
}

export function soapReply(version: SoapVersion, status: number, body: string): SimResponse {
  const { prefix, namespace, contentType } = version;
  return {
    status,
    headers: { 'content-type': `${contentType}; charset=utf-8` },
    body: `<${prefix}:Envelope xmlns:${prefix}="${namespace}"><${prefix}:Header/><${prefix}:Body>${body}</${prefix}:Body></${prefix}:Envelope>`,
  };
}

/** HTTP 500 with the one sentence SAP gives away; the reason stays in its error log under the transaction ID. */
export function soapFault(version: SoapVersion, transactionId: string, nowMs: number): SimResponse {
  const stamp = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  const says = `Web service processing error; more details in the web service error log on provider side (UTC timestamp ${stamp}; Transaction ID ${transactionId})`;
  const { prefix } = version;
  const fault =
    version === soap11
      ? `<faultcode>${prefix}:Server</faultcode><faultstring xml:lang="en">${escapeXml(says)}</faultstring><detail/>`
      : `<${prefix}:Code><${prefix}:Value>${prefix}:Receiver</${prefix}:Value></${prefix}:Code><${prefix}:Reason><${prefix}:Text xml:lang="en">${escapeXml(says)}</${prefix}:Text></${prefix}:Reason><${prefix}:Detail/>`;
  return soapReply(version, 500, `<${prefix}:Fault>${fault}</${prefix}:Fault>`);
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new XmlError('the bytes are not UTF-8');
  }
}
