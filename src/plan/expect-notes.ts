import { type Diagnostic, formatPosition } from '../errors.ts';
import type { Step } from './plan.ts';

/** What a rehearsal cannot answer, because it has no rows. One note for all of it, naming the places. */
export function expectNotes(steps: readonly Step[]): readonly Diagnostic[] {
  const open = steps.flatMap(({ statements }) => statements.filter(({ expect }) => expect === 'rows'));
  if (open.length === 0) return [];
  const places = open.map(({ position }) => formatPosition(position ?? { file: '' }).replace(/: $/, ''));
  return [
    {
      code: 'expect-not-rehearsed',
      severity: 'note',
      summary: `What is expected of rows is asked when the plan is applied: a rehearsal has none. ${places.join(', ')}`,
    },
  ];
}
