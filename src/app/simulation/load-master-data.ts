import { isProblem, type Log, type Problem, type ProblemFacts } from '../../core/index.ts';
import { plainKey } from '../../ledger/index.ts';
import type { MasterDataKind, MasterDataPart, MasterDataSource, MasterDataStore } from '../master-data.ts';
import type { Finding, MasterDataScope } from './finding.ts';
import { MasterDataView, sayPart } from './master-data-view.ts';

/** Kinds of which only the names that are needed are read: all of them could be millions. */
const READ_BY_NAME: ReadonlySet<MasterDataKind> = new Set(['customers', 'company-gl-accounts']);
/**
 * A fault that rests on something older is looked at again before it is told: somebody may have put it right in SAP a moment
 * ago, and syncs again to see it gone. Only to keep one command from reading the same part twice.
 */
const TRUSTED_MS = 5_000;
/** How long the refusal of one service is believed: adding it to an arrangement takes a person. */
const REFUSAL_MS = 60 * 60_000;
/** Refusals of one service. Any other one, such as of the log-on, meets every service alike. */
const SERVICE_REFUSALS: ReadonlySet<string> = new Set([
  'SAP_SERVICE_NOT_ACTIVE',
  'SAP_NOT_AUTHORISED',
  'SAP_READ_REFUSED',
  'SAP_FIELD_UNREADABLE',
  'SAP_TOO_MANY_ROWS',
]);

/** What a line needs to be known, to be checked. */
export interface WantedUse {
  readonly companyCode: string;
  readonly glAccount: string;
  readonly customer: string | null;
  readonly costCenter: string | null;
  readonly profitCenter: string | null;
  readonly taxCode: string | null;
}

export interface Wanted {
  readonly companyCodes: readonly string[];
  readonly documentTypes: readonly string[];
  readonly uses: readonly WantedUse[];
  /** Which posting dates are open. */
  readonly withPeriods: boolean;
}

export interface LoadInput {
  readonly source: MasterDataSource;
  readonly store: MasterDataStore;
  readonly maxAgeMs: number;
  /** The store's clock, by which ages are told. */
  readonly nowMs: () => Promise<number>;
  readonly log: Log;
  /** Read everything that is wanted anew, however young it is. */
  readonly isForced?: boolean;
  /** Called before each question to SAP: keeps the lease and notices a stop. */
  readonly keepAlive?: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

interface Question extends MasterDataScope {
  readonly names: readonly string[];
}

/**
 * Gathers what is wanted, from what is kept where that is young enough and else from SAP. What SAP does not give is taken
 * from what is kept, however old; once SAP is away, or refuses the log-on, it is not asked again.
 */
export class MasterDataLoader {
  readonly #input: LoadInput;
  readonly #parts: Map<string, MasterDataPart>;
  readonly #wanted = new Map<string, MasterDataScope>();
  /** Read since this loader was opened. */
  readonly #isNew = new Set<string>();
  #away: ProblemFacts | null = null;
  #nowMs: number;

  private constructor(input: LoadInput, parts: readonly MasterDataPart[], nowMs: number) {
    this.#input = input;
    this.#parts = new Map(parts.map((part) => [keyOf(part), part]));
    this.#nowMs = nowMs;
  }

  static async open(input: LoadInput): Promise<MasterDataLoader> {
    const parts = await input.store.listMasterData(input.source.system);
    return new MasterDataLoader(input, parts, await input.nowMs());
  }

  async load({ companyCodes, documentTypes, uses, withPeriods }: Wanted): Promise<void> {
    await this.#want({ kind: 'company-codes', scope: '', names: companyCodes });
    for (const question of questionsOf(uses, this.view())) await this.#want(question);
    const taxCodes = uses.flatMap(({ taxCode }) => taxCode ?? []);
    if (taxCodes.length > 0) await this.#want({ kind: 'tax-codes', scope: '', names: taxCodes });
    if (documentTypes.length > 0) await this.#want({ kind: 'document-types', scope: '', names: documentTypes });
    for (const companyCode of withPeriods ? new Set(companyCodes) : []) {
      await this.#want({ kind: 'posting-periods', scope: companyCode, names: [companyCode] });
    }
  }

  /** These names of one kind and scope; without names all of them, where that is not too much. */
  async loadNames(scope: MasterDataScope, names: readonly string[]): Promise<void> {
    await this.#want({ ...scope, names });
  }

  /** Reads again what faults rest on, unless that was read just now. `true`: what is known may be other than before. */
  async readAgain(findings: readonly Finding[]): Promise<boolean> {
    const doubted = new Map<string, MasterDataScope>();
    for (const { severity, about } of findings) {
      if (severity === 'error' && about !== null) doubted.set(keyOf(about), about);
    }
    let isChanged = false;
    for (const [key, scope] of doubted) {
      const part = this.#parts.get(key);
      if (!part || this.#ageMs(part) < TRUSTED_MS) continue;
      // Each is read, also after another one has answered.
      const isAnswered = await this.#read({ ...scope, names: part.covers === 'all' ? [] : part.covers }, part);
      isChanged ||= isAnswered;
    }
    return isChanged;
  }

  view(): MasterDataView {
    return new MasterDataView(this.#wantedParts(), this.#input.source.kinds);
  }

  /** What was used, with its age. */
  parts(): readonly MasterDataPart[] {
    return this.#wantedParts();
  }

  /** Parts that are older than they should be, because SAP could not be asked: than allowed, or not read anew when asked to. */
  outdated(): readonly Finding[] {
    return this.#wantedParts().flatMap((part): Finding[] => {
      if (part.rows === null || !this.#isOutdated(part)) return [];
      const { kind, scope, readAt } = part;
      const problem = part.problem ?? this.#away;
      return [
        {
          severity: 'warning',
          value: '',
          place: null,
          about: { kind, scope },
          code: 'SIMULATION_MASTER_DATA_OLD',
          kind: 'unavailable',
          says: `The ${sayPart(kind, scope)} were read at ${readAt}, ${sayAge(this.#ageMs(part))} ago, and could not be read since: ${problem?.says ?? 'SAP was away.'}`,
          next: 'Nothing to do when SAP is only away; else see why it does not answer: seller-ledger master-data show NAME',
        },
      ];
    });
  }

  #isOutdated(part: MasterDataPart): boolean {
    if (this.#ageMs(part) > this.#input.maxAgeMs) return true;
    return this.#input.isForced === true && (part.problem !== null || !this.#isNew.has(keyOf(part)));
  }

  async #want(question: Question): Promise<void> {
    if (!this.#input.source.kinds.includes(question.kind)) return;
    const key = keyOf(question);
    this.#wanted.set(key, question);
    const part = this.#parts.get(key);
    if (part && this.#isUsable(part, question)) return;
    await this.#read(question, part);
  }

  #isUsable(part: MasterDataPart, { names }: Question): boolean {
    const isNew = this.#isNew.has(keyOf(part));
    if (this.#input.isForced && !isNew) return false;
    const isRefused = part.problem !== null && SERVICE_REFUSALS.has(part.problem.code);
    if (isRefused && (isNew || this.#nowMs - Date.parse(part.askedAt) < REFUSAL_MS)) return true;
    if (part.rows === null || !coversAll(part, names)) return false;
    return isNew || this.#ageMs(part) <= this.#input.maxAgeMs;
  }

  /** `true` when SAP answered. */
  async #read(question: Question, before: MasterDataPart | undefined): Promise<boolean> {
    const { source, store, keepAlive, log } = this.#input;
    const { kind, scope } = question;
    const key = keyOf(question);
    if (this.#away !== null) {
      // Told of this look only: it is not known how SAP would have answered this question.
      if (!before) this.#parts.set(key, nothingRead(question, this.#away));
      return false;
    }
    await keepAlive?.();
    try {
      const { covers, rows } = await this.#ask(question, before);
      this.#parts.set(key, await store.keepMasterData(source.system, { kind, scope, covers, rows }));
    } catch (thrown) {
      if (!isProblem(thrown) || (thrown.kind !== 'rejected' && thrown.kind !== 'unavailable')) throw thrown;
      // A log-on that is refused is not tried again: after a few tries SAP locks the user.
      if (!SERVICE_REFUSALS.has(thrown.code)) this.#away = thrown.toJSON();
      log.write('warn', 'master-data.not-read', { kind, scope, code: thrown.code });
      const problem = thrown.toJSON();
      this.#parts.set(key, await store.keepMasterData(source.system, { kind, scope, problem }));
    }
    this.#isNew.add(key);
    this.#nowMs = await this.#input.nowMs();
    return this.#away === null;
  }

  async #ask(
    { kind, scope, names }: Question,
    before: MasterDataPart | undefined,
  ): Promise<Pick<MasterDataPart, 'covers'> & { readonly rows: readonly unknown[] }> {
    const { source, signal } = this.#input;
    const known = before && before.covers !== 'all' ? before.covers : [];
    const named = [...new Set([...known, ...names].map(plainKey))].sort();
    const byName = async () => ({ covers: named, rows: await source.read({ kind, scope, names: named }, signal) });
    // A part that was once too large to be read as a whole stays one that is read by name.
    if (READ_BY_NAME.has(kind) || (before && before.covers !== 'all')) return byName();
    try {
      return { covers: 'all', rows: await source.read({ kind, scope, names: 'all' }, signal) };
    } catch (thrown) {
      if (!isTooMany(thrown)) throw thrown;
      return byName();
    }
  }

  #ageMs({ readAt }: MasterDataPart): number {
    return readAt === null ? Number.POSITIVE_INFINITY : this.#nowMs - Date.parse(readAt);
  }

  #wantedParts(): readonly MasterDataPart[] {
    return [...this.#wanted.keys()].flatMap((key) => this.#parts.get(key) ?? []);
  }
}

/** What lines need, by kind and scope. Of a company code that is not known, only the customers can be asked for. */
function questionsOf(uses: readonly WantedUse[], view: MasterDataView): readonly Question[] {
  const names = new Map<string, Set<string>>();
  const scopes = new Map<string, MasterDataScope>();
  const add = (kind: MasterDataKind, scope: string | undefined, name: string | null) => {
    if (scope === undefined || name === null) return;
    const key = keyOf({ kind, scope });
    scopes.set(key, { kind, scope });
    names.set(key, (names.get(key) ?? new Set()).add(name));
  };
  for (const use of uses) {
    const found = view.find('company-codes', '', use.companyCode);
    const company = found.state === 'known' ? found.rows[0] : undefined;
    add('gl-accounts', company?.chartOfAccounts, use.glAccount);
    add('company-gl-accounts', company?.companyCode, use.glAccount);
    add('cost-centers', company?.controllingArea, use.costCenter);
    add('profit-centers', company?.controllingArea, use.profitCenter);
    add('customers', company?.companyCode, use.customer);
  }
  return [...scopes].map(([key, scope]) => ({ ...scope, names: [...(names.get(key) ?? [])] }));
}

function coversAll({ covers }: MasterDataPart, names: readonly string[]): boolean {
  if (covers === 'all') return true;
  const known = new Set(covers.map(plainKey));
  return names.every((name) => known.has(plainKey(name)));
}

/** `1 minute`, `90 minutes`, `72 hours`. */
function sayAge(ageMs: number): string {
  const minutes = Math.round(ageMs / 60_000);
  if (minutes >= 120) return `${Math.round(minutes / 60)} hours`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

function nothingRead({ kind, scope }: MasterDataScope, problem: ProblemFacts): MasterDataPart {
  return { kind, scope, covers: 'all', rows: null, readAt: null, askedAt: '', problem };
}

function isTooMany(thrown: unknown): thrown is Problem {
  return isProblem(thrown) && thrown.code === 'SAP_TOO_MANY_ROWS';
}

function keyOf({ kind, scope }: MasterDataScope): string {
  return `${kind}\n${scope}`;
}
