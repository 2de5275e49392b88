import type { Catalog, Registry } from '../catalog/kind.ts';
import { redactUrl } from '../config/database-url.ts';
import type { RenameChoice } from '../diff/answer-renames.ts';
import { diff as compare } from '../diff/diff.ts';
import { applyIgnoreRules } from '../diff/ignore.ts';
import { areTwoObjects, type TakenRenames, takeRenames } from '../diff/kept-renames.ts';
import { findReordered, withReordered } from '../diff/reordered.ts';
import { suggestRenames } from '../diff/suggest-renames.ts';
import { type Diagnostic, throwIfErrors } from '../errors.ts';
import { refuseMasked, withoutMasked } from '../plan/masked.ts';
import { orderChanges } from '../plan/order.ts';
import { patch, takeNames } from '../plan/patch.ts';
import { generatedStep } from '../plan/steps.ts';
import { type DiffReport, renderDiff } from '../render/diff.ts';
import { renderDiffJson } from '../render/json.ts';
import { renderDiffSql } from '../render/sql.ts';
import { renameQuestion, reorderedNote } from './assess/assessment-notes.ts';
import type { SharedFlags } from './cli/arguments.ts';
import type { ExitCode, Io } from './cli/io.ts';
import { emit, outputColor, tell, withProgress } from './cli/output.ts';
import type { ProjectOptions } from './open.ts';
import { openIfProject, parseSource, readSources } from './sources.ts';

/**
 * The changes and statements that take one source to another: `empty`, `migrations`, `migrations@VERSION`,
 * `snapshot:FILE`, `env:NAME` or a URL. Throws `TrueupError`.
 */
export async function diff(from: string, to: string, options: ProjectOptions = {}): Promise<DiffReport> {
  const [before, after] = [parseSource(from), parseSource(to)];
  const { registry, ...catalogs } = await readSources(before, after, options);
  const { ignoreRules = [], keptRenames = [] } = (await openIfProject(options)) ?? {};
  const today = (options.now?.() ?? new Date()).toISOString().slice(0, 10);
  const apart = compare(catalogs.from, catalogs.to, registry);
  const taken = takeRenames(apart, options.renames ?? [], keptRenames, registry, today);
  const { all, renames, suggestions } = withRenames(catalogs, taken, registry, options.renameChoice);
  const reordered = findReordered(catalogs.from, catalogs.to);
  const counted = catalogs.columnOrder ? withReordered(all, catalogs.from, catalogs.to) : all;
  const { kept, ignored, diagnostics } = applyIgnoreRules(counted, ignoreRules, today, [
    catalogs.from,
    catalogs.to,
  ]);
  const named = takeNames(catalogs.from, catalogs.to, kept, all, registry);
  const goal =
    ignored.length === 0 ? catalogs.to : patch(named.base, catalogs.to, named.chosen, named.all).catalog;
  const changes = compare(catalogs.from, goal, registry, { renames });
  const { statements, refused } = orderChanges(catalogs.from, goal, registry, changes, catalogs.online);
  throwIfErrors(refused);
  const notCompared = [...catalogs.from.notCompared, ...catalogs.to.notCompared];
  return {
    from: nameSource(from),
    to: nameSource(to),
    changes: kept,
    statements: generatedStep('repair', 'diff', withoutMasked(statements)).statements,
    ignored,
    notCompared: [
      ...new Map(notCompared.map((one) => [`${one.kind} ${one.name}`, one])).values(),
      ...catalogs.leftOut,
    ],
    renameSuggestions: suggestions,
    diagnostics: [
      ...catalogs.diagnostics,
      ...diagnostics,
      ...taken.diagnostics,
      ...suggestions.map(renameQuestion),
      ...reordered.map((one) => reorderedNote(one, catalogs.columnOrder, 'TO')),
      ...refuseMasked(statements).map(leftOut),
    ],
  };
}

/** All changes, with the renames that are known, or that are likely where these are accepted; and what else may be one. */
function withRenames(
  { from, to }: { readonly from: Catalog; readonly to: Catalog },
  taken: TakenRenames,
  registry: Registry,
  choice: RenameChoice = 'ask',
) {
  const known = compare(from, to, registry, { renames: taken.renames });
  const likely =
    choice === 'never'
      ? []
      : suggestRenames(known, from, to, registry, taken.renames).filter(
          (pair) => !areTwoObjects(taken, pair),
        );
  if (choice !== 'accept') return { all: known, renames: taken.renames, suggestions: likely };
  const renames = new Map([...taken.renames, ...likely.map((one) => [one.from, one.to] as const)]);
  return { all: compare(from, to, registry, { renames }), renames, suggestions: [] };
}

/** `trueup diff FROM TO`: 2 when they differ. */
export async function runDiff(io: Io, from: string, to: string, flags: SharedFlags): Promise<ExitCode> {
  const report = await withProgress(io, flags, (options) => diff(from, to, options));
  tell(io, flags, report.diagnostics);
  const text =
    flags.format === 'json'
      ? renderDiffJson(report)
      : flags.format === 'sql'
        ? renderDiffSql(report)
        : renderDiff(report, { color: outputColor(io, flags) });
  await emit(io, flags, text);
  return report.changes.length > 0 ? 2 : 0;
}

/** The SQL of a diff is there to be run, so what a person must complete is told apart from it. */
function leftOut(masked: Diagnostic): Diagnostic {
  return {
    ...masked,
    severity: 'warning',
    summary: `${masked.summary} The statement is left out.`,
    help: 'Run it by hand with the value in place of hidden:….',
  };
}

function nameSource(text: string): string {
  return text.includes('://') ? redactUrl(text) : text;
}
