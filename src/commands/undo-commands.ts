import type { Command } from 'commander';
import { addOutputFlags, examples } from './arguments.ts';
import type { ExitCode, Io } from './io.ts';

/** The commands about undos that need no database: `revert` and `test-undo`. */
export function addUndoCommands(
  add: (name: string, summary: string, text: string) => Command,
  end: (code: ExitCode) => void,
  io: Io,
): void {
  add(
    'revert',
    'Write the undo of a migration as the next migration.',
    'For who never goes back. By its undo migration where there is one, else generated; proven by a replay. Needs no database.',
  )
    .argument('<version>')
    .option('--skip-data', 'leave rows as they are where no undo migration says how they were')
    .option('--replay-url <url>', 'replay on this server in place of the embedded PostgreSQL')
    .addHelpText('after', examples('trueup revert 22'))
    .action(async (version, flags) =>
      end(await (await import('./run-undo.ts')).runRevert(io, version, flags)),
    );

  addOutputFlags(
    add(
      'test-undo',
      'Prove that migrations can be undone exactly.',
      'Replays each migration, its undo (its undo migration, else generated statements) and the migration again. Exit code 2 when the schema is not exactly what it was. Needs no database.',
    ),
    ['text', 'json'],
  )
    .argument('[version]', 'only this one')
    .option('--skip-data', 'leave rows aside where no undo migration says how they were')
    .option('--replay-url <url>', 'replay on this server in place of the embedded PostgreSQL')
    .addHelpText('after', examples('trueup test-undo', 'trueup test-undo 22', 'trueup test-undo --skip-data'))
    .action(async (version, flags) =>
      end(await (await import('./run-undo.ts')).runTestUndo(io, version, flags)),
    );
}
