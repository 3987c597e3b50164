import writeExcelFile, { type CellObject, type Row, type Sheet } from 'write-excel-file/node';
import { columnsOf, type TableContent, tableSections } from '../../mapping/index.ts';
import { withoutTimes } from '../reports/render-xlsx.ts';

const WIDTH_MAX = 60;
/** So many empty rows have the format of text, so that 0001 stays 0001 when somebody adds a row. */
const SPARE_ROWS = 50;

/** A workbook with one sheet for each section of the table, every cell a text. The same rows give the same bytes. */
export async function writeTableXlsx(content: TableContent): Promise<Uint8Array> {
  const sheets = tableSections().map((section): Sheet<Buffer> => {
    const columns = columnsOf(section);
    const rows = content.get(section.name) ?? [];
    const header = columns.map(
      (column): CellObject => ({ ...textCell(column), fontWeight: 'bold', bottomBorderStyle: 'thin' }),
    );
    const lines = rows.map((cells): Row => columns.map((column) => textCell(cells.get(column))));
    const spare = Array.from({ length: SPARE_ROWS }, (): Row => columns.map(() => textCell(undefined)));
    const widthOf = (column: string) =>
      Math.max(column.length, ...rows.map((cells) => (cells.get(column) ?? '').length));
    return {
      sheet: section.name,
      data: [header, ...lines, ...spare],
      columns: columns.map((column) => ({ width: Math.min(WIDTH_MAX, widthOf(column) + 3) })),
      stickyRowsCount: 1,
    };
  });
  return withoutTimes(await writeExcelFile(sheets as never).toBuffer());
}

function textCell(text: string | undefined): CellObject {
  return text === undefined ? { format: '@' } : { value: text, type: String, format: '@' };
}
