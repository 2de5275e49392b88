import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/commands/cli/io.ts';
import { makeProgram } from '../../src/commands/cli/program.ts';
import { repeatCommands } from '../../src/commands/cli/repeat.ts';

/** A command of the real tree, with arguments read and nothing run. */
function read(name: string, ...argv: readonly string[]): Command {
  const program = makeProgram({ stdout: {}, stderr: {} } as Io, () => undefined);
  const command = program.commands.find((one) => one.name() === name);
  if (!command) throw new Error(`no command ${name}`);
  command.parseOptions([...argv]);
  return command;
}

const values: Readonly<Record<string, string>> = {
  '--rename': 'public.a=public.b',
  '--wait': '30s',
  '--accept': 'unproven',
  '--url': 'postgres://app:s3cret@db1/shop?sslmode=require&password=s3cret',
  '--replay-url': 'postgres://app:s3cret@db2/postgres',
};

function give({ long, argChoices, required }: Option): readonly string[] {
  const flag = long ?? '';
  return required ? [flag, values[flag] ?? argChoices?.at(-1) ?? 'some file'] : [flag];
}

describe('the command that repeats', () => {
  it.each(['review', 'rollback', 'demo'])('%s has every flag that it has, and no password', (name) => {
    const { options } = read(name);
    const line = repeatCommands(read(name, ...options.flatMap(give))).review;
    for (const { short, long } of options) expect(` ${line} `).toContain(` ${short ?? long}`);
    expect(line).not.toContain('s3cret');
    expect(line.startsWith(`trueup ${name} `)).toBe(true);
  });

  it('has what was given, as a shell takes it, and nothing else', () => {
    const given = [
      '-e',
      'prod',
      '--config',
      'my app/c.yaml',
      '--rename',
      'a=b',
      '--rename',
      'c=d',
      '--no-snapshot',
    ];
    expect(repeatCommands(read('review', ...given, '--ascii', '--theme', 'light'))).toEqual({
      review:
        "trueup review --config 'my app/c.yaml' -e prod --no-snapshot --rename a=b --rename c=d --ascii --theme light",
      apply: "trueup apply --config 'my app/c.yaml' -e prod --no-snapshot --rename a=b --rename c=d",
    });
    expect(repeatCommands(read('review'))).toEqual({ review: 'trueup review', apply: 'trueup apply' });
    const back = repeatCommands(read('rollback', '--to', 'v1.4.0', '--wait', '30s'));
    expect(back.review).toBe('trueup rollback --wait 30000ms --to v1.4.0');
    expect(back.apply).toBe(back.review);
  });
});
