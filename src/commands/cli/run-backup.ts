import { pruneBackups, readBackups, restoreBackup } from '../../apply/restore.ts';
import { TrueupError } from '../../errors.ts';
import { escapeControl } from '../../render/escape.ts';
import { renderTable } from '../../render/table.ts';
import { count } from '../../render/words.ts';
import { openLive, openProject } from '../open.ts';
import { backupDirectory } from '../planning/run-plan.ts';
import type { SharedFlags } from './arguments.ts';
import type { ExitCode, Io } from './io.ts';
import { emit, optionsFrom } from './output.ts';

/** `trueup backup list`: what runs have saved, newest first. */
export async function runBackupList(io: Io, flags: SharedFlags): Promise<ExitCode> {
  const { options } = optionsFrom(io, flags);
  const loaded = await openProject(options);
  await using live = await openLive(loaded, options);
  const backups = await readBackups(live.session, backupDirectory(loaded, live.selected.backup));
  const rows = backups.map(
    ({ name, savedAt, schema, table, lost, rows: saved, bytes, title, file, isRecorded }) => [
      name,
      savedAt,
      [schema, table, ...(lost?.length === 1 ? lost : [])].join('.'),
      String(saved),
      bytes === null ? 'gone' : `${Math.ceil(bytes / 1024)} kB`,
      title,
      `${file ?? 'trueup_backup'}${isRecorded ? '' : ' (in no history)'}`,
    ],
  );
  const lines = renderTable(['backup', 'saved', 'of', 'rows', 'size', 'before', 'in'], rows).map(
    escapeControl,
  );
  const text = backups.length === 0 ? 'No backups.' : lines.join('\n');
  await emit(io, flags, flags.format === 'json' ? `${JSON.stringify({ backups }, null, 2)}\n` : `${text}\n`);
  return 0;
}

/** `trueup backup restore NAME`. */
export async function runBackupRestore(io: Io, name: string, flags: SharedFlags): Promise<ExitCode> {
  const { options } = optionsFrom(io, flags);
  const loaded = await openProject(options);
  await using live = await openLive(loaded, options);
  const rows = await restoreBackup(live.session, name, backupDirectory(loaded, live.selected.backup));
  io.stdout.write(`${count(rows, 'row')} put back. The backup stays until it is pruned.\n`);
  return 0;
}

/** `trueup backup prune --older-than 30d`. */
export async function runBackupPrune(
  io: Io,
  flags: SharedFlags & { readonly olderThan: string },
): Promise<ExitCode> {
  const [, amount, unit] = /^(\d{1,5})([dh])$/.exec(flags.olderThan) ?? [];
  if (amount === undefined) {
    throw new TrueupError([
      {
        code: 'argument',
        severity: 'error',
        summary: `--older-than ${flags.olderThan} is no age.`,
        help: 'Write days or hours: 30d, 12h.',
      },
    ]);
  }
  const { options } = optionsFrom(io, flags);
  const loaded = await openProject(options);
  await using live = await openLive(loaded, options);
  const ageMs = Number(amount) * (unit === 'd' ? 86_400_000 : 3_600_000);
  const before = new Date(io.now().getTime() - ageMs);
  const dropped = await pruneBackups(live.session, before, backupDirectory(loaded, live.selected.backup));
  for (const { name } of dropped) io.stdout.write(`dropped ${name}\n`);
  io.stdout.write(`${count(dropped.length, 'backup')} dropped.\n`);
  return 0;
}
