import { expect, test } from 'vitest';
import { introspect } from '../../src/catalog/introspect.ts';
import { diff } from '../../src/commands/diff.ts';
import { openServer } from '../../src/database/server.ts';
import { registry } from '../../src/kinds/index.ts';
import { renderDiff } from '../../src/render/diff.ts';
import { renderDiffJson } from '../../src/render/json.ts';
import { renderDiffSql } from '../../src/render/sql.ts';
import { clear } from '../corpus/clear.ts';
import { freshDatabase } from '../support/servers.ts';

const secret = 'Pa55-of-the-publisher';
const create = (name: string, connection: string, extra = '') =>
  `CREATE SUBSCRIPTION ${name} CONNECTION '${connection}' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = on${extra})`;

test('two servers are compared, of different majors too, and the connection string is never shown', async () => {
  await using older = await freshDatabase(14);
  await using newer = await freshDatabase(18);
  await using before = await openServer(older.url);
  await using after = await openServer(newer.url);
  try {
    for (const session of [before, after]) {
      await session.exec('CREATE TABLE t (a integer CHECK (a IN (1, 2)))');
      await session.exec(create('same', `host=a password=${secret}`));
      await session.exec("COMMENT ON SUBSCRIPTION same IS 'kept'");
    }
    const equal = await diff(older.url, newer.url);
    expect([equal.changes, equal.notCompared.filter(({ kind }) => kind === 'subscription')]).toEqual([
      [],
      [],
    ]);

    await before.exec(create('moved', `host=a password=${secret}`));
    await after.exec(create('moved', `host=b password=${secret}`));
    await after.exec(create('added', `host=a password=${secret}`, ', binary = true'));
    const report = await diff(older.url, newer.url);
    expect(
      report.changes.map(({ action, id, properties }) => [action, id, properties.map(({ name }) => name)]),
    ).toEqual([
      ['create', 'subscription:added', []],
      ['alter', 'subscription:moved', ['connection']],
    ]);
    // Both statements need what Trueup does not keep.
    expect(renderDiffSql(report)).not.toContain('SUBSCRIPTION');
    expect(report.diagnostics.map(({ code, subject, detail }) => [code, subject, detail]).sort()).toEqual([
      [
        'hidden-value',
        'subscription:added',
        expect.stringMatching(
          /^CREATE SUBSCRIPTION "added" CONNECTION 'password=hidden:[0-9a-f]{6}' PUBLICATION "p" WITH \(connect = false, slot_name = NONE, .*\);$/,
        ),
      ],
      [
        'hidden-value',
        'subscription:moved',
        expect.stringContaining('ALTER SUBSCRIPTION "moved" CONNECTION'),
      ],
    ]);
    const said = [renderDiff(report, { color: false }), renderDiffJson(report), renderDiffSql(report)].join(
      '\n',
    );
    expect(said).not.toContain(secret);
    expect(said).not.toContain('host=');
  } finally {
    await clear(before);
    await clear(after);
  }
});

test('beside a replay it is named and not compared', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  try {
    await session.exec(create('s', 'host=nowhere'));
    await session.exec("COMMENT ON SUBSCRIPTION s IS 'x'");
    const report = await diff('empty', database.url);
    expect(report.changes).toEqual([]);
    expect(report.notCompared).toContainEqual({ kind: 'subscription', name: 's' });
  } finally {
    await clear(session);
  }
});

test.each([14, 18] as const)(
  'PostgreSQL %i: who may not read the connection string is told which GRANT would help',
  async (major) => {
    await using database = await freshDatabase(major);
    await using owner = await openServer(database.url);
    const role = `${database.name}_reader`;
    await owner.exec(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'`);
    try {
      await owner.exec(create('s', `host=a password=${secret}`));
      const limited = new URL(database.url);
      limited.username = role;
      limited.password = 'reader';
      const read = async () => {
        await using session = await openServer(limited.href);
        return await introspect(session, registry);
      };
      const unseen = await read();
      expect(unseen.objects.get('subscription:s')?.properties).toMatchObject({
        connection: '',
        streaming: 'on',
      });
      expect(unseen.notCompared).toEqual([
        { kind: 'subscription', name: 's', because: expect.stringContaining('GRANT SELECT (subconninfo)') },
      ]);
      await owner.exec(`GRANT SELECT (subconninfo) ON pg_catalog.pg_subscription TO ${role}`);
      const seen = await read();
      // The grant itself is one on what is PostgreSQL's own.
      expect(seen.notCompared).toEqual([{ kind: 'grants', name: 'on table pg_catalog.pg_subscription' }]);
      expect(seen.objects.get('subscription:s')?.properties.connection).toMatch(/^hidden:[0-9a-f]{6}$/);
    } finally {
      await clear(owner);
      await owner.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  },
);
