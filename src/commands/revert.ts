import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { introspect } from '../catalog/introspect.ts';
import { formatName, parseId } from '../catalog/object.ts';
import type { Session } from '../database/session.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { registry } from '../kinds/index.ts';
import { losesData } from '../plan/hazards.ts';
import type { Step } from '../plan/plan.ts';
import { leftover } from '../plan/rehearse.ts';
import type { KeyedMigration } from '../plan/steps.ts';
import { expectedBlock } from '../render/expected-block.ts';
import { terminate } from '../render/sql.ts';
import { type ReplayOptions, replay } from '../replay/replay.ts';
import { runWithStandIns } from '../replay/run-steps.ts';
import { extensionsOf } from './assess/assess.ts';
import { orderKeyed } from './assess/keyed-order.ts';
import { nextVersion } from './next-version.ts';
import { engineOpener, openProject, type ProjectOptions } from './open.ts';
import { fillReverted } from './undo/fill-reverted.ts';
import { requireVersion } from './undo/require-version.ts';
import { findUndo, undoOne } from './undo/undo-of.ts';

/** The migration that was written, relative to the working directory, and what it does not bring back. */
export type WrittenRevert = { readonly file: string; readonly diagnostics: readonly Diagnostic[] };

/**
 * Writes the undo of a migration as the next migration, beside it: the text of its undo migration where there is one, else
 * generated statements. A replay has proven that all migrations with it give what they give without the reverted
 * one. Throws `TrueupError` when another migration needs that one, and nothing is written.
 */
export async function revert(version: string, options: ProjectOptions = {}): Promise<WrittenRevert> {
  const loaded = await openProject(options);
  const { applied } = await orderKeyed(loaded.migrations, null, 'latest');
  const reverted = requireVersion(applied, version);
  const kept = applied.filter((one) => one !== reverted && one.kind !== 'repeatable');
  const repeatable = applied.filter(({ kind }) => kind === 'repeatable');
  const script = findUndo(loaded.migrations, reverted.version);
  const replayOptions: ReplayOptions = {
    standInExtensions: loaded.project.config.extensions.standIn,
    ...(options.signal ? { signal: options.signal } : {}),
  };
  options.onProgress?.('replaying without it');
  await using engine: Session = await engineOpener(loaded, { ...options, onProgress: undefined })(
    extensionsOf(applied),
  );
  await replayWithout(engine, kept, reverted, replayOptions);
  const without = await introspect(engine, registry);
  await replayWithout(engine, [reverted], reverted, replayOptions);
  const catalogs = { with: await introspect(engine, registry), without };
  const undone = undoOne(reverted, script, catalogs, registry, options.skipData ?? false, script === null);
  const { notes } = undone;
  const step = await fillReverted(engine, undone.step, undone.toFill, reverted.version);
  await runWithStandIns(engine, [step], { signal: options.signal });
  const differences = leftover(await introspect(engine, registry), without, new Set(), registry);
  if (differences.length > 0)
    throw notExact(
      reverted,
      differences.map(({ id }) => formatName(parseId(id))),
    );
  await replayWithout(engine, repeatable, reverted, replayOptions);

  const now = options.now?.() ?? new Date();
  const next = nextVersion(
    loaded.migrations.flatMap((one) => one.version ?? []),
    now,
  );
  const name = `V${next}__revert_${reverted.description.replaceAll(' ', '_')}.sql`;
  const cwd = resolve(options.cwd ?? '.');
  const beside = loaded.migrations.find((one) => one.script === reverted.script)?.file ?? '';
  const file = join(resolve(cwd, dirname(beside)), name);
  const text = script
    ? `-- Reverts ${reverted.script}, as ${script.script} does.\n${script.text}`
    : write(reverted, step);
  await writeFile(file, text, { flag: 'wx' });
  return { file: relative(cwd, file), diagnostics: [...notes, ...notRestored(step)] };
}

function write({ script }: KeyedMigration, { statements }: Step): string {
  const parts = statements.map(({ sql, expect }) => {
    if (expect === undefined) return terminate(sql);
    // A directive is one line, and names may hold several.
    return /[\n\r]/.test(sql) ? terminate(expectedBlock(sql)) : `-- trueup: expect ${sql}`;
  });
  return `${[`-- Reverts ${script}.`, ...parts].join('\n\n')}\n`;
}

function notRestored({ statements }: Step): readonly Diagnostic[] {
  return statements
    .flatMap(({ hazards }) => hazards)
    .filter(losesData)
    .map(({ code, subject, consequence }) => ({ code, severity: 'warning', subject, summary: consequence }));
}

/** What fails without the reverted migration needs it. */
async function replayWithout(
  engine: Session,
  migrations: readonly KeyedMigration[],
  { script }: KeyedMigration,
  options: ReplayOptions,
): Promise<void> {
  try {
    await replay(engine, migrations, options);
  } catch (error) {
    if (!(error instanceof TrueupError)) throw error;
    throw new TrueupError(
      error.diagnostics.map((one) => ({
        ...one,
        summary: `${script} cannot be reverted alone: ${one.summary}`,
        help: `Another migration needs what ${script} made, or is needed by it: revert that one first, or write the migration yourself with \`trueup new\`.`,
      })),
      { cause: error },
    );
  }
}

function notExact({ script }: KeyedMigration, names: readonly string[]): TrueupError {
  return new TrueupError([
    {
      code: 'undo-differs',
      severity: 'error',
      subject: script,
      summary: `The undo of ${script} does not lead back to what was there before. Nothing was written.`,
      detail: names.join('\n'),
      help: '`trueup test-undo` shows what differs.',
    },
  ]);
}
