import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../src/catalog/fingerprint.ts';
import { introspect } from '../../src/catalog/introspect.ts';
import type { Catalog } from '../../src/catalog/kind.ts';
import { openEmbedded } from '../../src/database/embedded.ts';
import type { Session } from '../../src/database/session.ts';
import { registry } from '../../src/kinds/index.ts';
import { orderChanges } from '../../src/plan/order.ts';
import { compareSnapshots, readSnapshot, type Snapshot, writeSnapshot } from '../../src/replay/snapshot.ts';
import { createStandIns } from '../../src/replay/stand-ins.ts';
import { isServersOnly, readCases, tablespaces } from '../corpus/cases.ts';
import { clear } from '../corpus/clear.ts';

const root = join(import.meta.dirname, '../..');

function snapshotOf(catalog: Catalog): Snapshot {
  return {
    toolVersion: '1.2.3',
    engine: 'PGlite 9.9.9',
    version: '2',
    migrations: [{ script: 'V2__b.sql', checksum: '0123456789abcdef0123456789abcdef' }],
    standInExtensions: ['postgis', 'a'],
    standIns: [{ kind: 'role', name: 'app', file: 'V2__b.sql' }],
    catalog,
  };
}

/** Without what is of one database only, and without order. */
function plain({ serverVersion, objects, dependencies, notCompared }: Catalog) {
  return {
    serverVersion,
    notCompared,
    objects: new Map([...objects].map(([id, { address: _, ...object }]) => [id, object])),
    dependencies: new Map([...dependencies].filter(([, needs]) => needs.size > 0)),
  };
}

describe('written and read again', () => {
  let session: Session;
  beforeAll(async () => {
    session = await openEmbedded({ extensions: ['citext', 'file_fdw', 'pg_trgm'] });
    await createStandIns(session, tablespaces);
  });
  afterAll(() => session.close());

  const chosen = readCases().filter((one, position) => position % 6 === 1 && !isServersOnly(one, registry));
  test.each(chosen.map((one) => [one.name, one] as const))(
    'a catalog is the same, and so are the statements that make it: %s',
    async (_, { before, after, expect: { continues } }) => {
      await clear(session);
      const empty = await introspect(session, registry);
      for (const sql of continues ? [before, after] : [after]) await session.exec(sql);
      const catalog = await introspect(session, registry);
      const text = writeSnapshot(snapshotOf(catalog));
      const read = readSnapshot(text, 'x.json');
      expect(writeSnapshot(read)).toBe(text);
      expect(plain(read.catalog)).toEqual(plain(catalog));
      expect(fingerprint(read.catalog, registry)).toBe(fingerprint(catalog, registry));
      expect(orderChanges(empty, read.catalog, registry)).toEqual(orderChanges(empty, catalog, registry));
      expect(orderChanges(read.catalog, empty, registry)).toEqual(orderChanges(catalog, empty, registry));
    },
  );

  test('the objects that differ are named', async () => {
    await clear(session);
    await session.exec('CREATE TABLE t (a integer, b text)');
    const before = snapshotOf(await introspect(session, registry));
    await session.exec('ALTER TABLE t ALTER COLUMN a TYPE bigint; CREATE VIEW v AS SELECT b FROM t');
    const after = snapshotOf(await introspect(session, registry));
    expect(compareSnapshots(before, before)).toEqual([]);
    expect(compareSnapshots(before, after)).toEqual(['column:public.t.a', 'view:public.v']);
  });
});

describe('a file', () => {
  const text = readFileSync(join(root, 'snapshots/V23.json'), 'utf8');
  const refusal = (changed: string) => {
    try {
      readSnapshot(changed, 'snapshots/V23.json');
    } catch (error) {
      return error;
    }
    return null;
  };
  const refused = (code: string, summary: string) => ({
    diagnostics: [
      {
        code,
        summary: expect.stringContaining(summary),
        position: { file: 'snapshots/V23.json' },
        help: expect.stringContaining('trueup snapshot'),
      },
    ],
  });

  test('of another format version is refused', () => {
    expect(refusal(text.replace('"formatVersion": 1', '"formatVersion": 2'))).toMatchObject(
      refused('snapshot-format', 'format version 2; this version of Trueup reads 1'),
    );
  });

  test('that is truncated is refused', () => {
    expect(refusal(text.slice(0, text.length / 2))).toMatchObject(
      refused('snapshot-truncated', 'not a whole JSON document'),
    );
    expect(refusal('')).toMatchObject(refused('snapshot-truncated', 'not a whole JSON document'));
  });

  test('that was edited by hand is refused', () => {
    const edited = text.replace('"character varying(20)"', '"character varying(40)"');
    expect(edited).not.toBe(text);
    expect(refusal(edited)).toMatchObject(refused('snapshot-digest', 'changed after it was written'));
    expect(refusal(text.replace('"needs": [', '"needs": ["schema:public",'))).toMatchObject(
      refused('snapshot-digest', 'changed after it was written'),
    );
  });

  test('that is some other document is refused', () => {
    expect(refusal('{}')).toMatchObject(refused('snapshot-format', 'not a snapshot'));
    expect(refusal('[1]')).toMatchObject(refused('snapshot-format', 'not a snapshot'));
    expect(refusal('{"formatVersion": 1, "steps": []}')).toMatchObject(
      refused('snapshot-format', 'not a snapshot'),
    );
  });

  test('is read whatever its white space is', () => {
    expect(refusal(JSON.stringify(JSON.parse(text), null, '\t').replaceAll('\n', '\r\n'))).toBeNull();
  });

  test('fits the published JSON Schema, and what does not fit is found', () => {
    const schema: unknown = JSON.parse(readFileSync(join(root, 'docs/schema/snapshot.schema.json'), 'utf8'));
    const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema as object);
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    const wrong = { ...JSON.parse(text), formatVersion: 2, objects: [{ id: 'table:public.t' }], extra: 1 };
    expect(validate(wrong)).toBe(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath).sort()).toEqual([
      '',
      '/formatVersion',
      '/objects/0',
    ]);
  });
});
