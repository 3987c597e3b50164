import { LINE_GROUPS } from '../../src/mapping/index.ts';
import type { GoldenCase } from './case-folder.ts';
import { SPECIAL_MOVEMENTS } from './movements.ts';

const INTRODUCTION = `# Golden cases

Each folder of \`test/golden/cases\` is an example that a bookkeeper can read: a settlement as Amazon writes it, the entries
it comes to, and the messages that SAP gets. A change of the program that changes one of them is a change of your books, and
shows as a difference of its text. This page is written by the tests (\`npm run golden -- --update\`).

## Adding a case

1. Make a folder in \`test/golden/cases\` and drop the settlement into it. Replace the numbers of orders and everything else that
   could point at a person.
2. Write \`case.yaml\`: what the case is about, and which groups and special movements it is an example of.
3. Run \`npm run golden\`. The first run writes \`entries.txt\`, \`sap.xml\` and \`balances.txt\` and fails: read them as a bookkeeper
   would before you keep them. From then on they only change on purpose.

| file | what it is | |
| --- | --- | --- |
| \`case.yaml\` | what the case is about | always |
| \`settlement.tsv\` | the settlement, as downloaded | either this |
| \`settlement-1.tsv\`, \`settlement-2.tsv\`, … | settlements that follow one another, without a gap in the numbers | or these |
| \`mapping.yaml\` | an account table of its own instead of \`templates/ycoa.yaml\` | if needed |
| \`entries.txt\` | the entries with the rows behind each line, what stopped it, and the proofs | written |
| \`sap.xml\` | the messages; missing when nothing is booked | written |
| \`balances.txt\` | several settlements only: each balance-sheet account after each step | written |

Anything else in the folder is a failure that names it.

\`case.yaml\` has these keys:

| key | what it says |
| --- | --- |
| \`about\` | One sentence for an accountant. |
| \`groups\` | Groups of the account assignment that it shows; they must be booked in it. 99 is the rule that stops unknown rows. |
| \`movements\` | Special movements that it shows; \`test/golden/movements.ts\` says what each must hold. |
| \`bank\` | Several settlements only: entries of the bank. \`after\` is the number of the settlement before it; \`account\`, \`debit\` or \`credit\`, and \`text\`. |
| \`open\` | Several settlements only: accounts with currency that are not zero at the end, and their balance. All others must be. |

A settlement that comes a second time is not booked again, and one that comes with other content under the same number waits
for a person: \`balances.txt\` says so.
`;

/** The page about the cases: how to add one, and which there are. */
export function renderIndex(cases: readonly GoldenCase[]): string {
  const named = (list: readonly GoldenCase[]) => list.map(({ name }) => `\`${name}\``).join(', ');
  const groups = Object.entries(LINE_GROUPS).map(([number, { name }]) => ({ number: Number(number), name }));
  return [
    INTRODUCTION,
    '## Special movements\n',
    '| | movement | cases |\n| --- | --- | --- |',
    ...SPECIAL_MOVEMENTS.map(
      ({ number, title }) =>
        `| ${number} | ${title} | ${named(cases.filter(({ movements }) => movements.includes(number)))} |`,
    ),
    '\n## Groups\n',
    '| | group | cases |\n| --- | --- | --- |',
    ...[...groups, { number: 99, name: 'Unknown rows stop their settlement' }].map(
      ({ number, name }) => `| ${number} | ${name} | ${named(cases.filter((one) => one.groups.includes(number)))} |`,
    ),
    '\n## All cases\n',
    '| case | about |\n| --- | --- |',
    ...cases.map(({ name, about }) => `| \`${name}\` | ${about} |`),
    '',
  ].join('\n');
}
