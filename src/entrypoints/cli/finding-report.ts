/** What the check against SAP's master data found, for people: each fault once, with every place behind it. */
import {
  type Finding,
  type FindingPlace,
  isBookable,
  type MasterDataPart,
  type SimulationResult,
  sayPlace,
} from '../../app/index.ts';
import { formatMinute } from '../../core/index.ts';
import type { Terminal } from './terminal.ts';

/** As many places of one fault, and as many faults, as a person reads. */
const PLACES_SHOWN_MAX = 20;
const FAULTS_SHOWN_MAX = 20;

/** Says the findings, the verdict, the counts and how old the master data is that all of it rests on. */
export function sayFindings(
  terminal: Terminal,
  result: SimulationResult,
  says: { readonly bookable: string; readonly refused: string },
): void {
  const isOffered = ({ code }: Finding) => code !== 'SIMULATION_NOT_OFFERED';
  const groups = [...groupByFault(result.findings.filter(isOffered)).values()];
  for (const group of groups.slice(0, FAULTS_SHOWN_MAX)) sayGroup(terminal, group);
  if (groups.length > FAULTS_SHOWN_MAX) {
    terminal.say(`and ${groups.length - FAULTS_SHOWN_MAX} more; --json lists all of them`);
  }
  const notOffered = result.findings.filter((finding) => !isOffered(finding)).map(({ value }) => value);
  if (notOffered.length > 0) {
    terminal.say(
      terminal.paint(
        'dim',
        `Not checked: ${notOffered.join(', ')}. SAP has no service for them; views of your own close the gap (sap.customViews in docs/connection-file.md).`,
      ),
    );
  }
  if (result.findings.length > 0) terminal.say();
  terminal.say(isBookable(result) ? says.bookable : says.refused);
  const places = (severity: Finding['severity']) => result.findings.filter((each) => each.severity === severity).length;
  const faults = groups.filter(([{ severity }]) => severity === 'error').length;
  const warnings = groups.filter(([{ severity }]) => severity === 'warning').length;
  terminal.say(
    `${count(faults, 'fault')} in ${count(places('error'), 'place')}, ${count(warnings, 'warning')}, ${places('not-checked')} not checked. ${sayReadAt(result.parts)}`,
  );
}

type Group = readonly [Finding, ...Finding[]];

/** Findings that say the same, in the order of the first of each. */
function groupByFault(findings: readonly Finding[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.code, finding.says, finding.next]);
    groups.set(key, [...(groups.get(key) ?? []), finding] as unknown as Group);
  }
  return groups;
}

function sayGroup(terminal: Terminal, findings: Group): void {
  const [{ severity, code, says, next }] = findings;
  const style = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'dim';
  terminal.say(`${terminal.paint(style, severity)} ${code}`);
  terminal.say(`  ${says}`);
  const places = sayPlaces(findings.flatMap(({ place }) => place ?? []));
  if (places !== '') terminal.say(`  in ${places}`);
  terminal.say(`  next: ${next}`);
}

/** `line 129 "referral-fee", any marketplace; line 131 …`, and of an entry `AMZ… line 3, 17`. */
function sayPlaces(places: readonly FindingPlace[]): string {
  const shown = new Set<string>();
  const linesOf = new Map<string, number[]>();
  for (const place of places) {
    if ('row' in place || place.line === null) shown.add(sayPlace(place));
    else linesOf.set(place.postingKey, [...(linesOf.get(place.postingKey) ?? []), place.line]);
  }
  for (const [key, lines] of linesOf) {
    const [first = 0, ...rest] = lines.slice(0, PLACES_SHOWN_MAX);
    const more = lines.length > PLACES_SHOWN_MAX ? ` and ${lines.length - PLACES_SHOWN_MAX} more` : '';
    shown.add(`${key} line ${[first, ...rest].join(', ')}${more}`);
  }
  const all = [...shown];
  const more = all.length > PLACES_SHOWN_MAX ? ` and ${all.length - PLACES_SHOWN_MAX} more` : '';
  return `${all.slice(0, PLACES_SHOWN_MAX).join('; ')}${more}`;
}

/** The oldest part decides: the verdict is no younger than that. */
function sayReadAt(parts: readonly MasterDataPart[]): string {
  const [oldest] = parts.flatMap(({ readAt }) => readAt ?? []).sort();
  return oldest === undefined ? 'No master data was read.' : `Master data read at ${formatMinute(oldest)}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
