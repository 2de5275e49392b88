import { renderUndoTestJson } from '../../render/json.ts';
import { renderUndoTest } from '../../render/undo.ts';
import { revert } from '../revert.ts';
import { testUndo } from '../test-undo.ts';
import type { SharedFlags } from './arguments.ts';
import type { ExitCode, Io } from './io.ts';
import { emit, outputColor, tell, withProgress } from './output.ts';

/** `trueup revert VERSION`: prints the path of the file it wrote. */
export async function runRevert(io: Io, version: string, flags: SharedFlags): Promise<ExitCode> {
  const { file, diagnostics } = await withProgress(io, flags, (options) => revert(version, options));
  tell(io, flags, diagnostics);
  io.stdout.write(`${file}\n`);
  return 0;
}

/** `trueup test-undo [VERSION]`: 2 when a migration cannot be undone exactly. */
export async function runTestUndo(
  io: Io,
  version: string | undefined,
  flags: SharedFlags,
): Promise<ExitCode> {
  const tested = await withProgress(io, flags, (options) => testUndo({ ...options, version }));
  const color = outputColor(io, flags);
  await emit(
    io,
    flags,
    flags.format === 'json' ? renderUndoTestJson(tested) : renderUndoTest(tested, { color }),
  );
  return tested.every(({ outcome }) => outcome === 'proven') ? 0 : 2;
}
