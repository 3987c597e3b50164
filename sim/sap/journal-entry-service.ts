/** The service "Journal Entry – Post (Synchronous)": one request, one answer with document numbers or reasons. */
import type { SimRequest, SimResponse } from '../http-shell.ts';
import { mayPost, mayPostIn, notAuthorized } from './access-rules.ts';
import { bookEntry, type ForcedRefusal } from './book-entry.ts';
import { type EntryInput, readEntry } from './entry-input.ts';
import { type LogMessage, refusal } from './log-message.ts';
import type { Release } from './message-releases.ts';
import { openEnvelope, type SoapVersion, soapFault, soapReply, soapVersionOf } from './soap.ts';
import { findMessageFault } from './validate-message.ts';
import { documentKey, type PostedDocument, type PretendSapWorld } from './world.ts';
import { childOf, childrenOf, escapeXml, type XmlElement, XmlError } from './xml.ts';

export const journalEntryPath = '/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi';

const namespace = 'http://sap.com/xi/SAPSCORE/SFIN';
const soapAction = `${namespace}/JournalEntryCreateRequestConfirmation_In/JournalEntryCreateRequestConfirmation_InRequest`;
const systemId = 'PSP';
const logicalSystem = '0MPSPD1';
const noteLengthMax = 200;

/** Answers a POST. 415 for a wrong media type, 500 with a fault for a wrong message, 200 for everything else. */
export function answerJournalEntry(
  request: SimRequest,
  world: PretendSapWorld,
  user: string,
  forced: ForcedRefusal,
): SimResponse {
  if (!mayPost(world, user)) return notAuthorized();
  const version = soapVersionOf(request.headers['content-type']);
  if (!version) return { status: 415, headers: { 'content-type': 'text/plain' }, body: 'Unsupported Media Type' };
  const { release } = world.behaviour;
  const message = readMessage(request, version, release);
  if (typeof message === 'string') {
    // SAP tells the caller only the transaction ID; the reason is for its own log, so it travels in a private header.
    const fault = soapFault(version, transactionId(world), request.nowMs);
    return { ...fault, headers: { ...fault.headers, 'x-pretend-sap-reason': encodeURIComponent(message) } };
  }
  const bulkHeader = childOf(message, 'MessageHeader');
  const confirmations = childrenOf(message, 'JournalEntryCreateRequest').map((entry) => {
    const input = readEntry(bulkHeader, entry);
    const log: LogMessage[] = [];
    if (!mayPostIn(world, user, input.companyCode)) {
      log.push(refusal('F5 083', `No authorization for posting in company code ${input.companyCode}`));
    }
    const document = bookEntry(world, input, request.nowMs, forced, log);
    return renderConfirmation(world, input, document, log, request);
  });
  const messageId = childOf(bulkHeader, 'ID')?.text.trim() ?? '';
  const header = renderHeader(world, messageId, request.nowMs, true);
  return soapReply(
    version,
    200,
    `<n0:JournalEntryBulkCreateConfirmation xmlns:n0="${namespace}" xmlns:prx="urn:sap.com:proxy:${systemId}:/1SAI/TAS:795">${header}${release === '2020' ? '' : '<ConfirmationInterfaceOrignName/>'}${confirmations.join('')}<Log/></n0:JournalEntryBulkCreateConfirmation>`,
  );
}

export function transactionId(world: PretendSapWorld): string {
  return world.nextName('transaction').replace(/-/g, '').toUpperCase();
}

/** The message's root element, or the reason why there is none. */
function readMessage(request: SimRequest, version: SoapVersion, release: Release): XmlElement | string {
  const action = actionOf(request);
  if (action !== soapAction) return `SOAPAction ${action || 'missing'}`;
  try {
    const message = openEnvelope(request.body, version);
    if (message.name !== 'JournalEntryBulkCreateRequest' || message.namespace !== namespace) {
      return `no operation takes ${message.name} in ${message.namespace || 'no namespace'}`;
    }
    return findMessageFault(message, release) ?? message;
  } catch (thrown) {
    if (thrown instanceof XmlError) return thrown.message;
    throw thrown;
  }
}

/** SOAP 1.1 names the action in a header of its own, SOAP 1.2 in a parameter of the Content-Type. */
function actionOf({ headers }: SimRequest): string {
  const parameter = /;\s*action="?([^";]+)"?/i.exec(headers['content-type'] ?? '')?.[1];
  return (headers.soapaction ?? parameter ?? '').trim().replace(/^"(.*)"$/, '$1');
}

function renderHeader(world: PretendSapWorld, referenceId: string, nowMs: number, bulk: boolean): string {
  const sender = bulk ? element('SenderBusinessSystemID', systemId) : '';
  const reference = referenceId === '' ? '' : element('ReferenceID', referenceId);
  const created = element('CreationDateTime', new Date(nowMs).toISOString());
  return `<MessageHeader>${element('UUID', world.nextName('message'))}${reference}${created}${sender}</MessageHeader>`;
}

function renderConfirmation(
  world: PretendSapWorld,
  input: EntryInput,
  document: PostedDocument | undefined,
  reasons: readonly LogMessage[],
  request: SimRequest,
): string {
  const log: readonly LogMessage[] = document
    ? [
        {
          typeId: '605(RW)',
          severity: '1',
          note: `Document posted successfully: BKPFF ${documentKey(document)} ${logicalSystem}`,
        },
      ]
    : [refusal('RW 609', `Error in document: BKPFF $ ${logicalSystem}`), ...reasons];
  // A blank document number breaks SAP's own schema, and is what SAP sends.
  const key = document
    ? element('AccountingDocument', document.accountingDocument) +
      element('CompanyCode', document.companyCode) +
      element('FiscalYear', document.fiscalYear)
    : '<AccountingDocument> </AccountingDocument><CompanyCode> </CompanyCode><FiscalYear>0000</FiscalYear>';
  const maximum = document ? '1' : '3';
  return `<JournalEntryCreateConfirmation>${renderHeader(world, input.entryMessageId, request.nowMs, false)}<JournalEntryCreateConfirmation>${key}</JournalEntryCreateConfirmation><Log>${element('MaximumLogItemSeverityCode', maximum)}${log.map((message) => renderLogItem(message, request)).join('')}</Log></JournalEntryCreateConfirmation>`;
}

function renderLogItem({ typeId, severity, note }: LogMessage, request: SimRequest): string {
  const [, number, messageClass] = /^(\d+)\((\w+)\)$/.exec(typeId ?? '') ?? [];
  const type = typeId === undefined ? '' : element('TypeID', typeId);
  const host = request.headers.host ?? 'pretend-sap';
  const help = number
    ? element('WebURI', `http://${host}/sap/xi/docu_apperror?ID=NA&OBJECT=${messageClass}${number}&LANGUAGE=E`)
    : '';
  const text = element('Note', [...note].slice(0, noteLengthMax).join(''));
  return `<Item>${type}${element('SeverityCode', severity)}${text}${help}</Item>`;
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}
