import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addAnswerFlags,
  addDatabaseFlags,
  addGlobalFlags,
  addOutputFlags,
  addPlanFlags,
  collectAccepted,
  colorEnabled,
  type SharedFlags,
} from '../../src/commands/cli/arguments.ts';

function parse(...argv: readonly string[]): SharedFlags {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addGlobalFlags(addDatabaseFlags(addOutputFlags(addAnswerFlags(addPlanFlags(command)), ['text', 'json'])));
  return command.parse([...argv], { from: 'user' }).opts();
}

describe('shared flags', () => {
  it('have their defaults', () => {
    expect(parse()).toEqual({ format: 'text', color: 'auto', input: true, snapshot: true });
  });

  it('are read in their long and short forms', () => {
    expect(
      parse(
        '-e',
        'prod',
        '-o',
        'f.json',
        '--format',
        'json',
        '-q',
        '-v',
        '-y',
        '--no-input',
        '--assume',
        'latest',
      ),
    ).toMatchObject({
      env: 'prod',
      output: 'f.json',
      format: 'json',
      quiet: true,
      verbose: true,
      yes: true,
      input: false,
      assume: 'latest',
    });
    expect(
      parse(
        '--url',
        'pglite:d',
        '--config',
        'c.yaml',
        '--on-drift',
        'adopt',
        '--replay-url',
        'postgres://r',
        '--color',
        'never',
      ),
    ).toMatchObject({
      url: 'pglite:d',
      config: 'c.yaml',
      onDrift: 'adopt',
      replayUrl: 'postgres://r',
      color: 'never',
    });
  });

  it.each([
    ['--format', 'sql'],
    ['--color', 'yes'],
    ['--on-drift', 'ignore'],
  ])('refuse %s %s', (flag, value) => {
    expect(() => parse(flag, value)).toThrow('Allowed choices are');
  });

  it('collect what is accepted: unproven, and losses of data by name', () => {
    const names = collectAccepted('drop-column:public.a.b', collectAccepted('unproven'));
    expect(names).toEqual(['unproven', 'drop-column:public.a.b']);
    for (const wrong of ['all', 'rewrite:public.a', 'drop-column'])
      expect(() => collectAccepted(wrong)).toThrow(
        'It is unproven, large-backup, half-undone, or NAME after one of drop-table:, drop-column:',
      );
  });
});

describe('colorEnabled', () => {
  it.each([
    ['always', { NO_COLOR: '1' }, false, true],
    ['never', { FORCE_COLOR: '1' }, true, false],
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { FORCE_COLOR: '1' }, false, true],
    ['auto', { FORCE_COLOR: '' }, false, true],
    ['auto', { FORCE_COLOR: '0' }, true, false],
    ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['auto', { TERM: 'dumb' }, true, false],
  ] as const)('%s with %j on a terminal (%s) is %s', (flag, variables, isTerminal, enabled) => {
    expect(colorEnabled(flag, variables, isTerminal)).toBe(enabled);
  });
});
