import { describe, expect, it } from 'vitest';
import { adviceFor, isReason, knownMessages, messageCodeOf } from './message-table.ts';
import { readConfirmation } from './read-confirmation.ts';

const envelope = (content: string, prefix = 's') =>
  `<${prefix}:Envelope xmlns:${prefix}="http://x"><${prefix}:Body>${content}</${prefix}:Body></${prefix}:Envelope>`;
const confirmation = (content: string) =>
  envelope(`<n0:JournalEntryBulkCreateConfirmation xmlns:n0="y">${content}</n0:JournalEntryBulkCreateConfirmation>`);

describe('reading a confirmation', () => {
  it('keeps leading zeros and decodes entities, also numeric ones', () => {
    const read = readConfirmation(
      confirmation(
        '<JournalEntryCreateConfirmation><JournalEntryCreateConfirmation><AccountingDocument>0100000008</AccountingDocument>' +
          '<CompanyCode>0001</CompanyCode><FiscalYear>2026</FiscalYear></JournalEntryCreateConfirmation>' +
          '<Log><Item><TypeID>605(RW)</TypeID><SeverityCode>1</SeverityCode><Note>B&#252;cher &amp; Gr&#xF6;&#223;e &lt;1E5&gt;</Note></Item></Log>' +
          '</JournalEntryCreateConfirmation>',
      ),
    );
    expect(read).toMatchObject({
      kind: 'confirmation',
      entries: [
        {
          accountingDocument: '0100000008',
          companyCode: '0001',
          messages: [{ text: 'Bücher & Größe <1E5>', severity: 'information' }],
          hasError: false,
        },
      ],
    });
  });

  it('reads a fault of SOAP 1.1 and of SOAP 1.2 under any prefix', () => {
    const reason = 'Web service processing error (Transaction ID 8983FE51F96F0070E0060F4D726A6BCC)';
    const expected = { kind: 'fault', text: reason, transactionId: '8983FE51F96F0070E0060F4D726A6BCC' };
    expect(readConfirmation(envelope(`<s:Fault><faultstring xml:lang="en">${reason}</faultstring></s:Fault>`))).toEqual(
      expected,
    );
    const soap12 = `<env:Fault><env:Reason><env:Text xml:lang="en">${reason}</env:Text></env:Reason></env:Fault>`;
    expect(readConfirmation(envelope(soap12, 'env'))).toEqual(expected);
  });

  it.each([
    ['a cut document', confirmation('').slice(0, -10)],
    ['a document type', `<!DOCTYPE x [<!ENTITY e "boom">]>${confirmation('<a>&e;</a>')}`],
    [
      'an unclosed tag inside',
      envelope('<JournalEntryBulkCreateConfirmation><Log></JournalEntryBulkCreateConfirmation>'),
    ],
    ['two roots', '<a/><b/>'],
    ['nothing', ''],
    ['JSON', '{"d":{}}'],
    ['another answer', envelope('<Other/>')],
  ])('finds %s unreadable', (_name, xml) => {
    expect(readConfirmation(xml).kind).toBe('unreadable');
  });

  it('control: the whole document is readable', () => {
    expect(readConfirmation(confirmation('')).kind).toBe('confirmation');
  });

  it.each([
    ['1', false],
    ['2', false],
    ['3', true],
    ['4', true],
    ['9', false],
  ])('severity %s proves an error: %s', (code, hasError) => {
    expect(
      readConfirmation(
        confirmation(`<Log><Item><TypeID>1(X)</TypeID><SeverityCode>${code}</SeverityCode></Item></Log>`),
      ),
    ).toMatchObject({ hasError });
  });
});

describe('the message table', () => {
  it.each([
    ['605(RW)', 'RW 605'],
    ['33(RW)', 'RW 033'],
    ['201(GLT2)', 'GLT2 201'],
    ['016(FINS_FI_POSTING_IF)', 'FINS_FI_POSTING_IF 016'],
    ['something else', 'something else'],
  ])('reads %s as %s', (typeId, code) => {
    expect(messageCodeOf(typeId)).toBe(code);
  });

  // Every message of SAP's whose meaning is known, by what sending the unchanged entry again can do.
  const MESSAGES = {
    never: [
      ...['RW 022', 'RW 033', 'RW 637', 'F5 117', 'F5 204', 'F5 263', 'F5 286', 'F5 701', 'F5 702', 'F5 703'],
      ...['F5 704', 'F5 727', 'F5 808', 'FF 753', 'FF 805', 'FF 817', 'GLT2 201', 'KI 235'],
      ...[1, 2, 3, 4, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 23, 24].map(
        (number) => `FINS_FI_POSTING_IF ${String(number).padStart(3, '0')}`,
      ),
    ],
    'after-correction': [
      ...['F5 083', 'F5 102', 'F5 104', 'F5 150', 'F5 155', 'F5 201', 'F5 350', 'F5 507', 'FH 004'],
      ...['KI 222', 'KI 234', 'KI 265', 'NR 751'],
    ],
    soon: ['F5 039', 'MC 601'],
  } as const;

  it.each(Object.entries(MESSAGES))('says that sending unchanged helps: %s', (resend, codes) => {
    for (const code of codes) {
      const [messageClass, number] = code.split(' ');
      const advice = adviceFor(`${number}(${messageClass})`);
      expect(advice, code).toMatchObject({ resend, next: expect.stringMatching(/\.$/) });
    }
  });

  it('holds these messages and no others, so that a new one is decided and not only added', () => {
    expect([...knownMessages()].sort()).toEqual(Object.values(MESSAGES).flat().sort());
  });

  it('leaves the last word to SAP’s text where the meaning of a number is not published', () => {
    for (const typeId of ['263(F5)', '350(F5)']) expect(adviceFor(typeId)?.next).toContain('SAP’s own text decides');
    // control: of a published one the step is certain.
    expect(adviceFor('201(F5)')?.next).not.toContain('SAP’s own text decides');
  });

  it('knows nothing about an unknown message, and hides RW 609 as a reason only', () => {
    expect(adviceFor('999(ZZ)')).toBeUndefined();
    expect(isReason('609(RW)')).toBe(false);
    expect(isReason('021(FINS_FI_POSTING_IF)')).toBe(false);
    expect(isReason('033(RW)')).toBe(true);
  });
});
