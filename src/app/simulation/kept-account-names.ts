import { MasterDataView } from './master-data-view.ts';
import type { MasterDataAccess } from './simulate-settlement.ts';

/** What SAP calls a G/L account; nothing where that is not known, or where it has no name. */
export type NameOfAccount = (companyCode: string, glAccount: string) => string | undefined;

/** Names by what is kept of SAP's master data, however old that is. SAP is not asked. */
export async function keptAccountNames({
  source,
  store,
}: Pick<MasterDataAccess, 'source' | 'store'>): Promise<NameOfAccount> {
  const view = new MasterDataView(await store.listMasterData(source.system), source.kinds);
  return (companyCode, glAccount) => {
    const company = view.find('company-codes', '', companyCode);
    if (company.state !== 'known') return undefined;
    const account = view.find('gl-accounts', company.rows[0].chartOfAccounts, glAccount);
    return account.state === 'known' ? account.rows[0].name || undefined : undefined;
  };
}
