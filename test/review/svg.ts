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

export type Screen = readonly (readonly ScreenCell[])[];

/** A screen of a recording, and how long it stays. */
export type Frame = { readonly screen: Screen; readonly durationMs: number };

/** A screen as an SVG picture with selectable text and no font of its own. */
export function renderSvg(title: string, screen: Screen): string {
  return frameSvg(
    title,
    screen,
    screen.flatMap((row, index) => renderRow(row, margin + index * height)),
  );
}

/** Screens one after the other, again and again. Who wants no motion sees the first. A row that stays is drawn once. */
export function renderRecording(title: string, frames: readonly Frame[]): string {
  const [first] = frames;
  if (!first) throw new Error('A recording has a first screen.');
  const startsMs = frames.map((_, index) =>
    frames.slice(0, index).reduce((sum, one) => sum + one.durationMs, 0),
  );
  const totalMs = frames.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const percent = (frame: number) => (((startsMs[frame] ?? totalMs) / totalMs) * 100).toFixed(2);
  const names = new Map<string, string>();
  const body: string[] = [];
  for (let row = 0; row < first.screen.length; row++) {
    const rowOf = (frame: number) => JSON.stringify(frames[frame]?.screen[row]);
    for (let from = 0; from < frames.length; ) {
      let to = from + 1;
      while (to < frames.length && rowOf(to) === rowOf(from)) to++;
      const drawn = renderRow(frames[from]?.screen[row] ?? [], margin + row * height);
      if (from === 0 && to === frames.length) body.push(...drawn);
      else if (drawn.length > 0) {
        const name = `f${from}-${to}`;
        const before = from === 0 ? '' : '0%{visibility:hidden}';
        const after = to === frames.length ? '' : `${percent(to)}%{visibility:hidden}`;
        const keys = `${before}${percent(from)}%{visibility:visible}${after}`;
        names.set(name, `@keyframes ${name}{${keys}}.${name}{animation-name:${name}}`);
        body.push(`<g class="frame ${name}${from === 0 ? ' first' : ''}">`, ...drawn, '</g>');
      }
      from = to;
    }
  }
  const style = [
    `.frame{visibility:hidden;animation:${(totalMs / 1000).toFixed(1)}s step-end infinite}`,
    ...names.values(),
    '@media (prefers-reduced-motion:reduce){.frame{animation:none}.first{visibility:visible}}',
  ];
  return frameSvg(title, first.screen, [`<style>${style.join('')}</style>`, ...body]);
}

function frameSvg(title: string, screen: Screen, body: readonly string[]): string {
  const columns = Math.max(...screen.map((row) => row.length));
  const [w, h] = [columns * width + 2 * margin, screen.length * height + 2 * margin];
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
