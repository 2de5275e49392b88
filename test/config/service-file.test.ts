import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/config/database-url.ts';
import { runPasswordCommand } from '../../src/config/password-command.ts';
import { withService } from '../../src/config/service-file.ts';
import { project } from '../end-to-end/command-line.ts';

const services = `# comment
[dev]
host=localhost
[prod]
host=db1
port=6432
dbname=my shop
user=deploy
password=p@ss
sslmode=verify-full
[socket]
host=/run/postgresql
dbname=shop
user=app
`;

test('a connection service fills in what the URL leaves out, wherever it is named', async () => {
  await using folder = await project({ 'pg_service.conf': services });
  const file = join(folder.root, 'pg_service.conf');
  const whole = 'postgres://deploy:p%40ss@db1:6432/my%20shop?sslmode=verify-full';
  expect(await withService('postgres://?service=prod', { PGSERVICEFILE: file })).toBe(whole);
  expect(await withService('postgres://', { PGSERVICE: 'prod', PGSERVICEFILE: file })).toBe(whole);
  const system = { PGSERVICEFILE: join(folder.root, 'none'), PGSYSCONFDIR: folder.root };
  expect(await withService('postgres://me@db2/other?service=prod&sslmode=require', system)).toBe(
    'postgres://me:p%40ss@db2:6432/other?sslmode=require',
  );
  const socket = await withService('postgres://?service=socket', { PGSERVICEFILE: file });
  expect(parseDatabaseUrl(socket)).toMatchObject({ host: '/run/postgresql', user: 'app', database: 'shop' });
  expect(await withService('pglite:data', { PGSERVICE: 'prod', PGSERVICEFILE: file })).toBe('pglite:data');
  expect(await withService('postgres://a/b', {})).toBe('postgres://a/b');
});

test('an unknown service is named with the files that lack it', async () => {
  await expect(withService('postgres://?service=x', { PGSERVICEFILE: '/none' })).rejects.toMatchObject({
    diagnostics: [{ code: 'service', subject: 'x', detail: expect.stringContaining('/none') }],
  });
});

test('a password command is run without a shell; a failure says nothing of what it printed', async () => {
  const node = (script: string) => runPasswordCommand([process.execPath, '-e', script, '$(id); "x"'], '/');
  expect(await node('console.log(process.argv[1])')).toBe('$(id); "x"');
  for (const script of ['console.log("s3cret"); console.error("s3cret"); process.exit(3)', '']) {
    const error = await node(script).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ diagnostics: [{ code: 'password-command' }] });
    expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
  }
  await expect(runPasswordCommand(['no-such-program'], '/')).rejects.toMatchObject({
    diagnostics: [{ summary: expect.stringContaining('there is no such program') }],
  });
});
