import { describe, expect, it } from 'vitest';
import { orderIdForms, parseDocumentName } from './names.ts';

describe('the number of an order', () => {
  it('is found with hyphens and without, and as it is given', () => {
    expect(orderIdForms(' 302-0000001-0000001 ')).toEqual(['302-0000001-0000001']);
    expect(orderIdForms('30200000010000001')).toEqual(['30200000010000001', '302-0000001-0000001']);
    expect(orderIdForms('s0100000010000001')).toContain('S01-0000001-0000001');
    expect(orderIdForms('FBA15ABC')).toEqual(['FBA15ABC']);
  });
});

describe('a document in SAP', () => {
  it.each([
    ['0100000010', null, null],
    ['100000010', null, null],
    ['0100000010/1710/2026', '1710', '2026'],
    ['1710 100000010 2026', '1710', '2026'],
    ['1710/0100000010/2026', '1710', '2026'],
    ['010000001017102026', '1710', '2026'],
    ['0100000010/1710', '1710', null],
  ])('%s is read', (text, companyCode, fiscalYear) => {
    expect(parseDocumentName(text)).toMatchObject({
      numbers: expect.arrayContaining(['0100000010', '100000010']),
      companyCode,
      fiscalYear,
    });
  });

  it('control: what has no number of a document in it is none', () => {
    for (const text of ['', 'AMZABCDEFGHIJKLM', '1/2/3/4', '0100000010/17100/2026', '0100000010/1710/26']) {
      expect(parseDocumentName(text)).toBeUndefined();
    }
  });
});
