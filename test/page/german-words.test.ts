/** Names and sentences of the service that the page shows have German ones: a new one without them fails here. */
import { describe, expect, it } from 'vitest';
import {
  ALERT_RULES,
  CUSTOMER_STATES,
  type DaysOfRule,
  PERMISSIONS,
  type ScheduleRule,
  sayRule,
  WORK_NAMES,
} from '../../src/app/index.ts';
import { REPORT_TITLES } from '../../src/entrypoints/http/contract/report-titles.ts';
import { BALANCE_PURPOSES, LINE_GROUPS, lineKindFacts, lineKinds } from '../../src/mapping/index.ts';
import { READ_SERVICES } from '../../src/sap/doctor-services.ts';
import { nameRow } from '../../web/src/components/mapping/name-row.ts';
import { germanActions } from '../../web/src/german/actions.ts';
import { germanWords } from '../../web/src/german/german-words.ts';
import { germanHeadings, headingSentences } from '../../web/src/german/headings.ts';
import { germanLineGroups } from '../../web/src/german/line-groups.ts';
import { germanLineKinds, germanPurposes, kindsByTitle } from '../../web/src/german/line-kinds.ts';
import { germanChecks, germanNatures, germanPermissions, germanWorks } from '../../web/src/german/names.ts';
import { accountTableSentences } from '../../web/src/german/sentences/account-table.ts';
import { alertSentences } from '../../web/src/german/sentences/alerts.ts';
import { bookSentences } from '../../web/src/german/sentences/books.ts';
import { doctorSentences } from '../../web/src/german/sentences/doctor.ts';
import { fieldSentences } from '../../web/src/german/sentences/fields.ts';
import { problemSentences } from '../../web/src/german/sentences/problems.ts';
import { reasonSentences } from '../../web/src/german/sentences/reasons.ts';
import { reconciliationSentences } from '../../web/src/german/sentences/reconciliation.ts';
import { simulationSentences } from '../../web/src/german/sentences/simulation.ts';
import { alertRuleWords } from '../../web/src/texts/alert-rules.ts';
import { englishActions, englishName, englishPermissions, englishSentence } from '../../web/src/texts/english-names.ts';
import { formatDay, formatInstant } from '../../web/src/texts/written.ts';
import { listFiles } from '../tidy/source-files.ts';
import { membersIn, programFiles, textsIn } from './service-texts.ts';

const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
/** What a sentence is in the sources, where nothing is said of its values. */
const written = ([english]: readonly [string, string]) => english.replaceAll(/\{=[^}]*\}/g, '{}');
const keys = (table: Readonly<Record<string, unknown>>) => sorted(Object.keys(table));

describe('names and amounts on the English page', () => {
  it('events and permissions are words: the same that German has', () => {
    expect(keys(englishActions)).toEqual(keys(germanActions));
    expect(keys(englishPermissions)).toEqual(sorted(PERMISSIONS));
    expect(englishName('action', 'sap.post')).toBe('Request to SAP: post');
    expect(englishName('kind', 'fba-storage-fee')).toBe('FBA storage fee');
    expect(englishName('kind', 'fba-storage-fee', 'FBA storage')).toBe('FBA storage');
  });

  it('a setting of approval is told by what it is about', () => {
    expect(englishSentence('12.00 EUR is above posting.fourEyesAbove (10.00)')).toBe(
      '12.00 EUR is above the limit for two people (10.00)',
    );
  });
});

describe('a row of the account table', () => {
  it('is named in the language of the page, and keeps its codes', () => {
    const german = { anyMarketplace: 'Jeder Marktplatz' };
    expect(nameRow('fba-storage-fee, any marketplace', german)).toBe('fba-storage-fee, jeder Marktplatz');
    expect(nameRow('referral-fee, any marketplace, from 2027-01-01', german)).toContain('jeder Marktplatz');
    // control: what Amazon or a person wrote is nobody's to translate.
    expect(nameRow('Sale in any marketplace | x', german)).toBe('Sale in any marketplace | x');
    const row = '"fba-storage-fee", any marketplace';
    expect(nameRow(row, { anyMarketplace: 'Any marketplace' })).toBe(row);
  });
});

describe('numbers and days', () => {
  /** As people, files and SAP write them. */
  const FOREIGN = [
    'Storno: 1.234 EUR zu viel',
    'Rechnung vom 31.10. storniert',
    'um 8.30 Uhr besprochen',
    '1.234 EUR',
    '12.50',
    '2026-10-31',
    '4711.123',
    'F5 201 Posting period 010 2026 is not open: 12.50',
    'SAP said on 2026-10-31: 1.234 EUR',
  ];

  it.each(FOREIGN)('%s of a person, a file or SAP stays as it is', (said) => {
    expect(germanWords.reason(said)).toBe(said);
    for (const key of ['sku', 'text', 'why', 'title']) expect(germanWords.cell(key, said), key).toBe(said);
    expect(germanWords.sentence(said)).toBeUndefined();
    expect(germanWords.fault(said)).toBe(said);
    expect(germanWords.reason(`taken back in SAP, and worked out anew: ${said}`)).toContain(`„${said}“`);
    expect(germanWords.sentence(`ben refused entry AMZ1: ${said}`)).toBe(
      `ben hat Beleg AMZ1 zurückgewiesen: „${said}“`,
    );
    expect(germanWords.sentence(`SAP did not book entry AMZ1: ${'F5 201 '}${said}.`)).toContain(said);
  });

  it('control: values of a sentence of the program are written in German', () => {
    expect(germanWords.sentence('Settlement 7: No. Expected 12345.60 EUR, found -1.00.')).toBe(
      'Abrechnung 7: No. Erwartet 12.345,60 EUR, gefunden \u22121,00.',
    );
    expect(germanWords.sentence('Accrued as of 2026-10-14.')).toBe('Abgegrenzt mit Stand 14.10.2026.');
    expect(germanWords.sentence('1234.567 KWD is above posting.fourEyesAbove (10.00)')).toBe(
      '1.234,567 KWD liegt über der Grenze für zwei Personen (10,00).',
    );
  });

  it('what is to be typed or pasted keeps the form in which it is taken', () => {
    expect(germanWords.sentence('must be at least 0.01')).toBe('muss mindestens 0.01 sein');
    expect(
      germanWords.sentence(
        'must be an amount in quotes with at most the decimals of the currency, for example "10000.00"',
      ),
    ).toContain('"10000.00"');
    expect(germanWords.sentence('A day is expected, for example 2026-11-26.')).toContain('2026-11-26');
    for (const said of ['Write the day as YYYY-MM-DD, for example 2026-10-31', 'Give a day such as 2026-12-24.']) {
      expect(germanWords.next({ code: 'NOBODY_KNOWS', next: said })).toBe(said);
      expect(germanWords.sentence(said) ?? said).toBe(said);
    }
    expect(germanWords.sentence('"2026-02-30" is not a calendar day.')).toBe('"2026-02-30" ist kein Kalendertag.');
    expect(germanWords.fault('rate is the number 19.00: write it as text')).toBe(
      'Der Satz ist die Zahl 19.00: Schreiben Sie ihn als Text',
    );
    expect(germanWords.sentence('seller-ledger sync 2026-10-14; then: seller-ledger entries show 12.50')).toBe(
      'seller-ledger sync 2026-10-14; dann: seller-ledger entries show 12.50',
    );
  });

  it('what is no day, or no instant, stays as it was given', () => {
    for (const said of ['2026-02-30', '2026-13-01', 'foo', '']) {
      expect(formatDay(said, 'en')).toBe(said);
      expect(formatDay(said, 'de')).toBe(said);
      expect(formatInstant(said, 'en')).toBe(said);
    }
    // Control: a day is one, also as the beginning of an instant.
    expect(formatDay('2026-10-31', 'en')).toBe('Oct 31, 2026');
    expect(formatDay('2026-10-31T08:00:00Z', 'de')).toBe('31.10.2026');
  });
});

describe('names in German', () => {
  it('line kinds, with their meanings, and what balances an entry', () => {
    expect(keys(germanLineKinds)).toEqual(sorted(lineKinds()));
    expect(kindsByTitle).toEqual(Object.fromEntries(lineKinds().map((kind) => [lineKindFacts(kind).title, kind])));
    expect(germanWords.cell('kind', '30 Referral fees')).toBe('30 Verkaufsgebühren');
    expect(keys(germanLineGroups)).toEqual(sorted(Object.values(LINE_GROUPS).map(({ name }) => name)));
    expect(germanWords.cell('groupName', 'Reserve')).toBe('Rücklage');
    expect(keys(germanPurposes)).toEqual(sorted(BALANCE_PURPOSES));
    expect(keys(germanNatures)).toEqual(sorted(lineKinds().map((kind) => lineKindFacts(kind).nature)));
  });

  it('works, alerts and permissions', () => {
    const installation = programFiles('src/entrypoints/work')
      .filter(({ path }) => path.endsWith('/installation-works.ts'))
      .flatMap((file) => membersIn(file, 'name'));
    expect(installation.length).toBeGreaterThan(5);
    expect(keys(germanWorks)).toEqual(sorted([...WORK_NAMES, ...installation]));
    expect(keys(alertRuleWords.en)).toEqual(sorted(ALERT_RULES));
    expect(keys(alertRuleWords.de)).toEqual(sorted(ALERT_RULES));
    expect(keys(germanPermissions)).toEqual(sorted(PERMISSIONS));
  });

  it('checks of the doctor', () => {
    const named = programFiles('src/amazon', 'src/sap', 'src/entrypoints')
      .filter(({ path }) => /\/(?:doctor|ping|doctor-services)\.ts$/.test(path))
      .flatMap((file) => [...membersIn(file, 'name'), ...textsIn(file)]);
    expect(keys(germanChecks).filter((name) => !named.includes(name))).toEqual([]);
    for (const { name } of READ_SERVICES) expect(germanWords.name('check', name), name).not.toBe(name);
    expect(germanWords.name('check', 'company code 1010')).toBe('Buchungskreis 1010');
    expect(germanWords.name('check', 'getReports')).toBe('getReports');
  });

  it('what the probes of Amazon find', () => {
    const found = programFiles('src/amazon')
      .filter(({ path }) => path.endsWith('/probes.ts'))
      .flatMap(textsIn)
      .filter((text) => /^[a-zA]\w+ \w+ \w+/.test(text) && !text.includes(' or ') && !text.startsWith('search'));
    expect(found.length).toBeGreaterThan(7);
    expect(found.filter((text) => germanWords.sentence(text) === undefined)).toEqual([]);
    expect(germanWords.sentence('listPayouts answers: 2 payouts of the last seven days on the first page')).toBe(
      'listPayouts antwortet: 2 Auszahlungen der letzten sieben Tage auf der ersten Seite',
    );
  });

  it('events of the audit log', () => {
    const states = ['proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed', 'withdrawn'];
    const made = [
      ...states.map((state) => `entry.${state}`),
      ...CUSTOMER_STATES.map((state) => `customer.${state}`),
      ...['received', 'proven', 'proposed', 'quarantined'].map((state) => `settlement.${state}`),
      ...['waiting', 'left-out', 'wanted', 'used', 'replaced', 'received'].map((state) => `settlement.file-${state}`),
      ...['leave', 'propose-again', 'dropped'].map((outcome) => `settlement.take-back-${outcome}`),
      ...['close', 'reopen'].map((move) => `period.${move}`),
    ];
    const recorded = programFiles('src').flatMap((file) => membersIn(file, 'action'));
    const literal = recorded.filter(
      (action) => /^[a-z-]+(?:\.[a-z-]+)?$/.test(action) && !/^(?:close|reopen)$/.test(action),
    );
    expect(literal.length).toBeGreaterThan(60);
    const missing = sorted([...literal, ...made]).filter((action) => !Object.hasOwn(germanActions, action));
    expect(missing).toEqual([]);
    expect(keys(germanActions).filter((action) => !literal.includes(action) && !made.includes(action))).toEqual([]);
    // What a state, an outcome or an operation is put behind, so that a new one of these is not overlooked.
    expect(sorted(recorded.filter((action) => action.includes('{}')))).toEqual([
      'amazon.{}',
      'customer.{}',
      'entry.{}',
      'period.{}',
      'sap.{}',
      'settlement.file-{}',
      'settlement.{}',
    ]);
  });
});

describe('headings of reports and drill-downs in German', () => {
  const REPORTS = ['reports', 'drill-down', 'reconciliation', 'periods', 'accruals', 'corrections'].map(
    (name) => `src/app/${name}`,
  );
  const files = programFiles(...REPORTS, 'src/entrypoints/reports');
  const titles = sorted([
    ...Object.values(REPORT_TITLES),
    ...files.flatMap((file) => [
      ...membersIn(file, 'title'),
      ...[...file.text.matchAll(/\b(?:TEXT|COUNT|MONEY|column)\('[^']*', '([^']+)'/g)].map(([, title]) => title ?? ''),
    ]),
  ]).filter((title) => /[A-Za-z]/.test(title));

  it('every title, fact and column', () => {
    expect(titles.length).toBeGreaterThan(200);
    const patterns = new Set(headingSentences.map(written));
    /** Made of others, or only of values. */
    const composed = /^(?:\{\}: \{\}|\{\}|(?:Lines|Corrections|Evidence|History)\{\})$/;
    const missing = titles.filter(
      (title) => !Object.hasOwn(germanHeadings, title.toLowerCase()) && !patterns.has(title) && !composed.test(title),
    );
    expect(missing).toEqual([]);
  });

  it('no heading that nobody says', () => {
    const said = new Set([...titles, ...files.flatMap(textsIn)].map((text) => text.toLowerCase()));
    const isSaid = (title: string) => said.has(title) || said.has(`${title}{}`);
    expect(Object.keys(germanHeadings).filter((title) => !isSaid(title))).toEqual([]);
  });

  it('what is made of several is said of several', () => {
    expect(germanWords.heading('Lines of AMZ1')).toBe('Positionen von AMZ1');
    expect(germanWords.heading('Reconciliation: Open items')).toBe('Abstimmung: Offene Posten');
    expect(germanWords.heading('Company code')).toBe('Buchungskreis');
  });
});

/** Texts in the readers of account tables that no cell is told. */
const ELSEWHERE = new Set(['Correct the lines that are named, then run: seller-ledger mapping check {}']);

/** Of which the value is a verb, in German as well. */
const SAID_OTHERWISE = new Set(['Logs on by client certificate; {} it.', 'Logs on by user and password; {} them.']);

describe('sentences in German', () => {
  it('each belongs to one that stands in the sources', () => {
    const said = new Set(programFiles('src', 'web/src/api').flatMap(textsIn));
    const all = [
      ...accountTableSentences,
      ...alertSentences,
      ...bookSentences,
      ...doctorSentences,
      ...fieldSentences,
      ...problemSentences,
      ...reasonSentences,
      ...reconciliationSentences,
      ...simulationSentences,
      ...headingSentences,
    ];
    /** Said by `Lines{}` and the like, and by lists. */
    const composed = /^(?:Lines|Corrections|Evidence|History) of \{\}$|^the orders and the financial events$/;
    expect(all.map(written).filter((text) => !said.has(text) && !composed.test(text))).toEqual([]);
  });

  it('no value is lost or made up', () => {
    const all = [
      ...accountTableSentences,
      ...alertSentences,
      ...bookSentences,
      ...doctorSentences,
      ...problemSentences,
      ...reasonSentences,
      ...reconciliationSentences,
      ...simulationSentences,
    ];
    for (const [english, german] of all) {
      const places = [...english.matchAll(/\{(?:=[^}]*)?\}/g)].length;
      const used = [...german.matchAll(/\{(\d)/g)].map(([, place]) => Number(place));
      for (const place of used) {
        expect(place, english).toBeGreaterThan(0);
        expect(place, english).toBeLessThanOrEqual(places);
      }
      // A value that is only `row` or `rows` by a number has a choice by that number in its stead.
      const choices = [...german.matchAll(/\{\d\?/g)].length;
      const lost = Array.from({ length: places }, (_, at) => at + 1).filter((place) => !used.includes(place));
      if (!SAID_OTHERWISE.has(english)) expect(lost.length, `${english} loses ${lost}`).toBeLessThanOrEqual(choices);
    }
  });

  it('alerts: what they say and what helps', () => {
    const files = programFiles('src/app/alerts', 'src/entrypoints/alerts').filter(({ path }) =>
      /\/(?:rules|work-rules|bounded|thorough-look)\.ts$/.test(path),
    );
    const known = new Set(alertSentences.map(written));
    /** With words enough to be a sentence, or more than a command. */
    const isSentence = (text: string) => /^(?:seller-ledger .*;|[A-Z{]).* .* /.test(text);
    const texts = files.flatMap(textsIn).filter(isSentence);
    expect(texts.length).toBeGreaterThan(30);
    const missing = texts.filter((text) => !known.has(text));
    expect(missing).toEqual([]);
    expect(
      germanWords.sentence('3 entries of shop wait for people to approve, the oldest since 2026-11-01 07:00 UTC.'),
    ).toBe(`3 Belege von shop warten auf Freigabe, der älteste seit ${formatInstant('2026-11-01T07:00:00Z', 'de')}.`);
    expect(germanWords.sentence('One job of kind sync of shop failed and is not tried again.')).toBe(
      'Ein Auftrag der Art sync von shop ist gescheitert und wird nicht erneut versucht.',
    );
  });

  it('account tables: what is wrong with a cell', () => {
    const known = new Set(accountTableSentences.map(written));
    const files = programFiles('src/mapping').filter(({ path }) =>
      /\/(?:account-table-(?:fields|rows|vocabulary|warnings)|read-[a-z-]+|table-(?:sheets|dated)|nearest-(?:names|triples))\.ts$/.test(
        path,
      ),
    );
    /** Said of a whole file at the command line, of code, or of parts of a sentence. */
    const isElsewhere = (text: string) => ELSEWHERE.has(text) || /^[A-Z].*\.$/.test(text);
    const texts = files.flatMap(textsIn).filter((text) => /[a-z] [a-z{]/.test(text) && !isElsewhere(text));
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.filter((text) => !known.has(text))).toEqual([]);
    expect(germanWords.fault('company code 17100 has 5 characters; at most 4 fit')).toBe(
      'Buchungskreis 17100 hat 5 Zeichen; höchstens 4 passen',
    );
    expect(germanWords.fault('section assigments is not known; did you mean assignments?')).toBe(
      'Den Abschnitt assigments gibt es nicht; gemeint ist vielleicht assignments?',
    );
  });

  it('reasons in the audit log: those of the program, and none that a person wrote', () => {
    const known = new Set(reasonSentences.map(written));
    const moving = programFiles('src/app', 'src/store').filter(
      ({ path }) => !/\/(?:privacy\/record-kinds|privacy\/privacy-reports|plan-orders|access\/[a-z-]+)\.ts$/.test(path),
    );
    const texts = moving
      .flatMap((file) => membersIn(file, 'why'))
      .filter((text) => / /.test(text) && !/^(?:\{\}|.*\{\} \(.*)$/.test(text));
    expect(texts.length).toBeGreaterThan(25);
    expect(texts.filter((text) => !known.has(text))).toEqual([]);
    expect(germanWords.reason('SAP booked document 0100000010')).toBe('SAP hat Beleg 0100000010 gebucht');
    expect(germanWords.reason('the key that signs heads of the audit log was made')).toBe(
      'der Schlüssel zum Signieren des Prüfprotokolls wurde angelegt',
    );
    // Control: a person may end as the program does.
    for (const said of ['closed', 'the correction was made']) expect(germanWords.reason(said)).toBe(said);
  });

  it('proofs: what each compares', () => {
    const files = programFiles('src/mapping', 'src/app/corrections').filter(({ path }) =>
      /\/(?:proofs|correction-proofs|settled-orders)\.ts$/.test(path),
    );
    const compared = files.flatMap((file) => membersIn(file, 'says')).filter((text) => text !== '');
    expect(compared.length).toBeGreaterThan(7);
    const known = new Set(bookSentences.map(written));
    expect(compared.filter((text) => !known.has(text))).toEqual([]);
    expect(germanWords.sentence('The amounts of 12 rows together, against the total in the summary row.')).toBe(
      'Die Beträge von 12 Zeilen zusammen, gegen die Summe in der Summenzeile.',
    );
    expect(
      germanWords.sentence(
        'Tax collected on 1 order, 1.00, and withheld by Amazon, 1.00: what is left of any of them, against nothing.',
      ),
    ).toBe(
      'Auf 1 Bestellung erhobene Steuer, 1,00, und von Amazon einbehaltene, 1,00: was davon übrig bleibt, gegen null.',
    );
  });

  it('why an entry is held back, whatever holds it', () => {
    const english = 'Entry AMZ1 is not sent, because settlement 7001 would be in SAP by half:';
    const german = 'Beleg AMZ1 wird nicht gesendet, weil sonst nur ein Teil in SAP stünde (Abrechnung 7001):';
    expect(germanWords.sentence(`${english} AMZ2 waits for approval.`)).toBe(`${german} AMZ2 ist noch freizugeben.`);
    expect(
      germanWords.sentence(`${english} AMZ2 was refused by SAP, AMZ3 was reversed, AMZ4 reverses a part of it.`),
    ).toBe(`${german} AMZ2 wurde von SAP abgelehnt, AMZ3 wurde storniert, AMZ4 storniert einen Teil davon.`);
  });

  it('control: what nobody has taught keeps the words of the service', () => {
    expect(germanWords.sentence('The moon is full.')).toBeUndefined();
    expect(germanWords.heading('The moon')).toBe('The moon');
    expect(germanWords.name('work', 'moonlight')).toBe('moonlight');
  });
});

describe('fields and progress in German', () => {
  it.each([
    ['is missing; it must be a group of settings', 'fehlt; muss eine Gruppe von Einstellungen sein'],
    ['must have at most 200 characters', 'darf höchstens 200 Zeichen haben'],
    ['At least 12 characters are needed.', 'Mindestens 12 Zeichen sind nötig.'],
    ['At most 5 can be taken.', 'Höchstens 5 sind erlaubt.'],
  ])('%s', (english, german) => {
    expect(germanWords.sentence(english)).toBe(german);
  });

  it('what is wrong with the settings of a schedule', () => {
    const known = new Set(fieldSentences.map(written));
    const [file, ...others] = programFiles('src/entrypoints').filter(({ path }) =>
      path.endsWith('/schedule-settings.ts'),
    );
    if (!file) throw new Error('there is no such file');
    expect(others).toEqual([]);
    // Every fault begins with what the setting does, and no other text of the file has words between spaces.
    const faults = textsIn(file).filter((text) => / /.test(text));
    expect(faults).toContain('must say why');
    expect(faults.length).toBeGreaterThan(15);
    expect(faults.filter((text) => !known.has(text))).toEqual([]);
    expect(germanWords.sentence('closes every day of the year')).toBe('schließt alle Tage des Jahres');
  });

  it('what is wrong with the settings for Amazon and SAP', () => {
    const known = new Set(fieldSentences.map(written));
    const files = programFiles('src/amazon', 'src/sap').filter(({ path }) =>
      /\/(?:amazon|sap)\/settings\.ts$/.test(path),
    );
    const faults = files.flatMap(textsIn).filter((text) => /^(?:must|is) [a-z]/.test(text));
    expect(files.length).toBe(2);
    expect(faults.length).toBeGreaterThan(12);
    expect(faults.filter((text) => !known.has(text))).toEqual([]);
    expect(
      germanWords.sentence(
        'must be an absolute http(s) address without user and password in it, or a path that begins with one slash',
      ),
    ).toBe(
      'muss eine vollständige http(s)-Adresse ohne Benutzer und Passwort darin sein, oder ein Pfad, der mit einem Schrägstrich beginnt',
    );
    expect(germanWords.sentence('must be an absolute http(s) address without user and password in it')).toBe(
      'muss eine vollständige http(s)-Adresse ohne Benutzer und Passwort darin sein',
    );
  });

  it('what follows the code of a problem stands under its title', () => {
    expect(germanWords.sentence('SYNC_RUNNING: The lights are on.')).toBe(
      'SYNC_RUNNING: Diese Verbindung ruft gerade ab. The lights are on.',
    );
  });

  it('how far a settlement is', () => {
    expect(germanWords.cell('progress', '1 of 3 posted, 2 rejected')).toBe('1 von 3 gebucht, 2 abgelehnt');
    expect(germanWords.cell('progress', 'quarantined')).toBe('In Quarantäne');
  });
});

describe('the page', () => {
  it('fetches German words only for readers of German: nothing but one import() leads to them', () => {
    const leads = listFiles('web/src', ['.ts', '.tsx'])
      .filter(({ path }) => !path.startsWith('web/src/german/'))
      .flatMap(({ path, text }) => [...text.matchAll(/.*\/german\/.*/g)].map(([line]) => `${path}: ${line.trim()}`));
    expect(leads).toEqual(["web/src/texts/use-service-words.ts: import('../german/german-words.ts')"]);
  });
});

describe('cadences in German', () => {
  const times = [6 * 60 + 10, 18 * 60];
  const at = (days: DaysOfRule | null): ScheduleRule => ({ kind: 'at', times, days });
  const every = (everyMs: number): ScheduleRule => ({ kind: 'every', everyMs, phaseMs: 0 });
  it.each<readonly [ScheduleRule, string]>([
    [every(60_000), 'jede Minute'],
    [every(15 * 60_000), 'alle 15 Minuten'],
    [every(4 * 3_600_000), 'alle 4 Stunden'],
    [every(86_400_000), 'jeden Tag'],
    [every(90_500), 'alle 91 Sekunden'],
    [at(null), 'täglich um 06:10, 18:00'],
    [at({ weekdays: [1, 5] }), 'montags, freitags um 06:10, 18:00'],
    [at({ workday: 3 }), 'am 3. Arbeitstag des Monats um 06:10, 18:00'],
    [at({ daysOfMonth: [3] }), 'am 3. des Monats um 06:10, 18:00'],
    [at({ daysOfMonth: [1, 15] }), 'am 1., 15. des Monats um 06:10, 18:00'],
  ])('%j', (rule, german) => {
    expect(germanWords.cadence(sayRule(rule))).toBe(german);
    expect(
      germanWords.cadence(
        `${sayRule(rule)}, every 20 minutes around expected closings, and when a posting window begins, not in quiet hours`,
      ),
    ).toBe(
      `${german}, alle 20 Minuten um erwartete Abschlüsse, und wenn ein Buchungsfenster beginnt, nicht in Ruhezeiten`,
    );
  });

  it('control: what is no cadence stays as it is', () => {
    expect(germanWords.cadence('when the moon is full')).toBe('when the moon is full');
  });
});
