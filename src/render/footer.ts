import { createColors } from 'picocolors';
import type { NotCompared } from '../catalog/kind.ts';
import type { IgnoredChange } from '../plan/plan.ts';
import { nameChange } from './changes.ts';
import { escapeControl } from './escape.ts';
import { count, type RenderOptions } from './words.ts';

/**
 * What a report leaves out, always said: how many changes rules ignore (with `verbose` each of them), and
 * every object that is not compared, by name.
 */
export function renderLeftOut(
  ignored: readonly IgnoredChange[],
  notCompared: readonly NotCompared[],
  options: RenderOptions,
): readonly string[] {
  const c = createColors(options.color);
  const ignoredLines = options.verbose
    ? ignored.map(
        ({ change, rule, reason }) =>
          `  ${nameChange(change)} ${c.dim(`by ${escapeControl(rule)}${reason === null ? '' : `: ${escapeControl(reason)}`}`)}`,
      )
    : [];
  const lines = [`Ignored by .trueupignore: ${count(ignored.length, 'change')}`, ...ignoredLines];
  const objects = objectsNotCompared(notCompared);
  const configured = facetsNotCompared(notCompared);
  if (configured !== null) lines.push(`${c.yellow('Not compared')}: ${configured}`);
  if (objects.length === 0) return lines;
  const isUnseen = objects.some(({ because }) => because !== undefined);
  const of = isUnseen ? '' : ', of kinds that Trueup does not compare yet';
  return [
    ...lines,
    `${c.yellow('Not compared')}: ${count(objects.length, 'object')}${of}`,
    ...listNotCompared(objects).map((line) => `  ${line}`),
  ];
}

/** Objects of kinds that Trueup does not compare. */
export function objectsNotCompared(notCompared: readonly NotCompared[]): readonly NotCompared[] {
  return notCompared.filter(({ configured }) => configured !== true);
}

/** `owners, comments (see compare in the configuration)`; null when everything counts. */
export function facetsNotCompared(notCompared: readonly NotCompared[]): string | null {
  const facets = notCompared.filter(({ configured }) => configured === true).map(({ kind }) => kind);
  return facets.length === 0 ? null : `${facets.join(', ')} (see compare in the configuration)`;
}

/** One line a kind: `policy: public.p, public.q`; one for each object that could not be read, with what would help. */
export function listNotCompared(notCompared: readonly NotCompared[]): readonly string[] {
  const kinds = new Map<string, string[]>();
  for (const { kind, name, because } of notCompared)
    if (because === undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), escapeControl(name)]);
  return [
    ...[...kinds]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, names]) => `${escapeControl(kind)}: ${names.toSorted().join(', ')}`),
    ...notCompared.flatMap(({ kind, name, because }) =>
      because === undefined ? [] : [`${escapeControl(`${kind} ${name}`)}: ${escapeControl(because)}`],
    ),
  ];
}
