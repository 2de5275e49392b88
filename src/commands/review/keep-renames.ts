import { pairFinder, type Renaming } from '../../diff/answer-renames.ts';
import { compareText } from '../../diff/diff.ts';
import {
  type AnsweredPair,
  areTwoObjects,
  formatAnswer,
  type KeptRename,
  parseRenamesFile,
  type RenameAnswer,
  renamesFile,
  writeAnswers,
} from '../../diff/kept-renames.ts';
import { type Diagnostic, throwIfErrors } from '../../errors.ts';
import { registry } from '../../kinds/index.ts';
import type { Assessment } from '../assess/assessment.ts';
import { compareDrift, type Drift, type DriftInput } from '../assess/compare-drift.ts';
import { readRuleFile, writeRuleFile } from '../assess/rule-files.ts';

/** The answers that a review gives to what may be renames. */
export type RenameKeeper = {
  /**
   * Writes answers into the project's `.trueuprenames`; why that could not be, or null. They count in any case. Throws
   * `TrueupError` for what no line can say.
   */
  readonly keep: (root: string, answers: readonly AnsweredPair[]) => Promise<string | null>;
  /** What the file says, and the answers that could not be written. */
  readonly read: (root: string) => Promise<readonly KeptRename[]>;
};

/** Keeps answers for a project, whose root each call names. */
export function createRenameKeeper(now: () => Date): RenameKeeper {
  let unwritten: readonly AnsweredPair[] = [];
  const day = () => now().toISOString().slice(0, 10);
  return {
    keep: async (root, answers) => {
      throwIfErrors(answers.filter(({ answer }) => answer !== null).flatMap(explainLineBreak));
      const wanted = [...unwritten, ...answers];
      try {
        const text = await readRuleFile(root, renamesFile);
        const written = writeAnswers(text, wanted, registry, day());
        if (written !== text) await writeRuleFile(root, renamesFile, written);
        unwritten = [];
        return null;
      } catch (error) {
        unwritten = wanted;
        return error instanceof Error ? error.message : String(error);
      }
    },
    read: async (root) => {
      const text = await readRuleFile(root, renamesFile);
      return parseRenamesFile(writeAnswers(text, unwritten, registry, day()), registry).rules;
    },
  };
}

function explainLineBreak({ from, to }: AnsweredPair): readonly Diagnostic[] {
  if (formatAnswer({ from, to }, 'renamed') !== null) return [];
  const summary = `A name with a line break fits on no line of ${renamesFile}. Use --rename.`;
  return [{ code: 'rename-answer', severity: 'error', subject: `${from}=${to}`, summary }];
}

/** A pair that the review asks about, and the answer that it has. Likeness is null where nobody would have asked. */
export type AskedRename = Renaming & {
  readonly likeness: number | null;
  readonly answer: RenameAnswer | null;
};

/**
 * An assessment that was made without any answers, with those of `flagged` and `keptRenames`, and the pairs that may be
 * renames: those that a flag has answered are not asked about.
 */
export function takeKeptRenames(
  base: Assessment,
  {
    flagged,
    ...rules
  }: Pick<DriftInput, 'ignoreRules' | 'keptRenames' | 'today'> & { readonly flagged: readonly Renaming[] },
): { readonly assessment: Assessment; readonly asked: readonly AskedRename[] } {
  const { diagnostics, ...drift } = compareDrift({ ...base, ...rules }, flagged);
  const assessment = {
    ...base,
    ...drift,
    diagnostics: [
      // Renames are asked about on a screen of their own; of the ignore rules the base has spoken.
      ...base.diagnostics.filter(({ code }) => code !== 'rename-suggested'),
      ...diagnostics.filter(({ code }) => code.startsWith('rename-answer')),
    ],
  };
  const byFlag = new Set(flagged.flatMap(pairFinder(base.drift, base.registry)).map(({ from }) => from));
  // An answer may bring others: of the columns of a table that was renamed.
  const pairs = new Map(
    [
      // What was written by hand need not be alike.
      ...[...drift.renames].map(([from, to]) => ({ from, to, likeness: null })),
      ...drift.twoObjects.map((one) => ({ ...one, likeness: null })),
      ...drift.renameSuggestions,
      ...base.renameSuggestions,
    ].map((one) => [`${one.from}=${one.to}`, one]),
  );
  const asked = [...pairs.values()]
    .filter(({ from, to }) => !byFlag.has(from) && (drift.renames.get(from) ?? to) === to)
    .map((one) => ({ ...one, answer: answerTo(one, drift) }))
    .sort((a, b) => compareText(a.from, b.from));
  return { assessment, asked };
}

function answerTo(
  pair: Renaming,
  { renames, twoObjects }: Pick<Drift, 'renames' | 'twoObjects'>,
): RenameAnswer | null {
  if (renames.get(pair.from) === pair.to) return 'renamed';
  return areTwoObjects({ twoObjects }, pair) ? 'two objects' : null;
}
