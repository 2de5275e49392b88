import {
  formatKind,
  formatName,
  type ObjectId,
  type ObjectRef,
  ownName,
  parseId,
} from '../catalog/object.ts';
import type { Change } from '../diff/change.ts';
import type { Glyphs } from './theme.ts';

const driftWords: Readonly<Record<Change['action'], string>> = {
  create: 'extra',
  drop: 'missing',
  alter: 'changed',
  rename: 'renamed',
};

const pendingWords: Readonly<Record<Change['action'], string>> = {
  create: 'new',
  drop: 'dropped',
  alter: 'changed',
  rename: 'renamed',
};

/** One word for a change. Drift is told from live's side, pending from the target's. */
export function actionWord(action: Change['action'], section: 'drift' | 'pending'): string {
  return (section === 'drift' ? driftWords : pendingWords)[action];
}

/** One sign for a change. */
export function actionSign(action: Change['action'], glyphs: Glyphs): string {
  return { create: '+', drop: '-', alter: '~', rename: glyphs.arrow.slice(-1) }[action];
}

/** What a drift means, in a sentence. */
export function driftSentence({ action, before }: Change): string {
  if (action === 'rename' && before)
    return `Renamed: the migrations call it ${ownName(before.ref)}; live has it by this name.`;
  return {
    create: 'Extra: live has it, no applied migration made it.',
    drop: 'Missing: the migrations made it, live lacks it.',
    alter: 'Changed: live differs from what the migrations made.',
    rename: 'Renamed: live calls it by another name.',
  }[action];
}

/** What a pending change means, in a sentence. */
export function pendingSentence({ action, before }: Change, goesBack: boolean): string {
  if (goesBack) {
    return {
      create: 'New: going back makes it again.',
      drop: 'Dropped: going back takes it away.',
      alter: 'Changed: going back makes it what it was.',
      rename: 'Renamed: going back gives it the name that it had.',
    }[action];
  }
  if (action === 'rename' && before)
    return `Renamed: live calls it ${ownName(before.ref)}; a pending migration renames it.`;
  return {
    create: 'New: a pending migration creates it.',
    drop: 'Dropped: a pending migration drops it.',
    alter: 'Changed: a pending migration changes it.',
    rename: 'Renamed: a pending migration renames it.',
  }[action];
}

/** What a change is of. Reading it from the id is slow where there are many. */
export function refOf({ id, before, after }: Change): ObjectRef {
  return after?.ref ?? before?.ref ?? parseId(id);
}

/** `index public.users_idx`, for titles. */
export function describeObject(id: ObjectId): string {
  const ref = parseId(id);
  return `${formatKind(ref)} ${formatName(ref)}`;
}

/** `212 ms`, `4.2 s`, `1:05`, `2:03:00`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(durationMs / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** `1 object`, `2 objects`, `1 index`, `2 indexes`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`;
}

/** The first line of a statement, with runs of white space as one space: for lists. */
export function firstLine(sql: string): string {
  return sql.replace(/\s+/g, ' ').trim();
}
