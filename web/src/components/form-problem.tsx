import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ProblemBody } from '../api/client.ts';
import { joinSaid } from '../texts/join-said.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { focusField } from './field-focus.ts';
import { ProblemStrip } from './problem-strip.tsx';

/** What one field of a form says by itself. */
interface Claim {
  readonly name: string;
  readonly codes: readonly string[];
}

interface OfForm {
  readonly problem: ProblemBody | undefined;
  /** Returns what takes it back. */
  readonly claim: (id: string, claim: Claim) => () => void;
}

const FormContext = createContext<OfForm | undefined>(undefined);

interface FormProblemProps {
  /** What the service said of all that was sent. */
  readonly problem: ProblemBody | undefined;
  /** Parts or codes that `children` show in another way. */
  readonly isShown?: (partOrCode: string) => boolean;
  /** Whether the focus goes to the first field that needs another look; default true. */
  readonly leads?: boolean;
  readonly children: ReactNode;
}

/**
 * A form and what is wrong with it: each field shows what is its own, and whatever no field shows stands below them, so that nothing
 * is said twice or not at all. Leads to the first field that needs another look.
 */
export function FormProblem({ problem, isShown = () => false, leads = true, children }: FormProblemProps) {
  const [claims, setClaims] = useState<ReadonlyMap<string, Claim>>(new Map());
  const claim = useCallback((id: string, own: Claim) => {
    setClaims((before) => new Map(before).set(id, own));
    return () => setClaims((before) => new Map([...before].filter(([other]) => other !== id)));
  }, []);
  const form = useMemo(() => ({ problem, claim }), [problem, claim]);
  const rest = problem && restOf(problem, [...claims.values()], isShown);
  const place = useRef<HTMLDivElement>(null);
  const isBeside = !rest || (rest.fields?.length ?? 0) < (problem?.fields?.length ?? 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each problem, whatever fields come and go afterwards
  useEffect(() => {
    const { current } = place;
    if (!problem || !current || !leads) return;
    const wrong = current.parentElement?.querySelector<HTMLElement>('[data-wrong]');
    if (isBeside && wrong) focusField(wrong);
    else current.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  return (
    <FormContext value={form}>
      {children}
      <div ref={place} className="form-rest">
        {rest && <ProblemStrip problem={rest} />}
      </div>
    </FormContext>
  );
}

/** What no field shows; nothing where each part has its field. */
function restOf(
  problem: ProblemBody,
  claims: readonly Claim[],
  isShown: (partOrCode: string) => boolean,
): ProblemBody | undefined {
  const { code, fields = [] } = problem;
  if (isShown(code) || claims.some(({ codes }) => codes.includes(code))) return undefined;
  const left = fields.filter(({ path }) => !isShown(path) && !claims.some(({ name }) => isWithin(path, name)));
  if (fields.length > 0 && left.length === 0) return undefined;
  return { ...problem, fields: left };
}

/** `scopes.0` is within `scopes`. */
function isWithin(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}.`);
}

export interface FieldClaim {
  /** Of the field in the body that is sent: `label`, or `posting.approval`. Without it only `fault` is said. */
  readonly name?: string | undefined;
  /** What the service said of the body as a whole; default: of the form that it stands in. */
  readonly problem?: ProblemBody | undefined;
  /** Codes of problems that are this field's, with words of their own where there are better ones than those of the service. */
  readonly codes?: Readonly<Record<string, string | undefined>> | undefined;
  /** Found before anything is sent. */
  readonly fault?: string | undefined;
  /** As `fault`, but it can be sent all the same: what the service said of it goes before. */
  readonly doubt?: string | undefined;
}

/** What is to be said beside a field, in the reader's language; and tells the form that it is said here. */
export function useFieldProblem({ name, problem, codes = {}, fault, doubt }: FieldClaim): string | undefined {
  const service = useServiceWords();
  const form = useContext(FormContext);
  const id = useId();
  const claim = form?.claim;
  const ofCodes = Object.keys(codes).join(' ');
  useEffect(() => {
    if (name !== undefined) return claim?.(id, { name, codes: ofCodes.split(' ').filter(Boolean) });
    return undefined;
  }, [claim, id, name, ofCodes]);
  const told = problem ?? form?.problem;
  const own = saidOf(told, name, codes);
  const all = fault !== undefined ? [fault] : own.length > 0 ? own : [doubt ?? ''];
  // What the service says with its values is not in every language; what its code means is.
  const inWords = (said: string) =>
    service.sentence(said) ?? (said === told?.says ? service.title(told.code) : null) ?? said;
  return joinSaid(all.filter((said) => said !== '').map(inWords)) || undefined;
}

function saidOf(
  problem: ProblemBody | undefined,
  name: string | undefined,
  codes: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  if (!problem || name === undefined) return [];
  const named = (problem.fields ?? []).flatMap(({ path, says }) => (isWithin(path, name) ? [says] : []));
  if (named.length > 0) return named;
  return problem.code in codes ? [codes[problem.code] ?? problem.says] : [];
}
