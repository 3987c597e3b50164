// Writes docs/mapping-guide.md from the program's own tables, so that the guide cannot say anything else than the
// program does. `npm run build`, then `node tools/mapping-guide.mjs --write`; without --write it prints.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const GUIDE = new URL('../docs/mapping-guide.md', import.meta.url);
const TEMPLATE = 'templates/ycoa.yaml';
/** Accounts of the template are the same in every marketplace; this one stands for all. */
const MARKETPLACE = 'Amazon.de';
/** How many of a kind's spellings are shown; the rest is counted. */
const SPELLINGS_MAX = 6;

const NATURES = {
  revenue: 'revenue',
  'contra-revenue': 'reduces revenue',
  expense: 'expense',
  'other-income': 'other income',
  tax: 'tax, balance sheet',
  'balance-sheet': 'balance sheet',
};

/** In the template as a comment: whoever wants it decides so. */
const LEFT_OUT = ['tax-residual'];

const INTRODUCTION = `# Mapping guide

What each row of an Amazon settlement means, and which account it goes to in the template \`${TEMPLATE}\`.
This guide is for accountants. It is generated from the program's own tables (\`src/mapping/line-kind.ts\`,
\`src/mapping/vocabulary.ts\`, \`${TEMPLATE}\`) and a test keeps it fresh.

## How to read it

- A **kind** is what a row means. It follows from three words that Amazon writes on every row: transaction type, amount
  type and description. Case and spacing do not matter; a single changed letter does. The sign of the amount never decides.
- A row whose words are not known, or whose kind has no account, is never booked: it stops its whole settlement, which
  then waits in quarantine with the value, the count and the amount. No default account swallows it. \`seller-ledger mapping
  unknown\` lists all such values; \`seller-ledger mapping teach\` says what words mean that the program does not know,
  and with \`--dry-run\` first where their rows would be booked.
- The **side** is the usual one. Each row is booked by its own sign: a positive amount in Amazon's file is a credit, a
  negative one a debit, and the payout balances the entry. A fee that is given back is the same kind on the other side; a
  refunded price is a kind of its own.
- The **accounts** are the template's proposals within the ranges of SAP's chart of accounts YCOA. Replace them by accounts
  of your own chart: \`seller-ledger mapping template\` prints the table, \`seller-ledger mapping check <file>\` checks yours.
- **Cost object**: \`cost centre\` and \`profit centre\` mean that of the marketplace.
- The **tax notes** say what to think of. They are not tax advice, and the template sets no tax code.
- Orders from another sales channel (marketplace \`Non-Amazon …\`) are never sales on Amazon: their fulfilment fees are
  group 46, and their order value, usually 0.00, goes to clearing.
- **Which company code is paid out**: that of the store which most rows name. When as many rows name another, the store that
  \`currencies\` has for the settlement's currency decides, or else one in the same company code. When that says nothing and
  the stores belong to several company codes, the settlement waits in quarantine: the alphabet never decides who is paid.

[Golden cases](golden-cases.md) has an example settlement with its entries for each group and for each special movement.

An entry in short: a settlement with product sales of 100.00, referral fees of 15.00 and a payout of 85.00 is
`;

const DIMENSIONS = `## Channel and SKU

Company code and cost objects follow from the marketplace. Rules in the section \`dimensions\` say otherwise for some rows, and rows of
\`assignments\` may be for some rows only:

| column | meaning |
| --- | --- |
| \`channel\` | \`AFN\`: Amazon ships. \`MFN\`: the seller ships. \`MCF\`: Amazon ships an order from another sales channel (marketplace \`Non-Amazon …\`). |
| \`sku\` | A SKU, or a pattern: \`*\` stands for any text, \`?\` for one character. Case does not matter. \`ACME-*\` is every SKU that begins with \`ACME-\`. |

- A rule replaces what rows take by \`default\`. An object that a row names itself stays.
- One row decides, the most specific: the SKU before the channel, the channel before the marketplace, and of two patterns the one that
  writes out more. Patterns of which nobody could say which one is more specific are refused when the table is read.
- A rule with another company code brings its own cost objects. The two company codes settle on the account for \`cross-company\`.
- Rows that name no channel or no SKU, such as storage and subscription, are matched only by rules that ask for none.
- Revenue carries the profit centre, cost the cost centre. \`seller-ledger mapping check <file>\` names rows where it is otherwise.`;

const TAXES = `## Taxes

| in the file | in the books |
| --- | --- |
| tax included in a price or a fee | Give the row a tax code with a rate: the line is sent as its base and its tax, output tax for sales, input tax for fees. |
| tax in a row of its own | Goes whole to its account: groups 80, 84 and 89. No tax code with a rate, or tax would be split out of tax. |
| tax that Amazon withholds and pays itself | Booked gross against the tax collected, on one account, which it brings to zero. |
| tax that the recipient owes (reverse charge) | A tax code with the rate 0 marks the line and splits nothing. |

- \`taxCode: default\` takes the code of the marketplace: \`outputTaxCode\` for revenue, what reduces it and other income, \`inputTaxCode\` for
  costs. So one row serves all countries; \`none\` in a marketplace says that there is no code.
- A tax code has a rate from always, and may have others from a day on (\`validFrom\`). The posting date of the entry chooses, also for a refund of
  an older sale.
- **Withheld tax is proven** order by order: tax collected, less the tax share of promotions, and tax withheld are zero together wherever
  Amazon withheld any. An order without withheld tax is the seller's own tax. What is left of an order goes to \`tax-residual\`, where the
  table has that row, and stops the settlement where it has none.`;

/** The whole guide, from the exports of `src/mapping` and the text of the template. */
export function renderMappingGuide(mapping, templateText) {
  const table = mapping.readAccountTable({ name: TEMPLATE, text: templateText });
  const assign = (kind) => {
    const assignment = table.assign(kind, MARKETPLACE, '9999-12-31');
    if (!assignment) throw new Error(`${kind} has no account in ${TEMPLATE}`);
    return assignment;
  };
  const spellings = spellingsByKind(mapping.VOCABULARY);
  const groups = Object.entries(mapping.LINE_GROUPS).map(([number, group]) => {
    const kinds = mapping.lineKinds().filter((kind) => String(mapping.lineKindFacts(kind).group) === number);
    return renderGroup({ number, group, kinds, assign, spellings, factsOf: mapping.lineKindFacts });
  });
  return `${[INTRODUCTION.trimEnd(), renderExample(assign), renderBalances(assign), DIMENSIONS, TAXES, renderCustomers(mapping), ...groups].join('\n\n')}\n`;
}

function renderExample(assign) {
  return [
    '| | account | debit | credit |',
    '| --- | --- | ---: | ---: |',
    `| Referral fees | ${assign('referral-fee').glAccount} | 15.00 | |`,
    `| Payout | ${assign('payout').glAccount} | 85.00 | |`,
    `| Product sales | ${assign('product-sale').glAccount} | | 100.00 |`,
  ].join('\n');
}

function renderBalances(assign) {
  const rows = [
    ['payout', 'What Amazon pays out. Returns to zero when the money has arrived in the bank.'],
    ['closing-debt', 'A negative total, owed to Amazon. Returns to zero with the opening debt of the next settlement.'],
    ['carry-forward', 'Joins the months of one settlement. Returns to zero with its last month.'],
    ['cross-company', 'Joins the company codes of one settlement.'],
    ['unsettled', 'What is not settled at a month end, in month-end accruals alone. Returns to zero on the next day.'],
    ['order-receivable', 'In the orders model: what shipped orders are worth, until a settlement pays them.'],
    [
      'tax-residual',
      'What Amazon withheld more or less of than the tax collected on the same orders. Left out, as the template does, such a settlement waits.',
    ],
  ];
  const accountOf = (purpose) => (LEFT_OUT.includes(purpose) ? 'a comment in the template' : assign(purpose).glAccount);
  return [
    '## Lines that balance an entry',
    'No row of Amazon’s file carries them.',
    ['| purpose | meaning | account |', '| --- | --- | --- |']
      .concat(rows.map(([purpose, meaning]) => `| \`${purpose}\` | ${meaning} | ${accountOf(purpose)} |`))
      .join('\n'),
  ].join('\n\n');
}

function renderCustomers({ BALANCE_PURPOSES, lineKinds, mayBeCustomerLine }) {
  const list = (names) =>
    names
      .filter(mayBeCustomerLine)
      .map((name) => `\`${name}\``)
      .join(', ');
  return [
    '## Customers instead of accounts',
    'Amazon may be a customer in SAP. A row of the account table that names one (`customer: 1000123`, or `default` for the ' +
      'marketplace’s own) books its lines as open items of that customer; `glAccount` is then the reconciliation account of ' +
      'the customer, which SAP takes from its own master data. Such a line has no cost object and no tax code.',
    'Balances with Amazon may go to a customer, and what stands on the bill of an order: where the orders were billed in SAP ' +
      'already, these rows clear the receivable and are no revenue. Amazon’s fees and compensations may not, and nothing between company codes.',
    `- Purposes: ${list(BALANCE_PURPOSES)}\n- Kinds: ${list(lineKinds())}`,
    'What belongs together goes to one customer: what is owed and what is paid, what is kept back and what is released.',
  ].join('\n\n');
}

function renderGroup({ number, group, kinds, assign, spellings, factsOf }) {
  const rows = kinds.map((kind) => {
    const { meaning, nature, side } = factsOf(kind);
    const { glAccount, costCenter, profitCenter } = assign(kind);
    const costObject = costCenter ? 'cost centre' : profitCenter ? 'profit centre' : '–';
    return `| \`${kind}\` | ${meaning} | ${NATURES[nature]} | ${side} | ${glAccount} | ${costObject} |`;
  });
  return [
    `## ${number} ${group.name}`,
    ['| kind | meaning | nature | usual side | account | cost object |', '| --- | --- | --- | --- | --- | --- |']
      .concat(rows)
      .join('\n'),
    `Tax: ${group.taxNote}`,
    ['In the file:', '', ...kinds.map((kind) => renderSpellings(kind, spellings.get(kind) ?? []))].join('\n'),
  ].join('\n\n');
}

function renderSpellings(kind, all) {
  if (all.length === 0) return `- \`${kind}\`: follows from the marketplace, see above`;
  const shown = all.slice(0, SPELLINGS_MAX).join('; ');
  const rest = all.length - SPELLINGS_MAX;
  return `- \`${kind}\`: ${shown}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** One text per block and kind: the types, the amount types, and what the description may be. */
function spellingsByKind(vocabulary) {
  const spellings = new Map();
  const codes = (words) => words.map((word) => (word === '' ? '(empty)' : word === '*' ? '(any text)' : `\`${word}\``));
  for (const { types, amountTypes, kinds } of vocabulary) {
    for (const [kind, descriptions] of Object.entries(kinds)) {
      const words = [types, amountTypes, descriptions].map((part) => codes(part).join(' or ')).join(' / ');
      spellings.set(kind, [...(spellings.get(kind) ?? []), words]);
    }
  }
  return spellings;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mapping = await import(new URL('../dist/src/mapping/index.js', import.meta.url).href);
  const template = readFileSync(new URL(`../${TEMPLATE}`, import.meta.url), 'utf8');
  const guide = renderMappingGuide(mapping, template);
  if (process.argv.includes('--write')) writeFileSync(GUIDE, guide);
  else process.stdout.write(guide);
}
