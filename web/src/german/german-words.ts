import type { ServiceWords, Vocabulary } from '../texts/service-words.ts';
import { stateWords } from '../texts/states.ts';
import { germanActions, germanExchanges } from './actions.ts';
import { germanCadence } from './cadence.ts';
import { germanNext } from './german-problem.ts';
import { Sentences } from './german-sentence.ts';
import { germanHeadings, headingSentences } from './headings.ts';
import { germanLineGroups } from './line-groups.ts';
import { germanLineKinds, germanPurposes, kindsByTitle } from './line-kinds.ts';
import { germanChecks, germanNatures, germanPermissions, germanWorks } from './names.ts';
import { germanProblems } from './problems/index.ts';
import { accountTableSentences } from './sentences/account-table.ts';
import { alertSentences } from './sentences/alerts.ts';
import { bookSentences } from './sentences/books.ts';
import { doctorSentences } from './sentences/doctor.ts';
import { fieldSentences } from './sentences/fields.ts';
import { problemSentences, sapAdvice } from './sentences/problems.ts';
import { reasonSentences } from './sentences/reasons.ts';
import { reconciliationSentences } from './sentences/reconciliation.ts';
import { simulationSentences } from './sentences/simulation.ts';

const sentences = new Sentences(
  [
    ...problemSentences,
    ...bookSentences,
    ...reconciliationSentences,
    ...simulationSentences,
    ...doctorSentences,
    ...alertSentences,
  ],
  fieldSentences,
);
/** Of which some are so general that they would be found in others. */
const faults = new Sentences([], accountTableSentences);
const reasons = new Sentences(reasonSentences);
const headings = new Sentences(headingSentences);
const states: Readonly<Record<string, string>> = stateWords.de;
const kinds: Readonly<Record<string, readonly [title: string, meaning: string]>> = germanLineKinds;

const NAMES: Readonly<Record<Vocabulary, (name: string) => string | undefined>> = {
  action: actionOf,
  check: checkOf,
  kind: (name) => kinds[name]?.[0] ?? nameIn(germanPurposes)(name),
  meaning: (name) => kinds[name]?.[1],
  nature: nameIn(germanNatures),
  permission: nameIn(germanPermissions),
  purpose: nameIn(germanPurposes),
  work: nameIn(germanWorks),
};

/** The words of the service in German. What has none stays as it was said. */
export const germanWords: ServiceWords = {
  title: (code) => germanProblems.get(knownCode(code))?.[0] ?? null,
  next: ({ code, next }) => {
    const problem = germanProblems.get(knownCode(code));
    return problem ? germanNext(problem, next, adviceOf) : (sentences.say(next) ?? next);
  },
  sentence: sentenceOf,
  fault: (said) => faults.say(said) ?? sentenceOf(said) ?? said,
  reason: reasonOf,
  heading: headingOf,
  cell: cellOf,
  name: (of, name, otherwise = name) => NAMES[of](name) ?? otherwise,
  cadence: (said) => germanCadence(said) ?? said,
};

/** Of the program; a person’s own words have no pattern. */
function reasonOf(said: string): string {
  return reasons.say(said) ?? (said.endsWith('.') ? sentenceOf(said) : undefined) ?? said;
}

/** Also one that follows the code of a problem. */
function sentenceOf(said: string): string | undefined {
  const [, code = '', rest = ''] = /^([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): (.+)$/s.exec(said) ?? [];
  const title = germanProblems.get(code)?.[0];
  return title === undefined ? sentences.say(said) : `${code}: ${title}. ${sentences.say(rest) ?? rest}`;
}

/** What answers with something else than the service is no service that answers. */
function knownCode(code: string): string {
  return code.startsWith('HTTP_') ? 'NO_ANSWER' : code;
}

function adviceOf(english: string): string {
  return Object.entries(sapAdvice)
    .filter(([advice]) => english.includes(advice))
    .map(([, german]) => german)
    .join(' ');
}

function headingOf(said: string): string {
  const known = germanHeadings[said.toLowerCase()];
  if (known !== undefined) return known;
  const [, report] = /^(.+), all months$/.exec(said) ?? [];
  if (report !== undefined) return `${headingOf(report)}, alle Monate`;
  const sentence = headings.say(said);
  if (sentence !== undefined) return sentence;
  const parts = said.split(': ');
  return parts.length === 1 ? said : parts.map(headingOf).join(': ');
}

function cellOf(key: string, said: string): string {
  if (key === 'state') return states[said] ?? headingOf(said);
  if (key === 'kind') return kindOf(said);
  if (key === 'groupName') return groups(said) ?? said;
  if (key === 'nature') return NAMES.nature(said) ?? headingOf(said);
  if (key === 'action') return actionOf(said) ?? said;
  if (key === 'why') return reasonOf(said);
  if (key === 'progress') return said.split(', ').map(partOf).join(', ');
  if (['title', 'name', 'role', 'ledger'].includes(key)) return headingOf(said);
  return sentenceOf(said) ?? said;
}

/** Of `2 of 3 posted, 1 rejected`, or a state. */
function partOf(said: string): string {
  return states[said] ?? sentences.say(said) ?? said;
}

/** `referral-fee`, or `30 Referral fees` as reports say it. */
function kindOf(said: string): string {
  const [, group = '', title = ''] = /^(\d+) (.+)$/.exec(said) ?? [];
  const kind = Object.hasOwn(kindsByTitle, title) ? kindsByTitle[title] : undefined;
  return kind === undefined ? (NAMES.kind(said) ?? said) : `${group} ${NAMES.kind(kind)}`;
}

const groups = nameIn(germanLineGroups);

function nameIn(names: Readonly<Record<string, string>>): (name: string) => string | undefined {
  return (name) => (Object.hasOwn(names, name) ? names[name] : undefined);
}

/** `sap.look-up`: what is asked has the name that SAP or Amazon gives it. */
function actionOf(action: string): string | undefined {
  const [subject = '', ...operation] = action.split('.');
  const exchange = germanExchanges[subject];
  return nameIn(germanActions)(action) ?? (exchange && `${exchange}: ${operation.join('.')}`);
}

/** `company code 1010`: the code is behind its word. */
function checkOf(name: string): string | undefined {
  const code = /^company code (.+)$/.exec(name)?.[1];
  return code === undefined ? nameIn(germanChecks)(name) : `Buchungskreis ${code}`;
}
