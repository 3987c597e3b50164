import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as mapping from '../../src/mapping/index.ts';
import { renderMappingGuide } from '../../tools/mapping-guide.mjs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const template = read('templates/ycoa.yaml');

describe('docs/mapping-guide.md', () => {
  it('is what the program’s tables say; after a change run: npm run build && node tools/mapping-guide.mjs --write', () => {
    expect(read('docs/mapping-guide.md')).toBe(renderMappingGuide(mapping, template));
  });

  it('has every group and every kind', () => {
    const guide = read('docs/mapping-guide.md');
    for (const [number, { name }] of Object.entries(mapping.LINE_GROUPS))
      expect(guide).toContain(`## ${number} ${name}\n`);
    for (const kind of mapping.lineKinds())
      expect(guide).toContain(`| \`${kind}\` | ${mapping.lineKindFacts(kind).meaning} |`);
  });

  it('says which lines may go to a customer, and no others', () => {
    const [, section = ''] = read('docs/mapping-guide.md').split('## Customers instead of accounts\n');
    const [own = ''] = section.split('\n## ');
    const kinds = [...(/^- Kinds: (.*)$/m.exec(own)?.[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]);
    expect(kinds).toEqual(mapping.lineKinds().filter((kind) => mapping.mayBeCustomerLine(kind)));
    expect(kinds).toEqual(expect.arrayContaining(['product-sale', 'reserve-held', 'opening-debt']));
    expect(kinds).not.toContain('referral-fee');
  });

  it('control: another account in the template makes another guide', () => {
    const changed = template.replace('glAccount: 65004100', 'glAccount: 65004199');
    expect(renderMappingGuide(mapping, changed)).not.toBe(read('docs/mapping-guide.md'));
    expect(renderMappingGuide(mapping, changed)).toContain('65004199');
  });
});
