import type { Hazard } from '../plan/hazards.ts';
import type { Highlight } from './highlight.ts';
import { type Line, span, wrapLine } from './line.ts';
import { type Risk, riskOf, riskWord } from './risk.ts';

/** What one could do instead, by what a hazard does. */
const saferWays: Readonly<Record<Risk, string | null>> = {
  data: 'copy what would be lost first; or do not revert: adopt, ignore or leave it.',
  rewrite: 'a new column beside the old, filled in batches, then swapped; or a quiet hour.',
  lock: 'in a quiet hour, with lock_timeout set, so that nobody queues behind it.',
  irreversible: 'try it on a copy first: PostgreSQL has no way back.',
  safe: null,
};

/** Hazards with their consequence in plain words, then once for each kind of them a safer way. */
export function hazardLines(hazards: readonly Hazard[], width: number): readonly Line[] {
  const ways = new Set(hazards.flatMap((hazard) => saferWays[riskOf([hazard])] ?? []));
  return [
    ...hazards.flatMap((hazard) => {
      const { word, role } = riskWord(riskOf([hazard]));
      const label = hazard.code === 'data-loss' ? 'DATA LOSS' : word;
      return wrapLine([span(label.padEnd(10), role), span(hazard.consequence)], width, 10);
    }),
    ...[...ways].flatMap((way) => wrapLine([span('safer'.padEnd(10), 'muted'), span(way)], width, 10)),
  ];
}

/** A statement's SQL, closed by a semicolon, in the colours of SQL where the scanner is there. */
export function sqlLines(
  sql: string,
  view: { readonly width: number; readonly highlight: Highlight | null },
): readonly Line[] {
  const text = sql.trimEnd();
  const closed = text.endsWith(';') ? text : `${text};`;
  const lines = view.highlight?.(closed) ?? closed.split('\n').map((line) => [span(line)]);
  return lines.flatMap((line) => wrapLine([span('  '), ...line], view.width, 4));
}

/** Texts broken into rows of the pane's width. */
export function paragraphs(view: { readonly width: number }, lines: readonly Line[]): readonly Line[] {
  return lines.flatMap((line) => wrapLine(line, view.width));
}
