import { describe, expect, test } from 'vitest';
import { readRelationSizes } from '../../src/database/relation-sizes.ts';
import { openServer } from '../../src/database/server.ts';
import { describeEffects, weighEffects } from '../../src/plan/effects.ts';
import { type Hazard, hazard } from '../../src/plan/hazards.ts';
import type { Effects, RelationEffect, Step } from '../../src/plan/plan.ts';
import { freshDatabase } from '../support/servers.ts';

function effects(relation: Partial<RelationEffect>, source: Effects['source'] = 'observed'): Effects {
  const none = { lock: null, rewrites: false, buildsIndex: false, scans: false, size: null };
  return { source, relations: [{ relation: 'public.orders', ...none, ...relation }] };
}

function weigh(
  relation: Partial<RelationEffect>,
  bytes: number,
  hazards: readonly Hazard[] = [hazard('full-scan', 'public.orders', { waiting: 'writes' })],
) {
  const step: Step = {
    kind: 'repair',
    title: 'repair drift',
    migration: null,
    statements: [
      { sql: 'x', hazards, transaction: 'inside', object: null, position: null, effects: effects(relation) },
    ],
  };
  const [weighed] = weighEffects([step], new Map([['public.orders', { bytes, rows: 7 }]]), 1000);
  return weighed?.statements[0]?.hazards.map(({ code, subject, instead }) =>
    [code, subject, ...(instead ? [instead] : [])].join(' '),
  );
}

describe('hazards of what was observed', () => {
  test('a lock, a scan and an index build count from the size on that the config says', () => {
    expect(weigh({ lock: 'AccessExclusiveLock', scans: true }, 1000)).toEqual([
      'blocks-reads public.orders',
      'full-scan public.orders',
    ]);
    expect(weigh({ lock: 'ShareLock', scans: true, buildsIndex: true }, 5000)).toEqual([
      'blocks-writes public.orders',
      'index-build public.orders',
    ]);
    expect(weigh({ lock: 'AccessExclusiveLock', scans: true }, 999)).toEqual([]);
    expect(weigh({ lock: 'RowExclusiveLock' }, 5000)).toEqual([]);
  });

  test('a rewrite counts whatever the size', () => {
    expect(weigh({ lock: 'AccessExclusiveLock', rewrites: true, scans: true }, 1)).toEqual([
      'rewrite public.orders',
    ]);
  });

  test('the rewrite that is seen takes over the ways around those that were foretold', () => {
    const foretold = ['a', 'b'].map((column) => ({
      ...hazard('rewrite', `public.parent.${column}`, { table: 'public.parent' }),
      instead: `way of ${column};`,
    }));
    expect(weigh({ lock: null, rewrites: true }, 1, foretold)).toEqual([
      'rewrite public.orders way of a;\n\nway of b;',
    ]);
    expect(weigh({ lock: 'RowExclusiveLock' }, 1, foretold)).toEqual([]);
  });

  test('rows that are deleted are those of the relation that was touched', () => {
    const written = [hazard('delete-rows', 'orders'), hazard('delete-rows', 'made')];
    expect(weigh({ lock: 'RowExclusiveLock' }, 1, written)).toEqual(['delete-rows public.orders']);
  });
});

test('says in one line what is locked, what is done and how big it is', () => {
  const size = { bytes: 48 * 1024 ** 3, rows: 212_000_000 };
  expect([
    ...describeEffects(effects({ lock: 'AccessExclusiveLock', rewrites: true, scans: true, size })),
    ...describeEffects(effects({ lock: 'ShareUpdateExclusiveLock', buildsIndex: true }, 'manual')),
    ...describeEffects(effects({ lock: 'RowExclusiveLock' })),
  ]).toEqual([
    'AccessExclusiveLock on public.orders, rewrites 48 GB (212 M rows): reads and writes wait',
    'ShareUpdateExclusiveLock on public.orders, builds an index over a table of unknown size (from the manual, not observed)',
  ]);
});

test('sizes are those of live, with partitions; one that somebody holds is not waited for', async () => {
  await using database = await freshDatabase(17);
  await using session = await openServer(database.url);
  await session.exec(`CREATE TABLE parted (id int) PARTITION BY RANGE (id)`);
  await session.exec(`CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (100000)`);
  await session.exec('INSERT INTO parted SELECT generate_series(1, 50000)');
  await session.exec('CREATE TABLE unknown (id int)');
  await session.exec('ANALYZE part');
  const names = ['public.parted', 'public.part', 'public.unknown', 'public.missing'];
  const sizes = await readRelationSizes(session, names);
  expect(sizes.get('public.part')).toEqual({ bytes: 1_800_000, rows: 50_000 });
  expect(sizes.get('public.parted')).toEqual(sizes.get('public.part'));
  expect(sizes.get('public.unknown')).toEqual({ bytes: 0, rows: null });
  expect(sizes.has('public.missing')).toBe(false);

  await using other = await openServer(database.url);
  await other.exec('BEGIN');
  await other.exec('LOCK TABLE part IN ACCESS EXCLUSIVE MODE');
  expect(await readRelationSizes(session, names)).toEqual(new Map());
  await other.exec('ROLLBACK');
});
