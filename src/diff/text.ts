import { diffArrays, diffWordsWithSpace } from 'diff';

/** A piece of a line; `changed` marks the words that differ from the line it is paired with. */
export type TextPart = { readonly text: string; readonly changed: boolean };

/** One line of a comparison. Line numbers count from 1; null where the line does not exist on that side. */
export type TextDiffLine = {
  readonly side: 'both' | 'before' | 'after';
  readonly beforeLine: number | null;
  readonly afterLine: number | null;
  readonly parts: readonly TextPart[];
};

/** Unchanged lines left out between two changes. */
export type SkippedLines = { readonly side: 'skipped'; readonly count: number };

/** Two lines next to each other; null where one side has no counterpart. */
export type SideBySide = { readonly before: TextDiffLine | null; readonly after: TextDiffLine | null };

/** Beyond this many edited lines two texts have little in common and are shown as replaced. */
const maxEditedLines = 1_500;
/** Word comparison is quadratic; a longer line is shown as changed as a whole. */
const maxWordLine = 2_000;

/**
 * Compares two texts line by line, and paired lines word by word. For showing only: no stage decides anything
 * by it. Null is a text that does not exist. `ignoreWhitespace` takes lines that differ only in spaces as equal.
 */
export function diffText(
  before: string | null,
  after: string | null,
  options: { readonly ignoreWhitespace?: boolean } = {},
): readonly TextDiffLine[] {
  const beforeLines = splitLines(before);
  const afterLines = splitLines(after);
  const normalise = options.ignoreWhitespace
    ? (line: string) => line.replace(/\s+/g, '')
    : (line: string) => line;
  const runs = diffArrays(beforeLines, afterLines, {
    comparator: (a, b) => normalise(a) === normalise(b),
    maxEditLength: maxEditedLines,
  }) ?? [
    { value: beforeLines, added: false, removed: true },
    { value: afterLines, added: true, removed: false },
  ];
  const lines: TextDiffLine[] = [];
  let removed: string[] = [];
  let beforeLine = 1;
  let afterLine = 1;
  const flush = (added: readonly string[]) => {
    const pairs = pairWords(removed, added);
    for (const parts of pairs.before) {
      lines.push({ side: 'before', beforeLine: beforeLine++, afterLine: null, parts });
    }
    for (const parts of pairs.after)
      lines.push({ side: 'after', beforeLine: null, afterLine: afterLine++, parts });
    removed = [];
  };
  for (const run of runs) {
    if (run.removed) removed = [...removed, ...run.value];
    else if (run.added) flush(run.value);
    else {
      flush([]);
      for (const text of run.value) {
        const parts = [{ text, changed: false }];
        lines.push({ side: 'both', beforeLine: beforeLine++, afterLine: afterLine++, parts });
      }
    }
  }
  flush([]);
  return lines;
}

/** Leaves out unchanged lines that stand farther than `context` lines from a change. A gap of one line is kept. */
export function foldUnchanged(
  lines: readonly TextDiffLine[],
  context: number,
): readonly (TextDiffLine | SkippedLines)[] {
  const kept = new Array<boolean>(lines.length).fill(false);
  lines.forEach((line, index) => {
    if (line.side === 'both') return;
    for (
      let near = Math.max(0, index - context);
      near <= Math.min(lines.length - 1, index + context);
      near++
    ) {
      kept[near] = true;
    }
  });
  const folded: (TextDiffLine | SkippedLines)[] = [];
  for (let index = 0; index < lines.length; ) {
    let end = index;
    while (end < lines.length && !kept[end]) end++;
    if (end - index > 1) folded.push({ side: 'skipped', count: end - index });
    else if (end > index) folded.push(...lines.slice(index, end));
    for (index = end; index < lines.length && kept[index]; index++)
      folded.push(...lines.slice(index, index + 1));
  }
  return folded;
}

/** Puts a comparison's lines next to each other: a removed block beside the added block that follows it. */
export function pairSides<Other>(lines: readonly (TextDiffLine | Other)[]): readonly (SideBySide | Other)[] {
  const pairs: (SideBySide | Other)[] = [];
  let before: TextDiffLine[] = [];
  let after: TextDiffLine[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      pairs.push({ before: before[index] ?? null, after: after[index] ?? null });
    }
    before = [];
    after = [];
  };
  for (const line of lines) {
    if (!isDiffLine(line)) {
      flush();
      pairs.push(line);
    } else if (line.side === 'before') {
      if (after.length > 0) flush();
      before.push(line);
    } else if (line.side === 'after') after.push(line);
    else {
      flush();
      pairs.push({ before: line, after: line });
    }
  }
  flush();
  return pairs;
}

function isDiffLine<Other>(line: TextDiffLine | Other): line is TextDiffLine {
  return typeof line === 'object' && line !== null && 'parts' in line;
}

function splitLines(text: string | null): string[] {
  if (text === null || text === '') return [];
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
}

type Parts = readonly TextPart[];

/** Pairs the lines of a replaced block in order, and marks words only where the two lines still resemble each other. */
function pairWords(
  before: readonly string[],
  after: readonly string[],
): { readonly before: readonly Parts[]; readonly after: readonly Parts[] } {
  const whole = (text: string): Parts => [{ text, changed: false }];
  const pairs = before.map((text, index) => {
    const other = after[index];
    return other === undefined ? null : diffWords(text, other);
  });
  return {
    before: before.map((text, index) => pairs[index]?.before ?? whole(text)),
    after: after.map((text, index) => pairs[index]?.after ?? whole(text)),
  };
}

function diffWords(before: string, after: string): { readonly before: Parts; readonly after: Parts } | null {
  if (before.length > maxWordLine || after.length > maxWordLine) return null;
  const words = diffWordsWithSpace(before, after);
  const common = words.filter((word) => !word.added && !word.removed);
  const commonLength = common.reduce((sum, word) => sum + word.value.trim().length, 0);
  // Two lines with little in common read better whole than as a patchwork.
  if (commonLength * 3 < Math.max(before.trim().length, after.trim().length)) return null;
  const pick = (skip: 'added' | 'removed'): Parts =>
    words
      .filter((word) => !word[skip])
      .map((word) => ({ text: word.value, changed: word.added || word.removed }));
  return { before: pick('added'), after: pick('removed') };
}
