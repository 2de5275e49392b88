import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../config/duration.ts';
import { parseRenaming, type RenameChoice, type Renaming, renameChoices } from '../../diff/answer-renames.ts';
import { hazardTable } from '../../plan/hazard-table.ts';
import { acceptedWords, losesData } from '../../plan/hazards.ts';
import { type OnlineChoice, onlineChoices } from '../../plan/online.ts';
import { type Strategy, strategies } from '../../plan/plan.ts';

/** Flags that most commands share, as commander hands them over. */
export type SharedFlags = {
  readonly env?: string;
  readonly url?: string;
  readonly config?: string;
  readonly format: Format;
  readonly output?: string;
  readonly yes?: boolean;
  /** False after `--no-input`. */
  readonly input: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly assume?: string;
  readonly rename?: readonly Renaming[];
  readonly renames?: RenameChoice;
  readonly onDrift?: 'fail' | 'leave' | 'revert' | 'adopt';
  readonly replayUrl?: string;
  readonly online?: OnlineChoice;
  readonly strategy?: Strategy;
  readonly skipData?: boolean;
  /** Of `rollback` and `plan`. */
  readonly to?: string;
  /** Of commands that open the review. */
  readonly ascii?: boolean;
  readonly theme?: 'auto' | 'dark' | 'light';
  /** False after `--no-snapshot`. */
  readonly snapshot?: boolean;
};

export const formats = ['text', 'json', 'sql', 'markdown'] as const;
export type Format = (typeof formats)[number];

/** Flags that every command takes. */
export function addGlobalFlags(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration file')
    .addOption(
      new Option('--color <when>', 'colours; NO_COLOR is respected')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--no-input', 'never ask; fail where an answer is needed')
    .option('-q, --quiet', 'no progress and no notes')
    .option('-v, --verbose', 'also say what is usually left out');
}

/** Flags that say which live database a command works on. */
export function addDatabaseFlags(command: Command): Command {
  return command
    .option('-e, --env <name>', 'the environment, as the configuration names it')
    .option('--url <url>', 'the live database: postgres://… or pglite:DIRECTORY')
    .option('--replay-url <url>', 'replay on this server in place of the embedded PostgreSQL')
    .option('--no-snapshot', 'replay the migrations, also where a snapshot of them is at hand')
    .option('--assume <version>', 'for a database without history: applied up to this version, or latest');
}

/** `--format` with the forms a command has, and `-o`. */
export function addOutputFlags(command: Command, choices: readonly Format[]): Command {
  return command
    .addOption(new Option('--format <form>', 'how to print it').choices(choices).default('text'))
    .option('-o, --output <file>', 'write it to a file');
}

/** `--yes`, for commands that apply. */
export function addAnswerFlags(command: Command): Command {
  return command.option('-y, --yes', 'apply without asking');
}

/** `--rename`, for commands that show or plan drift. */
export function addRenameFlag(command: Command): Command {
  return command.option(
    '--rename <old=new>',
    'what drift shows as missing and extra is one object with another name (repeatable)',
    collectRenames,
  );
}

/** `--rename` and `--renames`, for a comparison of any two sources. */
export function addRenamesFlags(command: Command): Command {
  return command
    .option('--rename <old=new>', 'what FROM calls OLD is what TO calls NEW (repeatable)', collectRenames)
    .addOption(
      new Option(
        '--renames <how>',
        'what may be renames: say so (ask), keep quiet (never), or take it for one (accept)',
      )
        .choices(renameChoices)
        .default('ask'),
    );
}

/** `--on-drift`. */
export function addDriftFlag(command: Command): Command {
  return command.addOption(
    new Option('--on-drift <decision>', 'one decision for all drift').choices([
      'fail',
      'leave',
      'revert',
      'adopt',
    ]),
  );
}

/** `--rename`, `--on-drift`, `--strategy` and `--skip-data`, for commands that plan. */
export function addPlanFlags(command: Command): Command {
  return addDriftFlag(addRenameFlag(command))
    .addOption(
      new Option(
        '--strategy <how>',
        'scripts: run pending migrations as written (default); state: generate what takes live to target, and record them',
      ).choices(strategies),
    )
    .option('--skip-data', 'with --strategy state: do without what pending migrations do to rows');
}

/** `--online`, for commands that generate statements. */
export function addOnlineFlag(command: Command): Command {
  return command.addOption(
    new Option(
      '--online <when>',
      'generated statements let others work beside them: where there are rows, always, or never (one transaction)',
    ).choices(onlineChoices),
  );
}

/** Collects `--rename`: two names, or two ids such as `column:public.users.email`, around an equals sign. */
function collectRenames(value: string, previous: readonly Renaming[] = []): readonly Renaming[] {
  const renaming = parseRenaming(value);
  if ('wrong' in renaming) {
    throw new InvalidArgumentError(
      `${renaming.wrong} Write OLD=NEW, such as public.users.mail=public.users.email.`,
    );
  }
  return [...previous, renaming];
}

/** Flags of commands that open the review: how it is drawn. */
export function addReviewFlags(command: Command): Command {
  return command
    .option('--ascii', 'draw the review with plain ASCII')
    .addOption(
      new Option('--theme <which>', 'colours for a dark or a light background; auto asks the terminal')
        .choices(['auto', 'dark', 'light'])
        .default('auto'),
    );
}

/** What `--to` names. */
export const rollbackPoint = 'an applied version, the id of a run, or a git tag; 0 undoes all';

/** Flags of commands that run a plan, which confirm it and say what may happen. */
export function addRunFlags(command: Command): Command {
  return addOnlineFlag(addAnswerFlags(addOutputFlags(addDatabaseFlags(command), ['text', 'json'])))
    .option('--resume', 'go on from a run that was cut short')
    .addOption(
      new Option(
        '--in-doubt <what>',
        'whether a statement that was cut short, and of which live says nothing, is',
      ).choices(['done', 'again']),
    )
    .option('--dry-run', 'run everything in one transaction on live, and roll it back')
    .addOption(
      new Option('--wait <time>', 'how long to wait for another run: 30s, 5min')
        .argParser(readDuration)
        .default(60_000, '1min'),
    )
    .option(
      '--accept <what>',
      'apply in spite of it: unproven, large-backup, half-undone, or a data loss by its name, drop-column:public.orders.note; repeatable',
      collectAccepted,
    );
}

/** Collects `--accept`: words, and data losses by their names. */
export function collectAccepted(value: string, previous: readonly string[] = []): readonly string[] {
  const code = value.slice(0, value.indexOf(':'));
  const losses = Object.entries(hazardTable).flatMap(([name, row]) => (losesData(row) ? [name] : []));
  if (!acceptedWords.includes(value) && !losses.includes(code)) {
    throw new InvalidArgumentError(
      `It is ${acceptedWords.join(', ')}, or NAME after one of ${losses.map((loss) => `${loss}:`).join(', ')}.`,
    );
  }
  return [...previous, value];
}

/** A time as a flag takes it, in milliseconds. */
function readDuration(value: string): number {
  const durationMs = parseDuration(value);
  if (durationMs === null) throw new InvalidArgumentError('Write a time such as 30s or 5min.');
  return durationMs;
}

/** Whether to colour: the flag, then NO_COLOR (any value), then FORCE_COLOR, then whether someone watches. */
export function colorEnabled(
  flag: 'auto' | 'always' | 'never',
  variables: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (variables.NO_COLOR !== undefined && variables.NO_COLOR !== '') return false;
  if (variables.FORCE_COLOR !== undefined) return variables.FORCE_COLOR !== '0';
  return isTerminal && variables.TERM !== 'dumb';
}

/** Lines for the end of a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
