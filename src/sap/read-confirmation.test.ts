import { describe, expect, it } from 'vitest';
import { adviceFor, isReason, messageCodeOf } from './message-table.ts';
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

  it.each([
    ['033(RW)', 'never'],
    ['727(F5)', 'never'],
    ['808(F5)', 'never'],
    ['235(KI)', 'never'],
    ['201(F5)', 'after-correction'],
    ['507(F5)', 'after-correction'],
    ['004(FH)', 'after-correction'],
    ['601(MC)', 'soon'],
  ])('says of %s whether sending it unchanged can help: %s', (typeId, resend) => {
    expect(adviceFor(typeId)).toMatchObject({ resend, next: expect.stringMatching(/\.$/) });
  });

  it('knows nothing about an unknown message, and hides RW 609 as a reason only', () => {
    expect(adviceFor('999(ZZ)')).toBeUndefined();
    expect(isReason('609(RW)')).toBe(false);
    expect(isReason('033(RW)')).toBe(true);
  });
});
