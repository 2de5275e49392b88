import { describeEffects } from '../../plan/effects.ts';
import { type Hazard, losesData } from '../../plan/hazards.ts';
import type { Effects } from '../../plan/plan.ts';
import { riskOf, riskWord } from '../risk.ts';
import type { Highlight } from './highlight.ts';
import { type Line, span, wrapLine } from './line.ts';

/** Hazards with their consequence in plain words, then each safer way once. */
export function hazardLines(hazards: readonly Hazard[], width: number, withWays = true): readonly Line[] {
  const ways = new Set(withWays ? hazards.map(({ saferWay }) => saferWay) : []);
  return [
    ...hazards.flatMap((hazard) => {
      const { word, role } = riskWord(riskOf([hazard]));
      const label = losesData(hazard) ? 'DATA LOSS' : word;
      return wrapLine([span(label.padEnd(10), role), span(hazard.consequence)], width, 10);
    }),
    ...hazards.flatMap(({ query }) =>
      query === undefined ? [] : wrapLine([span('find'.padEnd(10), 'muted'), span(`${query};`)], width, 10),
    ),
    ...[...ways].flatMap((way) => wrapLine([span('safer'.padEnd(10), 'muted'), span(way)], width, 10)),
    ...(withWays ? hazards : []).flatMap(({ instead }) =>
      (instead?.split('\n') ?? []).flatMap((line) => wrapLine([span(`  ${line}`, 'muted')], width, 6)),
    ),
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

/** The locks that a statement takes, and what it does to whole tables, with their sizes; none where nothing is known. */
export function effectLines(effects: Effects | undefined, width: number): readonly Line[] {
  const takesAll = effects?.relations.some(({ lock }) => lock === 'AccessExclusiveLock');
  return describeEffects(effects).flatMap((text) => {
    return wrapLine([span(`  ${text}`, takesAll ? 'caution' : 'plain')], width, 4);
  });
}

/** Texts broken into rows of the pane's width. */
export function paragraphs(view: { readonly width: number }, lines: readonly Line[]): readonly Line[] {
  return lines.flatMap((line) => wrapLine(line, view.width));
}
