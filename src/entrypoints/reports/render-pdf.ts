import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Font } from 'fontkit';
import { openSync } from 'fontkit';
import PdfDocument from 'pdfkit';
import type { Report, ReportSection, ReportValue } from '../../app/index.ts';
import { factText, type LaidColumn, layOut } from './layout.ts';
import { textForPeople } from './render-text.ts';

export type Paper = 'a4' | 'letter';

const MARGIN = 40;
const SIZE = 7.5;
const LINE = 10;
const GAP = 8;
/** A row that is longer than this many lines is cut, so that one cell cannot fill pages. */
const CELL_LINES_MAX = 12;
/** Stands for a character that the embedded font does not have. */
const MISSING = '\u25a1';

type Pdf = InstanceType<typeof PdfDocument>;

/** What the page is drawn with: the document, and a text as its font can show it. */
interface Page {
  readonly pdf: Pdf;
  readonly show: (text: string) => string;
  readonly width: number;
}

/**
 * A report as PDF: its facts, its tables and its notes, the title and the numbers of the pages on each page, table headings
 * again after a page break. Wide tables turn the pages. The font (DejaVu Sans) is embedded; what it cannot show is a box,
 * and a note says how many. The same report gives the same bytes.
 */
export async function renderPdf(report: Report, paper: Paper = 'a4'): Promise<Uint8Array> {
  const regular = fontPath('DejaVuSansCondensed.ttf');
  const missing = new Set<string>();
  const show = showWith(openSync(regular) as Font, missing);
  const pdf = new PdfDocument({
    size: paper === 'a4' ? 'A4' : 'LETTER',
    layout: isWide(report) ? 'landscape' : 'portrait',
    margins: { top: MARGIN + 2 * LINE, bottom: MARGIN + LINE, left: MARGIN, right: MARGIN },
    bufferPages: true,
    info: { Title: report.title, Producer: 'seller-ledger', Creator: 'seller-ledger', CreationDate: FIRST_TIME },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', resolve);
    pdf.on('error', reject);
  });
  pdf.registerFont('regular', regular).registerFont('bold', fontPath('DejaVuSansCondensed-Bold.ttf'));
  const page: Page = { pdf, show, width: pdf.page.width - 2 * MARGIN };
  drawFront(page, report);
  for (const section of report.sections) drawSection(page, section);
  drawNotes(page, report.notes);
  if (missing.size > 0) {
    const count = missing.size === 1 ? '1 character is' : `${missing.size} characters are`;
    drawNotes(page, [`${count} not in the font of this file and shown as ${MISSING}; the other formats have them.`]);
  }
  numberPages(page, report);
  pdf.end();
  await done;
  return Buffer.concat(chunks);
}

/** Not the time of making, because the same report shall be the same file. */
const FIRST_TIME = new Date(Date.UTC(2000, 0, 1));
const WIDE_CHARACTERS = 110;
/** A longer word, such as a digest, may be cut. */
const WORD_WIDTH_MAX = 120;

function fontPath(name: string): string {
  return join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf', name);
}

function showWith(font: Font, missing: Set<string>): (text: string) => string {
  return (text) =>
    [...text]
      .map((character) => {
        if (font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) return character;
        missing.add(character);
        return MISSING;
      })
      .join('');
}

/** Whether its widest table needs the long side of the paper. */
function isWide({ sections }: Report): boolean {
  return sections.some((section) => {
    const { columns, rows } = layOut(section);
    const widths = columns.map((column, index) =>
      rows.reduce((width, row) => Math.max(width, cellText(column, row[index]).length), column.title.length),
    );
    return widths.reduce((sum, width) => sum + Math.min(width, 40) + 2, 0) > WIDE_CHARACTERS;
  });
}

function cellText({ kind }: LaidColumn, value: ReportValue | undefined): string {
  return textForPeople(value ?? null, kind);
}

function drawFront({ pdf, show, width }: Page, { title, facts }: Report): void {
  pdf.font('bold').fontSize(14).text(show(title), MARGIN, pdf.y, { width });
  pdf.moveDown(0.5);
  for (const fact of facts) {
    const { y } = pdf;
    const value = show(factText(fact.value, (each) => textForPeople(each)));
    pdf.font('regular').fontSize(SIZE).text(show(fact.title), MARGIN, y, { width: 130 });
    const below = pdf.y;
    pdf.font('bold').text(value, MARGIN + 138, y, { width: width - 138 });
    pdf.y = Math.max(below, pdf.y);
  }
}

function drawSection(page: Page, section: ReportSection): void {
  const { pdf, show, width } = page;
  const { columns, rows, total, omitted } = withoutEmpty(page, layOut(section));
  makeRoom(pdf, 5 * LINE);
  pdf.moveDown(1.2);
  pdf.font('bold').fontSize(10).text(show(section.title), MARGIN, pdf.y, { width });
  pdf.y += 3;
  const texts = rows.map((row) => columns.map((column, index) => show(cellText(column, row[index]))));
  const last = total?.map((value, index) => show(cellText(columns[index] as LaidColumn, value)));
  const widths = widthsOf(page, columns, last ? [...texts, last] : texts);
  const draw = (cells: readonly string[], font: 'regular' | 'bold') => drawRow(pdf, { cells, columns, widths, font });
  const titles = columns.map(({ title }) => show(title));
  const head = () => {
    draw(titles, 'bold');
    rule(page);
  };
  head();
  if (rows.length === 0 && !last) draw(['(none)'], 'regular');
  for (const cells of texts) {
    if (makeRoom(pdf, heightOf(pdf, cells, widths))) head();
    draw(cells, 'regular');
  }
  if (last) {
    if (makeRoom(pdf, heightOf(pdf, last, widths) + 2)) head();
    rule(page);
    draw(last, 'bold');
  }
  const left = omitted.length === 0 ? [] : [`Without entries and not printed: ${omitted.join(', ')}.`];
  drawNotes(page, [...(section.notes ?? []), ...left]);
}

/** A table that is too wide leaves out the columns in which nothing stands, and says so. */
function withoutEmpty({ pdf, show, width }: Page, laid: ReturnType<typeof layOut>) {
  const { columns, rows, total } = laid;
  pdf.font('regular').fontSize(SIZE);
  const texts = columns.map((column, index) => rows.map((row) => cellText(column, row[index])));
  const needs = columns.map(
    ({ title }, index) =>
      Math.max(...longestOf([title, ...(texts[index] ?? [])]).map((text) => pdf.widthOfString(show(text)))) + GAP,
  );
  const isKept = columns.map(
    ({ kind }, index) =>
      kind !== 'text' || texts[index]?.some((text) => text !== '') === true || Boolean(total?.[index]),
  );
  if (rows.length === 0 || sum(needs) <= width) return { ...laid, omitted: [] };
  const keep = <Each>(each: readonly Each[]) => each.filter((_, index) => isKept[index]);
  return {
    columns: keep(columns),
    rows: rows.map(keep),
    total: total && keep(total),
    omitted: columns.filter((_, index) => !isKept[index]).map(({ title }) => title),
  };
}

/**
 * Numbers and days keep their width; texts share what is left, so that narrow columns keep theirs and the wide ones give way,
 * but none becomes narrower than its longest word: a posting key or the number of a document stays in one piece.
 */
function widthsOf(
  { pdf, width }: Page,
  columns: readonly LaidColumn[],
  texts: readonly (readonly string[])[],
): number[] {
  const widest = (all: readonly string[]) => Math.max(0, ...longestOf(all).map((text) => pdf.widthOfString(text))) + 1;
  const needed = columns.map(({ title }, index) => {
    pdf.font('bold').fontSize(SIZE);
    return widest([title, ...texts.map((cells) => cells[index] ?? '')]);
  });
  const available = width - GAP * (columns.length - 1);
  if (sum(needed) <= available) return needed;
  const least = columns.map(({ kind, title }, index) => {
    const need = needed[index] ?? 0;
    if (kind !== 'text') return need;
    const words = [title, ...texts.map((cells) => cells[index] ?? '')].flatMap((text) => text.split(/[\s]+|(?<=-)/));
    return Math.min(need, WORD_WIDTH_MAX, widest(words));
  });
  const at = (most: number) => needed.map((need, index) => Math.max(least[index] ?? 0, Math.min(need, most)));
  let most = 0;
  for (let step = available; step > 0.5; step /= 2) if (sum(at(most + step)) <= available) most += step;
  const shared = at(most);
  const scale = Math.min(1, available / sum(shared));
  return shared.map((each) => each * scale);
}

/** Measuring every cell of a long table takes longer than drawing it; the widest are among those with most characters. */
function longestOf(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, 20);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

interface DrawnRow {
  readonly cells: readonly string[];
  readonly columns: readonly LaidColumn[];
  readonly widths: readonly number[];
  readonly font: 'regular' | 'bold';
}

function drawRow(pdf: Pdf, { cells, columns, widths, font }: DrawnRow): void {
  const y = pdf.y + leadOf(cells);
  pdf.font(font).fontSize(SIZE);
  const height = heightOf(pdf, cells, widths) - leadOf(cells);
  let x = MARGIN;
  cells.forEach((text, index) => {
    const width = widths[index] ?? 0;
    const align = columns[index]?.isNumber ? 'right' : 'left';
    // A column narrower than its neighbour's single cell: "(none)" stands alone and may be wider than its column.
    const room = cells.length === 1 ? Math.max(width, 100) : width;
    if (text !== '') pdf.text(text, x, y, { width: room, align, height: height + 1, ellipsis: true, lineBreak: true });
    x += width + GAP;
  });
  pdf.x = MARGIN;
  pdf.y = y + height;
}

function heightOf(pdf: Pdf, cells: readonly string[], widths: readonly number[]): number {
  const heights = cells.map((text, index) =>
    text === '' ? 0 : pdf.heightOfString(text, { width: widths[index] ?? 100 }),
  );
  return leadOf(cells) + Math.min(Math.max(LINE, ...heights.map((height) => height + 1)), CELL_LINES_MAX * LINE);
}

/** Room above a line that somebody signs on. */
function leadOf(cells: readonly string[]): number {
  return cells.some((text) => /^_{10,}$/.test(text)) ? 2 * LINE : 0;
}

/** Begins a new page when what comes does not fit; true when it did. */
function makeRoom(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= pdf.page.height - pdf.page.margins.bottom) return false;
  pdf.addPage();
  return true;
}

function rule({ pdf, width }: Page): void {
  pdf
    .lineWidth(0.5)
    .moveTo(MARGIN, pdf.y)
    .lineTo(MARGIN + width, pdf.y)
    .stroke();
  pdf.y += 2;
}

function drawNotes({ pdf, show, width }: Page, notes: readonly string[]): void {
  if (notes.length === 0) return;
  pdf.y += 4;
  pdf.font('regular').fontSize(SIZE);
  for (const note of notes) pdf.text(show(note), MARGIN, pdf.y, { width });
}

/** Written when all pages are there, because each says how many there are. */
function numberPages({ pdf, show, width }: Page, { title, facts }: Report): void {
  const { count } = pdf.bufferedPageRange();
  const about = facts.slice(0, 2).map(({ value }) => factText(value, (each) => textForPeople(each)));
  for (let index = 0; index < count; index++) {
    pdf.switchToPage(index);
    // Outside the margins a text would begin a new page.
    pdf.page.margins = { top: 0, bottom: 0, left: 0, right: 0 };
    pdf.font('regular').fontSize(SIZE);
    const options = { width, lineBreak: false, height: LINE, ellipsis: true };
    pdf.text(show([title, ...about].filter(Boolean).join(' · ')), MARGIN, MARGIN, options);
    pdf.text(`Page ${index + 1} of ${count}`, MARGIN, pdf.page.height - MARGIN, { ...options, align: 'right' });
  }
}
