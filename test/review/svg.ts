/** One cell of a terminal's screen. `color` is one of the 16, null for the terminal's own. */
export type ScreenCell = {
  readonly text: string;
  readonly color: number | null;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isInverse: boolean;
  readonly isUnderlined: boolean;
};

const width = 8.4;
const height = 18;
const margin = 12;
const background = '#16181d';
const foreground = '#d7dae0';
/** Eight colours that are readable on the background; the bright ones are the same. */
const palette = ['#16181d', '#f0717a', '#8ccf7e', '#e5c76b', '#6cb0f0', '#d190e3', '#6cc7c9', '#d7dae0'];

/** A screen as an SVG picture with selectable text and no font of its own. */
export function renderSvg(title: string, rows: readonly (readonly ScreenCell[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const [w, h] = [columns * width + 2 * margin, rows.length * height + 2 * margin];
  const body = rows.flatMap((row, index) => renderRow(row, margin + index * height));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w.toFixed(0)} ${h}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

function renderRow(row: readonly ScreenCell[], top: number): readonly string[] {
  const elements: string[] = [];
  for (let from = 0; from < row.length; ) {
    let to = from + 1;
    while (to < row.length && lookOf(row[to]) === lookOf(row[from])) to++;
    const cell = row[from];
    const text = row
      .slice(from, to)
      .map((one) => one.text || ' ')
      .join('');
    const color = cell?.color == null ? foreground : (palette[cell.color % 8] ?? foreground);
    const x = (margin + from * width).toFixed(1);
    const columns = to - from;
    if (cell?.isInverse) {
      elements.push(
        `<rect x="${x}" y="${top}" width="${(columns * width).toFixed(1)}" height="${height}" fill="${color}"/>`,
      );
    }
    if (cell && text.trim() !== '') {
      const attributes = [
        `fill="${cell.isInverse ? background : color}"`,
        ...(cell.isBold ? ['font-weight="bold"'] : []),
        ...(cell.isDim ? ['opacity="0.6"'] : []),
        ...(cell.isUnderlined ? ['text-decoration="underline"'] : []),
      ].join(' ');
      const length = (columns * width).toFixed(1);
      elements.push(
        `<text x="${x}" y="${top + 13}" textLength="${length}" xml:space="preserve" ${attributes}>${escapeXml(text)}</text>`,
      );
    }
    from = to;
  }
  return elements;
}

function lookOf(cell: ScreenCell | undefined): string {
  if (!cell) return '';
  return [cell.color, cell.isBold, cell.isDim, cell.isInverse, cell.isUnderlined].join();
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
