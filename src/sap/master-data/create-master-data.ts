import type { MasterDataKind, MasterDataQuestion, MasterDataRows, MasterDataSource } from '../../app/index.ts';
import { isProblem } from '../../core/index.ts';
import type { SapAccess } from '../access.ts';
import { digestOf } from '../digest-of.ts';
import { lengthOfAddress, literal, type ODataQuery, unexpected } from '../odata.ts';
import { SapProblem } from '../sap-problem.ts';
import type { SapSecrets, SapSettings } from '../settings.ts';
import { sapSystemOf } from '../system-name.ts';
import { type KindDefinition, kindDefinitions, nameLiteral } from './definitions.ts';

/** A chart of accounts or a controlling area beyond 50,000 rows is asked for by name instead. */
const PAGES_MAX = 50;
/** Gateways before SAP refuse longer addresses. */
const ADDRESS_LENGTH_MAX = 2_000;

/** Secrets that say who logs on, or in which subaccount of SAP BTP a destination is. */
type WhoSecrets = Pick<SapSecrets, 'bindings' | 'p12Base64'>;

/** Master data of one SAP system, read by OData: a page of a thousand rows, or as many names as an address holds, per request. */
export function createMasterData(
  { settings, odata, redactor }: Pick<SapAccess, 'settings' | 'odata' | 'redactor'>,
  secrets: WhoSecrets,
): MasterDataSource {
  const definitions = kindDefinitions(settings.customViews, settings.language);

  function definitionOf<Kind extends MasterDataKind>(kind: Kind): KindDefinition<MasterDataRows[Kind]> {
    const definition = definitions[kind] as KindDefinition<MasterDataRows[Kind]> | undefined;
    if (definition) return definition;
    throw new SapProblem({
      code: 'SAP_MASTER_DATA_NOT_OFFERED',
      kind: 'rejected',
      says: `SAP has no service for ${kind}, and the connection names no view for it.`,
      next: 'Release a custom CDS view as an API and name it in sap.customViews (docs/connection-file.md), or leave it unchecked.',
      data: kind,
    });
  }

  async function readKind<Kind extends MasterDataKind>(
    { kind, scope, names }: MasterDataQuestion<Kind>,
    signal: AbortSignal | undefined,
  ): Promise<readonly MasterDataRows[Kind][]> {
    const definition = definitionOf(kind);
    const { service, set, select, expand, orderBy, scopeField } = definition;
    const ofScope = scopeField === undefined ? [] : [`${scopeField} eq ${literal(scope)}`];
    const query = (filter: readonly string[]): ODataQuery => ({
      service,
      resource: set,
      select,
      orderBy,
      signal,
      pagesMax: PAGES_MAX,
      ...(expand !== undefined && { expand }),
      ...(filter.length > 0 && { filter: filter.join(' and ') }),
    });
    const wanted = names === 'all' ? [ofScope] : filtersOf(settings.baseUrl, { query, ofScope, definition, names });
    const rows: MasterDataRows[Kind][] = [];
    for (const filter of wanted) rows.push(...(await odata.readRows(query(filter))).map(definition.parse));
    return rows;
  }

  return {
    system: sightOf(settings, secrets),
    kinds: Object.keys(definitions) as MasterDataKind[],
    async read(question, signal) {
      try {
        return await readKind(question, signal);
      } catch (error) {
        throw isProblem(error) ? redactor.problem(error) : error;
      }
    },
  };
}

/**
 * The system, and who looks at it by which views and in which language: what one user may not read another one may, and a view
 * of one connection shows what that of another does not. No password is in the digest: it stands in the database, where a short
 * one could be guessed from it.
 */
function sightOf(settings: SapSettings, { bindings, p12Base64 }: WhoSecrets): string {
  const { authentication, customViews, extraHeaders, language } = settings;
  const sight = { authentication, customViews, extraHeaders, language, bindings, p12Base64 };
  return `${sapSystemOf(settings)}#${digestOf(sight).slice(0, 16)}`;
}

/** As few filters as addresses of that length can hold, each with as many names as fit. */
function filtersOf(
  baseUrl: string,
  input: {
    readonly query: (filter: readonly string[]) => ODataQuery;
    readonly ofScope: readonly string[];
    readonly definition: { readonly nameField: string; readonly isPadded: boolean };
    readonly names: readonly string[];
  },
): readonly (readonly string[])[] {
  const { query, ofScope, definition, names } = input;
  const filterOf = (terms: readonly string[]) => [...ofScope, `(${terms.join(' or ')})`];
  const filters: (readonly string[])[] = [];
  let terms: string[] = [];
  for (const name of new Set(names)) {
    const term = `${definition.nameField} eq ${nameLiteral(definition, name)}`;
    const isTooLong = lengthOfAddress(baseUrl, query(filterOf([...terms, term]))) > ADDRESS_LENGTH_MAX;
    if (isTooLong && terms.length === 0) throw unexpected(`a name that can be asked for: ${term}`, {});
    if (isTooLong) {
      filters.push(filterOf(terms));
      terms = [];
    }
    terms.push(term);
  }
  if (terms.length > 0) filters.push(filterOf(terms));
  return filters;
}
