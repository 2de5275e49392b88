// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a placeholder of the configuration looks so.
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { resolvePlaceholders, selectDatabase } from '../../src/config/target.ts';

const config = parseConfig(
  {
    url: 'pglite:data',
    environments: {
      dev: {},
      staging: { url: 'postgres://app:${PASSWORD}@db2/app', onDrift: 'leave' },
      prod: { url: '${PROD_URL}', protected: true },
    },
    defaultEnvironment: 'dev',
    replay: { url: 'postgres://db/postgres' },
  },
  'trueup.config.yaml',
);

describe('selectDatabase', () => {
  it('takes the default environment, and its URL from the whole configuration', () => {
    expect(selectDatabase(config, {}, {})).toEqual({
      environment: 'dev',
      url: 'pglite:data',
      passwordCommand: null,
      replay: { url: 'postgres://db/postgres', passwordCommand: null },
      onDrift: 'fail',
      protected: false,
      online: 'auto',
      timeouts: { lockMs: 3000, statementMs: 0 },
      backup: { limitMegabytes: 1024, directory: null },
    });
  });

  it('takes the password command of the environment, and none for a URL asked for', () => {
    const commanded = parseConfig(
      {
        url: 'postgres://db/app',
        passwordCommand: ['token'],
        environments: { prod: { passwordCommand: ['token', 'prod'] }, dev: {} },
      },
      'trueup.config.yaml',
    );
    const chosen = (request: object) => selectDatabase(commanded, request, {}).passwordCommand;
    expect(chosen({})).toEqual(['token']);
    expect(chosen({ environment: 'dev' })).toEqual(['token']);
    expect(chosen({ environment: 'prod' })).toEqual(['token', 'prod']);
    expect(chosen({ url: 'postgres://elsewhere/app' })).toBeNull();
  });

  it('resolves the variables of the chosen environment alone', () => {
    expect(selectDatabase(config, { environment: 'staging' }, { PASSWORD: 'p@/ss' })).toMatchObject({
      url: 'postgres://app:p%40%2Fss@db2/app',
      onDrift: 'leave',
    });
    expect(selectDatabase(config, { environment: 'prod' }, { PROD_URL: 'postgres://a:b@c/d' })).toMatchObject(
      {
        url: 'postgres://a:b@c/d',
        protected: true,
      },
    );
  });

  it('lets the command line win', () => {
    expect(
      selectDatabase(
        config,
        {
          environment: 'prod',
          url: 'postgres://x/y',
          replayUrl: 'postgres://r/s',
          onDrift: 'adopt',
          online: 'never',
        },
        {},
      ),
    ).toEqual({
      environment: 'prod',
      url: 'postgres://x/y',
      passwordCommand: null,
      replay: { url: 'postgres://r/s', passwordCommand: null },
      onDrift: 'adopt',
      protected: true,
      online: 'never',
      timeouts: { lockMs: 3000, statementMs: 0 },
      backup: { limitMegabytes: 1024, directory: null },
    });
    expect(selectDatabase(config, { url: 'postgres://x/y' }, {}).environment).toBeNull();
  });

  it('falls back to an embedded database in the project', () => {
    expect(selectDatabase(parseConfig({}, 'f'), {}, {}).url).toBe('pglite:.trueup/live');
  });

  it('names the environments and the nearest for one that does not exist', () => {
    expect(() => selectDatabase(config, { environment: 'stagin' }, {})).toThrow(
      'There is no environment "stagin".',
    );
    expect.assertions(2);
    try {
      selectDatabase(config, { environment: 'stagin' }, {});
    } catch (error) {
      expect(error).toMatchObject({
        diagnostics: [{ detail: 'The environments are: dev, staging, prod.', help: 'Did you mean staging?' }],
      });
    }
  });

  it('names a variable that is not set, and where it is wanted', () => {
    expect(() => selectDatabase(config, { environment: 'staging' }, { OTHER: 'hunter2' })).toThrow(
      'environments.staging.url needs the environment variable PASSWORD, which is not set.',
    );
  });

  it('never repeats a variable that holds no URL', () => {
    expect.assertions(2);
    try {
      selectDatabase(config, { environment: 'prod' }, { PROD_URL: 'hunter2' });
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('hunter2');
      expect(error).toMatchObject({ diagnostics: [{ subject: 'environments.prod.url' }] });
    }
  });
});

describe('resolvePlaceholders', () => {
  it('takes a variable outside the credentials as it is', () => {
    expect(resolvePlaceholders('postgres://${U}@${H}/db', { U: 'a b', H: 'db:6000' }, 's')).toBe(
      'postgres://a%20b@db:6000/db',
    );
  });

  it('names every variable that is missing', () => {
    expect(() => resolvePlaceholders('postgres://${A}@${B}/db', { B: '' }, 's')).toThrow(
      /variable A, which is not set\.\n.*variable B, which is empty\./,
    );
  });
});
