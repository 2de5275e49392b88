import { Command, CommanderError } from 'commander';
import { nearest } from '../../config/nearest.ts';
import { warmEmbedded } from '../../database/embedded-thread.ts';
import { InterruptedError, TrueupError } from '../../errors.ts';
import { toolVersion } from '../../version.ts';
import {
  addAnswerFlags,
  addDatabaseFlags,
  addGlobalFlags,
  addOnlineFlag,
  addOutputFlags,
  addPlanFlags,
  addRenameFlag,
  addRenamesFlags,
  addReviewFlags,
  addRunFlags,
  colorEnabled,
  examples,
  rollbackPoint,
} from './arguments.ts';
import type { ExitCode, Io } from './io.ts';
import { repeatCommands } from './repeat.ts';
import { addUndoCommands } from './undo-commands.ts';

/**
 * Parses the arguments, runs the command and says how it ended. Everything a command needs is imported when it
 * runs, so that `--help` does not wait for an embedded PostgreSQL; what surely needs one begins to load it first. Nothing is thrown.
 */
export async function runProgram(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = makeProgram(io, (ended) => {
    code = ended;
  });
  try {
    refuseUnknown(program, argv[0]);
    await program.parseAsync([...argv], { from: 'user' });
    return io.interrupt.aborted && code === 0 ? 130 : code;
  } catch (error) {
    // Commander has printed its own message; `--help` and `--version` end with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    return report(error, argv, io);
  }
}

/** Commander would take the word for an argument of `review`, which runs without its name. */
function refuseUnknown(program: Command, word = '-'): void {
  const names = ['help', ...program.commands.map((command) => command.name())];
  if (word.startsWith('-') || names.includes(word)) return;
  const near = nearest(word, names);
  program.error(`error: unknown command '${word}'${near === null ? '' : `\n(Did you mean ${near}?)`}`);
}

/** The command tree, for `runProgram` and for the generated docs. */
export function makeProgram(io: Io, end: (code: ExitCode) => void): Command {
  const program = new Command('trueup')
    .description('Keeps PostgreSQL databases true to their committed migrations.')
    .version(toolVersion, '-V, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 100,
    })
    .showHelpAfterError('(trueup --help shows the commands)')
    .addHelpText(
      'after',
      examples('trueup demo', 'trueup drift --url postgres://app@localhost/app', 'trueup apply -e prod'),
    );

  const add = (name: string, summary: string, text: string) =>
    addGlobalFlags(
      program
        .command(name, { isDefault: name === 'review' })
        .summary(summary)
        .description(`${summary}\n\n${text}`),
    ).exitOverride();

  addReviewFlags(
    addAnswerFlags(
      addRenameFlag(
        addDatabaseFlags(
          add(
            'review',
            'Review drift and the plan in the terminal, decide, apply.',
            'Without a terminal it prints the drift and the plan as text. This is what plain `trueup` does.',
          ),
        ),
      ),
    ),
  )
    .addHelpText('after', examples('trueup', 'trueup review -e prod', 'trueup review --assume latest'))
    .action(async (flags, command) =>
      end(await (await import('../review/review.ts')).runReviewCommand(io, flags, repeatCommands(command))),
    );

  addOutputFlags(
    addDatabaseFlags(
      add(
        'status',
        'Show version, pending migrations and drift, per environment.',
        'All environments of the configuration, or the one named.',
      ),
    ),
    ['text', 'json'],
  )
    .addHelpText('after', examples('trueup status', 'trueup status -e prod --format json'))
    .action(async (flags) => end(await (await import('../status.ts')).runStatus(io, flags)));

  addOutputFlags(
    addRenameFlag(
      addDatabaseFlags(
        add(
          'drift',
          'Report what someone did to live outside migrations.',
          'Exit code 2 when there is drift: for the nightly job. Writes nothing to the database.',
        ),
      ),
    ),
    ['text', 'json', 'markdown'],
  )
    .addHelpText(
      'after',
      examples('trueup drift -e prod', 'trueup drift --url postgres://… --assume latest --format json'),
    )
    .action(async (flags) => end(await (await import('./run-drift.ts')).runDrift(io, flags)));

  addOnlineFlag(
    addPlanFlags(
      addOutputFlags(
        addDatabaseFlags(
          add(
            'plan',
            'Show the statements that take live to target, rehearsed.',
            'With -o FILE.json the plan is written so that `trueup apply FILE.json` runs exactly it.',
          ),
        ),
        ['text', 'json', 'sql', 'markdown'],
      ),
    ),
  )
    .option('--to <moment>', `a rollback: ${rollbackPoint}`)
    .option('--detailed-exitcode', 'exit code 2 when there is something to do')
    .addHelpText(
      'after',
      examples(
        'trueup plan',
        'trueup plan --on-drift revert -o plan.json',
        'trueup plan --format sql | psql',
      ),
    )
    .action(async (flags) => {
      warmEmbedded(1);
      end(await (await import('./run-plan-command.ts')).runPlanCommand(io, flags));
    });

  addRunFlags(
    addPlanFlags(
      add(
        'apply',
        'Apply the plan, verify, report.',
        'Makes the plan, or runs exactly the one given. Asks before anything runs; --yes answers, but for a loss of data.',
      ),
    ),
  )
    .argument('[plan.json]', 'a plan that `trueup plan -o plan.json` wrote')
    .addHelpText(
      'after',
      examples(
        'trueup apply',
        'trueup apply -e prod plan.json',
        'trueup apply --yes --on-drift leave -o report.json',
        'trueup apply --resume',
        'trueup apply --yes --accept drop-column:public.orders.note',
      ),
    )
    .action(async (file, flags) => {
      warmEmbedded(1);
      end(await (await import('./run-apply.ts')).runApply(io, file, flags));
    });

  addUndoCommands(add, end, io);

  addRenamesFlags(
    addOnlineFlag(
      addOutputFlags(
        addDatabaseFlags(
          add(
            'diff',
            'Show the changes and the SQL that take FROM to TO.',
            'FROM and TO: empty, migrations, migrations@VERSION, snapshot:FILE, env:NAME, postgres://… or pglite:DIRECTORY. Exit code 2 when they differ.',
          ),
        ),
        ['text', 'json', 'sql'],
      ),
    ),
  )
    .argument('<from>')
    .argument('<to>')
    .addHelpText(
      'after',
      examples(
        'trueup diff migrations env:prod',
        'trueup diff empty migrations --format sql',
        'trueup diff migrations@12 migrations',
        'trueup diff snapshot:snapshots/V12.json snapshot:snapshots/V23.json',
        'trueup diff env:prod migrations --rename public.users.mail=public.users.email --format sql',
      ),
    )
    .action(async (from, to, flags) => end(await (await import('../diff.ts')).runDiff(io, from, to, flags)));

  add(
    'validate',
    'Check names, order and syntax of the migrations, replay them, prove the snapshots.',
    'Needs no database.',
  )
    .option('--replay-url <url>', 'replay on this server in place of the embedded PostgreSQL')
    .addHelpText('after', examples('trueup validate'))
    .action(async (flags) => end(await (await import('../validate.ts')).runValidate(io, flags)));

  add(
    'snapshot',
    'Write the catalog of all migrations to a file.',
    'By default to snapshots/V<version>.json. `drift` and `plan` read a committed snapshot of exactly the migrations that they need in place of a replay.',
  )
    .option('-o, --output <file>', 'write it to this file')
    .option('--replay-url <url>', 'replay on this server in place of the embedded PostgreSQL')
    .addHelpText('after', examples('trueup snapshot', 'trueup snapshot -o before.json'))
    .action(async (flags) => end(await (await import('../snapshot.ts')).runSnapshot(io, flags)));

  const backup = program
    .command('backup')
    .summary('List, restore and prune what runs have saved.')
    .description(
      'Before a run destroys rows or values it saves them in the schema trueup_backup of the live database.',
    )
    .exitOverride();
  const addBackup = (name: string, summary: string) =>
    addDatabaseFlags(
      addGlobalFlags(backup.command(name).summary(summary).description(summary)),
    ).exitOverride();
  addOutputFlags(addBackup('list', 'List what runs have saved, newest first.'), ['text', 'json']).action(
    async (flags) => end(await (await import('./run-backup.ts')).runBackupList(io, flags)),
  );
  addBackup(
    'restore',
    'Put back what a backup holds, in one transaction. Rows that are there again stay as they are.',
  )
    .argument('<name>')
    .action(async (name: string, flags) =>
      end(await (await import('./run-backup.ts')).runBackupRestore(io, name, flags)),
    );
  addBackup('prune', 'Drop backups that are older than an age.')
    .requiredOption('--older-than <age>', 'days or hours: 30d, 12h')
    .action(async (flags) => end(await (await import('./run-backup.ts')).runBackupPrune(io, flags)));

  add('new', 'Write an empty migration with the next version.', 'The description becomes part of its name.')
    .argument('<description...>')
    .addHelpText('after', examples('trueup new add email to users'))
    .action(async (words: string[], flags) =>
      end(await (await import('./run-new.ts')).runNew(io, words.join(' '), flags)),
    );

  add(
    'init',
    'Start a project in this folder.',
    'Writes trueup.config.yaml, migrations/ and .trueupignore, and says what to do next.',
  )
    .addHelpText('after', examples('trueup init'))
    .action(async () => end(await (await import('./run-new.ts')).runInit(io)));

  addReviewFlags(
    addRenameFlag(
      add(
        'demo',
        'Review a sample live database with drift, embedded, nothing kept.',
        'Without a terminal it prints the drift and the plan as text.',
      ),
    ),
  )
    .addHelpText('after', examples('trueup demo', 'trueup demo | less'))
    .action(async (flags, command) =>
      end(await (await import('../review/review.ts')).runDemo(io, flags, repeatCommands(command))),
    );

  return program;
}

async function report(error: unknown, argv: readonly string[], io: Io): Promise<ExitCode> {
  const { renderError } = await import('./render-error.ts');
  const color = colorEnabled('auto', io.variables, io.stderr.isTTY === true);
  io.stderr.write(renderError(error, { color, verbose: argv.includes('-v') || argv.includes('--verbose') }));
  if (error instanceof InterruptedError || io.interrupt.aborted) return 130;
  return error instanceof TrueupError ? error.exitCode : 1;
}
