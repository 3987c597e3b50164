import type { LocalDate } from '../../core/index.ts';
import {
  type AccountTable,
  isLineKind,
  lineKindFacts,
  listTableUses,
  type TableUse,
  type TableUses,
  type TableValue,
} from '../../mapping/index.ts';
import { checkUse, type SimulationRules } from './check-use.ts';
import { type Finding, FindingList } from './finding.ts';
import type { Wanted } from './load-master-data.ts';
import type { MasterDataView } from './master-data-view.ts';
import { addUnread, checkCompanyCode, checkDocumentType } from './simulate-entries.ts';
import {
  type SimulationContext,
  type SimulationOptions,
  type SimulationResult,
  simulateWith,
} from './simulate-settlement.ts';

/** What SAP would say to everything the table could send, by the rows of the table. Pure, and every fault at once. */
export function simulateTable(
  { companyCodes, uses }: TableUses,
  data: MasterDataView,
  rules: SimulationRules,
): readonly Finding[] {
  const findings = new FindingList();
  const companies = new Map(
    companyCodes.map(({ companyCode, documentTypes }) => {
      for (const { text, place } of documentTypes) {
        checkDocumentType({ documentType: text, place, accountTypes: [] }, { data, findings });
      }
      return [companyCode.text, checkCompanyCode(companyCode.text, companyCode.place, { data, findings })];
    }),
  );
  for (const use of uses) {
    const company = companies.get(use.companyCode);
    if (company) checkUse(accountUseOf(use), { company, data, rules, findings });
  }
  addUnread(data, findings);
  return findings.all();
}

/** Checks an account table against SAP's master data: the online part of what reading it checks. Changes nothing. */
export function validateTable(
  context: SimulationContext,
  table: AccountTable,
  options: SimulationOptions = {},
): Promise<SimulationResult> {
  let listed: TableUses | undefined;
  const usesOn = (today: LocalDate) => {
    listed ??= listTableUses(table, today);
    return listed;
  };
  return simulateWith(
    context,
    {
      wanted: (today) => wantedBy(usesOn(today)),
      check: (data, today) => simulateTable(usesOn(today), data, context.masterData),
    },
    options,
  );
}

function wantedBy({ companyCodes, uses }: TableUses): Wanted {
  return {
    companyCodes: companyCodes.map(({ companyCode }) => companyCode.text),
    documentTypes: companyCodes.flatMap(({ documentTypes }) => documentTypes.map(({ text }) => text)),
    uses: uses.map((use) => ({
      companyCode: use.companyCode,
      glAccount: use.glAccount.text,
      customer: textOf(use.customer),
      costCenter: textOf(use.costCenter),
      profitCenter: textOf(use.profitCenter),
      taxCode: textOf(use.taxCode),
    })),
    // Whether a period is open is a question of a posting date, which a table has none of.
    withPeriods: false,
  };
}

function accountUseOf(use: TableUse) {
  return {
    glAccount: use.glAccount.text,
    customer: textOf(use.customer),
    costCenter: textOf(use.costCenter),
    profitCenter: textOf(use.profitCenter),
    taxCode: textOf(use.taxCode),
    nature: isLineKind(use.kind) ? lineKindFacts(use.kind).nature : null,
    on: use.on,
    places: {
      row: use.place,
      glAccount: use.glAccount.place,
      customer: use.customer?.place ?? use.place,
      costCenter: use.costCenter?.place ?? use.place,
      profitCenter: use.profitCenter?.place ?? use.place,
      taxCode: use.taxCode?.place ?? use.place,
    },
  };
}

function textOf(value: TableValue | null): string | null {
  return value?.text ?? null;
}
