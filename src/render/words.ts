import type { Properties, Property } from '../catalog/kind.ts';
import { formatName } from '../catalog/object.ts';
import type { Rehearsal, Segment } from '../plan/plan.ts';
import { escapeControl } from './escape.ts';

/** How a text is shown. Whether to colour is decided by the caller, who knows the terminal. */
export type RenderOptions = {
  readonly color: boolean;
  /** Show statements in full where otherwise their first line stands for them. */
  readonly verbose?: boolean;
};

/** `1 change`, `2 changes`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

/** `840 ms`, `2.4 s`, `3 min 12 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `17.4` from `server_version_num` 170004. */
export function formatServerVersion(serverVersion: number): string {
  return `${Math.floor(serverVersion / 10_000)}.${serverVersion % 10_000}`;
}

/** `version 41 → 43`; `no version` where nothing is applied. */
export function formatVersions(before: string | null, after: string | null): string {
  if (before === after) return `version ${formatVersion(before)} (unchanged)`;
  return `version ${formatVersion(before)} → ${formatVersion(after)}`;
}

/** A line when a snapshot was read in place of a replay. */
export function renderSnapshot(file: string | null): readonly string[] {
  return file === null ? [] : [`From the snapshot ${escapeControl(file)}; nothing was replayed`];
}

/** The version, or `none`. */
export function formatVersion(version: string | null): string {
  return version === null ? 'none' : escapeControl(version);
}

/** A property's value on one line; `none` for null. */
export function formatProperty(value: Property): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? "''" : escapeControl(value);
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value)) return escapeControl(formatRecord(value as Properties));
  // Names in a list are plain to read as they are; what has parts is not.
  if (value.every((item: Property) => typeof item !== 'object')) return escapeControl(JSON.stringify(value));
  return value.map((item: Property) => formatProperty(item)).join('; ');
}

/** What names another object by its name, else each part with what it is. */
function formatRecord(value: Properties): string {
  const { kind, path } = value;
  if (typeof kind === 'string' && Array.isArray(path))
    return formatName({ kind, path: path.map((part) => String(part)) });
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([name, part]) => `${formatPropertyName(name)} ${formatProperty(part)}`)
    .join(', ');
}

/** `defaultValue` as `default value`. */
export function formatPropertyName(name: string): string {
  return escapeControl(name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
}

/** What the rehearsal showed, in one sentence, and how long it took. */
export function describeRehearsal(rehearsal: Rehearsal): string {
  const isTimed = rehearsal.outcome === 'proven' && rehearsal.durationMs !== null;
  return `${describeOutcome(rehearsal)}${isTimed ? ` (rehearsed in ${formatDuration(rehearsal.durationMs)})` : ''}`;
}

/** What the rehearsal showed, the same whenever it is run. */
export function describeOutcome(rehearsal: Rehearsal): string {
  switch (rehearsal.outcome) {
    case 'proven':
      return 'proven: 0 differences';
    case 'differs':
      return `not proven: after the plan ${count(rehearsal.differences.length, 'object')} would differ from target`;
    case 'failed':
      return `not proven: the rehearsal failed: ${escapeControl(rehearsal.diagnostic.summary)}`;
    case 'skipped':
      return `not proven: the rehearsal was skipped: ${escapeControl(rehearsal.reason)}`;
  }
}

/** What is done already when the part at `index` fails. */
export function describeFailure(index: number): string {
  if (index === 0) return 'if it fails, no other part is done';
  return index === 1 ? 'if it fails, part 1 stays done' : `if it fails, parts 1 to ${index} stay done`;
}

/** What commits together, in one sentence. */
export function describeSegments(segments: readonly Segment[]): string {
  const [first] = segments;
  if (!first) return 'no statements';
  if (segments.length === 1 && first.transaction) return 'everything in one transaction';
  const transactions = segments.filter(({ transaction }) => transaction).length;
  const outside = segments.length - transactions;
  const parts = [
    ...(transactions > 0 ? [count(transactions, 'transaction')] : []),
    ...(outside > 0 ? [`${count(outside, 'part')} outside a transaction`] : []),
  ];
  return `${parts.join(', ')}: what is committed stays when a later part fails`;
}
