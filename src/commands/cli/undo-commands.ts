import type { Command } from 'commander';
import {
  addDriftFlag,
  addOutputFlags,
  addReviewFlags,
  addRunFlags,
  examples,
  rollbackPoint,
} from './arguments.ts';
import type { ExitCode, Io } from './io.ts';
import { repeatCommands } from './repeat.ts';

/** The commands that undo migrations: `rollback`, and without a database `revert` and `test-undo`. */
export function addUndoCommands(
  add: (name: string, summary: string, text: string) => Command,
  end: (code: ExitCode) => void,
  io: Io,
): void {
  addReviewFlags(
    addRunFlags(
      addDriftFlag(
        add(
          'rollback',
          'Undo migrations: take live back to what it was.',
          'By undo migrations (U<version>__<description>.sql) where there are any, else by generated statements. What was undone is pending again. `trueup plan --to` shows the same plan and runs nothing.',
        ),
      ),
    ),
  )
    .requiredOption('--to <moment>', rollbackPoint)
    .option('--skip-data', 'leave rows as they are where no undo migration says how they were')
    .addHelpText(
      'after',
      examples(
        'trueup rollback --to 22',
        'trueup rollback --to 3f2a9c51',
        'trueup rollback -e prod --to v1.4.0',
        'trueup plan --to 22',
      ),
    )
    .action(async (flags, command) =>
      end(await (await import('./run-rollback.ts')).runRollback(io, flags, repeatCommands(command))),
    );

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
