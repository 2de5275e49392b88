import { createColors } from 'picocolors';
import { formatKind, formatName } from '../catalog/object.ts';
import type { Change, PropertyChange } from '../diff/change.ts';
import { diffText } from '../diff/text.ts';
import { escapeControl, escapeControlInLines } from './escape.ts';
import { type ChangeNode, groupChanges, refOf } from './group.ts';
import { count, formatProperty, formatPropertyName, type RenderOptions } from './words.ts';

/** What the four actions are called: drift finds objects, a diff and a migration make changes. */
export type ActionWords = Readonly<Record<Change['action'], string>>;

export const driftWords: ActionWords = {
  create: 'extra',
  drop: 'missing',
  alter: 'changed',
  rename: 'renamed',
};
export const changeWords: ActionWords = {
  create: 'created',
  drop: 'dropped',
  alter: 'altered',
  rename: 'renamed',
};

export const marks: Readonly<Record<Change['action'], string>> = {
  create: '+',
  drop: '-',
  alter: '~',
  rename: '>',
};

/** Lines of a text value that differ are shown up to this many; the rest is counted. */
const maxTextLines = 24;

/**
 * Changes as indented lines, grouped by schema and table. `remark` is put after a change's own line: its
 * decision, for one.
 */
export function renderChanges(
  changes: readonly Change[],
  words: ActionWords,
  options: RenderOptions,
  remark: (change: Change) => string = () => '',
): readonly string[] {
  const c = createColors(options.color);
  return groupChanges(changes).flatMap(({ schema, groups }) => [
    c.bold(schema === null ? '(no schema)' : escapeControl(schema)),
    ...groups.flatMap(({ name, nodes }) =>
      nodes.length === 1
        ? nodes.flatMap((node) => renderNode(node, '  ', words, options, remark))
        : [
            `  ${escapeControl(name)}`,
            ...nodes.flatMap((node) => renderNode(node, '    ', words, options, remark)),
          ],
    ),
  ]);
}

/** `3 extra, 1 missing`; `none` when there is no change. */
export function countActions(changes: readonly Change[], words: ActionWords): string {
  const actions = ['create', 'drop', 'alter', 'rename'] as const;
  const parts = actions
    .map((action) => [changes.filter((change) => change.action === action).length, words[action]] as const)
    .filter(([amount]) => amount > 0)
    .map(([amount, word]) => `${amount} ${word}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** `column public.users.email`; a rename with both names. */
export function nameChange(change: Change): string {
  const ref = refOf(change);
  const name = escapeControl(`${formatKind(ref)} ${formatName(ref)}`);
  if (change.action !== 'rename' || !change.before) return name;
  return `${escapeControl(`${formatKind(ref)} ${formatName(change.before.ref)}`)} → ${escapeControl(formatName(ref))}`;
}

function renderNode(
  { change, within }: ChangeNode,
  indent: string,
  words: ActionWords,
  options: RenderOptions,
  remark: (change: Change) => string,
): readonly string[] {
  const c = createColors(options.color);
  const paint = { create: c.green, drop: c.red, alter: c.yellow, rename: c.cyan }[change.action];
  const parts = within.length === 0 ? '' : c.dim(` with ${summarizeParts(within)}`);
  const line = `${indent}${paint(`${marks[change.action]} ${nameChange(change)}`)} ${c.dim(words[change.action])}${parts}${remark(change)}`;
  const details = change.properties.flatMap((property) => renderProperty(property, `${indent}    `, options));
  // Parts that were altered rather than created with it have something of their own to say.
  const altered = within.filter((part) => part.action !== change.action);
  return [
    line,
    ...details,
    ...altered.flatMap((part) =>
      renderNode({ change: part, within: [] }, `${indent}  `, words, options, remark),
    ),
  ];
}

function summarizeParts(parts: readonly Change[]): string {
  const kinds = new Map<string, number>();
  for (const part of parts)
    kinds.set(part.id.split(':', 1)[0] ?? '', (kinds.get(part.id.split(':', 1)[0] ?? '') ?? 0) + 1);
  return [...kinds].map(([kind, amount]) => count(amount, kind, pluralKind(kind))).join(', ');
}

function pluralKind(kind: string): string {
  if (kind.includes('(')) return kind.replace('(', 's(');
  return kind.endsWith('x') ? `${kind}es` : `${kind}s`;
}

/** A property before and after; a text of several lines as the lines that differ. */
function renderProperty(property: PropertyChange, indent: string, options: RenderOptions): readonly string[] {
  const c = createColors(options.color);
  const { name, before, after } = property;
  const isText = [before, after].some((value) => typeof value === 'string' && value.includes('\n'));
  if (!isText) {
    return [
      `${indent}${formatPropertyName(name)}: ${c.red(formatProperty(before))} → ${c.green(formatProperty(after))}`,
    ];
  }
  const lines = diffText(textOf(before), textOf(after)).filter(({ side }) => side !== 'both');
  const shown = options.verbose ? lines : lines.slice(0, maxTextLines);
  return [
    `${indent}${formatPropertyName(name)}:`,
    ...shown.map(({ side, parts }) => {
      const text = escapeControlInLines(parts.map((part) => part.text).join(''));
      return `${indent}  ${side === 'before' ? c.red(`- ${text}`) : c.green(`+ ${text}`)}`;
    }),
    ...(shown.length < lines.length
      ? [`${indent}  ${c.dim(`… ${lines.length - shown.length} more lines (-v shows them)`)}`]
      : []),
  ];
}

function textOf(value: PropertyChange['before']): string | null {
  return value === null ? null : typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
