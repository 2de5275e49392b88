import { describe, expect, it } from 'vitest';
import { describeUrl, parseDatabaseUrl, redactUrl } from '../../src/config/database-url.ts';
import { TrueupError } from '../../src/errors.ts';

function messageOf(url: string): string {
  try {
    parseDatabaseUrl(url, '--url');
  } catch (error) {
    if (error instanceof TrueupError) return JSON.stringify(error.diagnostics);
    throw error;
  }
  throw new Error(`${url} was accepted`);
}

describe('parseDatabaseUrl', () => {
  it.each([
    ['postgres://app:s@db1:6000/prod', { user: 'app', host: 'db1', port: 6000, database: 'prod' }],
    ['postgresql://app@db1/prod', { user: 'app', host: 'db1', port: 5432, database: 'prod' }],
    ['postgres://app:p%40ss@db1/my%20db', { user: 'app', host: 'db1', port: 5432, database: 'my db' }],
    ['postgres://app@/prod?host=/run/postgresql', { user: 'app', host: '/run/postgresql', database: 'prod' }],
    [
      'postgres:///prod?host=/tmp&port=5433&user=me',
      { user: 'me', host: '/tmp', port: 5433, database: 'prod' },
    ],
    ['postgres://app@[::1]/prod', { user: 'app', host: '::1', port: 5432, database: 'prod' }],
    ['postgres://app@db1', { user: 'app', host: 'db1', database: 'app' }],
  ])('reads %s', (url, parts) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ kind: 'server', ...parts });
  });

  it.each([
    ['pglite:./data', './data'],
    ['pglite:/var/data', '/var/data'],
    ['pglite://data', 'data'],
  ])('reads %s as an embedded database', (url, directory) => {
    expect(parseDatabaseUrl(url)).toMatchObject({ kind: 'embedded', directory });
  });

  it('names the schemes it knows for one it does not, and the nearest', () => {
    const message = messageOf('postgre://u:hunter2@h/d');
    expect(message).toContain('Unknown scheme postgre:// in --url');
    expect(message).toContain('postgresql://');
    expect(message).toContain('pglite:DIRECTORY');
    expect(message).toContain('Did you mean postgres://?');
    expect(message).not.toContain('hunter2');
  });

  it.each(['hunter2', 'u:hunter2@h/d', 'host=h password=hunter2', 'postgres:hunter2', '', 'pglite:'])(
    'refuses %j without repeating it',
    (url) => {
      expect(messageOf(url)).not.toContain('hunter2');
    },
  );

  it.each(['postgres://u:hunter2@h:99999/d', 'postgres://u:hunter2#x@h/d', 'postgres://u:hunter2%zz@h/%zz'])(
    'refuses %s without its password',
    (url) => {
      expect(messageOf(url)).toContain('cannot be read: postgres://u:***@h');
      expect(messageOf(url)).not.toContain('hunter2');
    },
  );
});

describe('redactUrl', () => {
  it.each([
    ['postgres://app:s3cret@db1/prod', 'postgres://app:***@db1/prod'],
    ['postgres://app@db1/prod', 'postgres://app@db1/prod'],
    ['postgres://localhost:5432/prod', 'postgres://localhost:5432/prod'],
    ['postgres://[::1]:5432/prod', 'postgres://[::1]:5432/prod'],
    ['postgres://app:a@s3cret@db1/prod', 'postgres://app:***@db1/prod'],
    ['postgres://app:12/s3cret@db1/prod', 'postgres://app:***@db1/prod'],
    ['postgres://app:a?s3cret@db1/prod', 'postgres://app:***@db1/prod'],
    ['postgres://app:s3cret', 'postgres://app:***'],
    ['postgres://app:s3cret/prod', 'postgres://app:***'],
    [
      'postgres://db1/prod?user=a&password=s3cret&sslmode=require',
      'postgres://db1/prod?user=a&password=***&sslmode=require',
    ],
    ['postgres://db1/prod?pass%77ord=s3cret', 'postgres://db1/prod?pass%77ord=***'],
    ['postgres://db1/prod?sslpassword=s3cret', 'postgres://db1/prod?sslpassword=***'],
    ["host=db1 password='a s3cret' user=b", 'host=db1 password=*** user=b'],
    ['app:s3cret@db1', 'app:***@db1'],
    ['pglite:./data', 'pglite:./data'],
  ])('shows %s as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
    expect(redactUrl(url)).not.toContain('s3cret');
  });
});

describe('describeUrl', () => {
  it.each([
    ['postgres://app:s3cret@db1/prod', 'app@db1/prod'],
    ['postgres://app:s3cret@db1:6000/prod?sslmode=require', 'app@db1:6000/prod'],
    ['postgres://app@[::1]:6000/prod', 'app@[::1]:6000/prod'],
    ['pglite:./data', 'pglite:./data'],
    ['mysql://app:s3cret@db1/prod', 'mysql://app:***@db1/prod'],
  ])('labels %s as %s', (url, label) => {
    expect(describeUrl(url)).toBe(label);
  });
});
