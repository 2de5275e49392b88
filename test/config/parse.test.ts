import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { type Diagnostic, TrueupError } from '../../src/errors.ts';

function problems(raw: unknown): readonly Diagnostic[] {
  try {
    parseConfig(raw, 'trueup.config.yaml');
  } catch (error) {
    if (error instanceof TrueupError) return error.diagnostics;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('parseConfig', () => {
  it('takes what an environment says of backups over what all say, and no folder outside of the project', () => {
    const { backup, environments } = parseConfig(
      {
        backup: { directory: 'saved', limitMegabytes: 5 },
        environments: {
          dev: { backup: { enabled: false } },
          prod: { backup: { limitMegabytes: 9 } },
          test: {},
        },
      },
      'f',
    );
    expect(backup).toEqual({ directory: 'saved', limitMegabytes: 5 });
    expect([...environments.values()].map((one) => one.backup)).toEqual([
      null,
      { directory: 'saved', limitMegabytes: 9 },
      { directory: 'saved', limitMegabytes: 5 },
    ]);
    for (const directory of ['/var/saved', '../saved', 'a/../../saved'])
      expect(() => parseConfig({ backup: { directory } }, 'f')).toThrow('a folder inside the project');
  });

  it('fills in the defaults of an empty configuration', () => {
    expect(parseConfig({}, 'f')).toEqual({
      name: null,
      migrations: 'migrations',
      url: null,
      passwordCommand: null,
      environments: new Map(),
      defaultEnvironment: null,
      replay: { url: null, passwordCommand: null },
      extensions: { standIn: [] },
      online: true,
      timeouts: { lockMs: 3000, statementMs: 0 },
      largeTableMegabytes: 100,
      compare: { owners: false, grants: true, comments: true, tablespaces: false, columnOrder: false },
      roles: new Map(),
      backup: { limitMegabytes: 1024, directory: null },
    });
  });

  it('reads what counts and which role plays which, an environment adding to all', () => {
    const config = parseConfig(
      {
        compare: { owners: true, grants: false },
        roles: { app_live: 'app' },
        environments: { dev: { roles: { app_dev: 'reader' } } },
      },
      'f',
    );
    expect(config.compare).toEqual({
      owners: true,
      grants: false,
      comments: true,
      tablespaces: false,
      columnOrder: false,
    });
    expect(config.roles).toEqual(new Map([['app_live', 'app']]));
    expect(config.environments.get('dev')?.roles).toEqual(
      new Map([
        ['app_live', 'app'],
        ['app_dev', 'reader'],
      ]),
    );
  });

  it('refuses two roles of live for one of the migrations, and suggests the nearest key of compare', () => {
    expect(
      problems({ roles: { a: 'app' }, environments: { dev: { roles: { b: 'app' } } } }).map(
        ({ summary }) => summary,
      ),
    ).toEqual(['environments.dev.roles maps "a" and "b" to "app".']);
    expect(problems({ compare: { owner: true } })[0]).toMatchObject({ help: 'Did you mean compare.owners?' });
  });

  it('reads every key', () => {
    const config = parseConfig(
      {
        name: 'shop',
        migrations: 'db/migrations',
        url: 'pglite:data',
        environments: {
          dev: {},
          prod: {
            url: 'postgres://db/prod',
            onDrift: 'revert',
            protected: true,
            online: true,
            timeouts: { lock: '500 ms', statement: 0 },
          },
        },
        defaultEnvironment: 'dev',
        replay: { url: 'postgres://db/postgres', passwordCommand: ['token'] },
        extensions: { standIn: ['pg_cron'] },
        online: false,
        timeouts: { lock: '1s', statement: '5min' },
        largeTableMegabytes: 2048,
      },
      'f',
    );
    expect(config.environments.get('dev')).toEqual({
      url: null,
      passwordCommand: null,
      onDrift: null,
      protected: false,
      online: null,
      timeouts: { lockMs: 1000, statementMs: 300_000 },
      roles: new Map(),
      backup: { limitMegabytes: 1024, directory: null },
    });
    expect(config.environments.get('prod')).toEqual({
      url: 'postgres://db/prod',
      passwordCommand: null,
      onDrift: 'revert',
      protected: true,
      online: true,
      timeouts: { lockMs: 500, statementMs: 0 },
      roles: new Map(),
      backup: { limitMegabytes: 1024, directory: null },
    });
    expect(config).toMatchObject({
      name: 'shop',
      online: false,
      defaultEnvironment: 'dev',
      replay: { url: 'postgres://db/postgres', passwordCommand: ['token'] },
      extensions: { standIn: ['pg_cron'] },
      largeTableMegabytes: 2048,
    });
  });

  it('reports every bad key and value at once, with the nearest key', () => {
    const found = problems({
      migrationz: 'x',
      name: 7,
      environments: { prod: { onDrift: 'ignore', protectd: true, protected: 'yes' } },
      extensions: { standIn: ['a', 3], standin: [] },
      replay: 'postgres://u:hunter2@h/d',
    });
    const summaries = found.map((diagnostic) => diagnostic.summary);
    expect(summaries).toEqual(
      expect.arrayContaining([
        'Unknown key migrationz.',
        'name must be a text; found the number 7.',
        'environments.prod.onDrift must be one of "fail", "leave", "revert", "adopt"; found "ignore".',
        'Unknown key environments.prod.protectd.',
        'environments.prod.protected must be true or false; found "yes".',
        'extensions.standIn[1] must be a text; found the number 3.',
        'Unknown key extensions.standin.',
        'replay must be an object; found a text.',
      ]),
    );
    expect(found).toHaveLength(8);
    expect(found.map((diagnostic) => diagnostic.help)).toEqual(
      expect.arrayContaining([
        'Did you mean migrations?',
        'Did you mean environments.prod.protected?',
        'Did you mean extensions.standIn?',
      ]),
    );
    expect(found.every((diagnostic) => diagnostic.position?.file === 'trueup.config.yaml')).toBe(true);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it.each([
    [[], 'a list'],
    ['text', '"text"'],
    [null, 'nothing'],
  ])('refuses %j as a whole', (raw, found) => {
    expect(problems(raw)[0]?.summary).toBe(`The configuration must be an object; found ${found}.`);
  });

  it('refuses an empty text', () => {
    expect(problems({ migrations: ' ' })[0]?.summary).toBe(
      'migrations must be a text that is not empty; found an empty text.',
    );
  });

  it('refuses a default environment that does not exist, naming the nearest', () => {
    expect(problems({ environments: { staging: {} }, defaultEnvironment: 'stagin' })).toMatchObject([
      {
        subject: 'defaultEnvironment',
        detail: 'The environments are: staging.',
        help: 'Did you mean staging?',
      },
    ]);
  });
});
