import { diffText, foldUnchanged, pairSides, type SkippedLines, type TextDiffLine } from '../../diff/text.ts';
import type { Glyphs } from '../theme.ts';
import type { Highlight } from './highlight.ts';
import { fitLine, type Line, lineWidth, type Role, type Span, span, wrapLine } from './line.ts';

/** How definitions are shown. */
export type DefinitionView = {
  readonly width: number;
  readonly glyphs: Glyphs;
  /** Without colour, changed words are bracketed: `[-120-]` and `{+255+}`, as git does. */
  readonly color: boolean;
  readonly sideBySide: boolean;
  readonly ignoreWhitespace: boolean;
  /** Show every line, not only those near a change. */
  readonly whole: boolean;
  readonly highlight: Highlight | null;
};

/** Narrower than this, two columns are less readable than one. */
const minSideBySide = 60;
const contextLines = 3;

/** Two definitions compared: red and green lines with the differing words marked, or two columns. */
export function definitionLines(
  before: string | null,
  after: string | null,
  view: DefinitionView,
): readonly Line[] {
  const all = diffText(before, after, { ignoreWhitespace: view.ignoreWhitespace });
  if (all.every((line) => line.side === 'both') && before !== null && after !== null) {
    return [[span('The definitions read the same.', 'muted')]];
  }
  const lines = view.whole || before === null || after === null ? all : foldUnchanged(all, contextLines);
  // Where all lines are new, or all are gone, the sign says so, and the colours can be those of SQL.
  const isOneSided = before === null || after === null;
  const coloured = view.highlight?.(after ?? before ?? '') ?? null;
  const content = (line: TextDiffLine): Line => {
    const number = line.afterLine ?? (isOneSided ? line.beforeLine : null);
    const isPlain = line.side === 'both' || isOneSided;
    return (isPlain && number !== null ? coloured?.[number - 1] : undefined) ?? parts(line, view);
  };
  // Beside nothing there is nothing to see.
  if (view.sideBySide && view.width >= minSideBySide && !isOneSided) return twoColumns(lines, view, content);
  return lines.flatMap((line) => {
    return line.side === 'skipped'
      ? [skippedLine(line, view)]
      : wrapLine([signSpan(line), ...content(line)], view.width, 4);
  });
}

type Content = (line: TextDiffLine) => Line;

function signSpan(line: TextDiffLine): Span {
  return span(line.side === 'before' ? '- ' : line.side === 'after' ? '+ ' : '  ', baseRole(line));
}

function twoColumns(
  lines: readonly (TextDiffLine | SkippedLines)[],
  view: DefinitionView,
  content: Content,
): readonly Line[] {
  const half = Math.floor((view.width - 3) / 2);
  const fill = (line: Line | undefined) => fitLine(line ?? [], half, view.glyphs.ellipsis);
  return pairSides<SkippedLines>(lines).flatMap((pair) => {
    if (!('before' in pair)) return [skippedLine(pair, view)];
    const cell = (line: TextDiffLine | null): readonly Line[] => {
      if (!line) return [];
      return wrapLine([signSpan(line), ...content(line)], half, 4);
    };
    const left = cell(pair.before);
    const right = cell(pair.after);
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index): Line => {
      return [...fill(left[index]), span(` ${view.glyphs.vertical} `, 'border'), ...fill(right[index])];
    });
  });
}

function parts(line: TextDiffLine, view: DefinitionView): readonly Span[] {
  const role = baseRole(line);
  return line.parts.map((part) => {
    if (!part.changed) return span(part.text, role);
    const removed = line.side === 'before';
    const text = view.color ? part.text : removed ? `[-${part.text}-]` : `{+${part.text}+}`;
    return span(text, removed ? 'removed word' : 'added word');
  });
}

function baseRole(line: TextDiffLine): Role {
  return line.side === 'before' ? 'removed' : line.side === 'after' ? 'added' : 'plain';
}

function skippedLine(skipped: SkippedLines, view: DefinitionView): Line {
  const label = span(` ${skipped.count} unchanged lines `, 'muted');
  const rule = view.glyphs.horizontal;
  const left = Math.min(3, Math.max(0, view.width - lineWidth([label])));
  const right = Math.max(0, view.width - lineWidth([label]) - left);
  return [span(rule.repeat(left), 'border'), label, span(rule.repeat(right), 'border')];
}
