import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { drift } from '../../src/commands/drift.ts';
import { applyCorpus, corpusNames, corpusProject, corpusUrl, readCorpus } from '../support/corpora.ts';
import { isWhole } from '../support/pairs.ts';
import { freshDatabase } from '../support/servers.ts';

const names = corpusNames();
/** Five replays of hundreds of migrations are the whole run's. */
const changed = isWhole ? names : names.filter((name) => !['hatchet', 'triggerdev'].includes(name));

describe.skipIf(names.length === 0)('real projects (skipped where ../shared/corpora is absent)', () => {
  test.for(changed)(
    '%s: applied by plain pg there is no drift, and exactly what is changed by hand is found and reverted',
    async (name) => {
      const corpus = readCorpus(name);
      await using database = await freshDatabase(18);
      const url = corpusUrl(name, database.url);
      await applyCorpus(corpus, url);
      await using project = await corpusProject(corpus);
      const options = { cwd: project.root, url, assume: 'latest' };

      const clean = await drift(options);
      expect(clean.drift.map(({ action, id, properties }) => ({ action, id, properties }))).toEqual([]);

      const expected = await mutate(url);
      expect(expected.length).toBeGreaterThanOrEqual(3);
      const dirty = await drift(options);
      expect(dirty.drift.map(({ action, id }) => `${action} ${id}`).sort()).toEqual([...expected].sort());

      const accept = expected
        .flatMap((one) => one.match(/(?<=^create )column:.*/) ?? [])
        .map((id) => `drop-${id}`);
      const report = await apply({ ...options, onDrift: 'revert', accept });
      expect(report).toMatchObject({ error: null, outcome: 'success', differences: [] });
      // The run recorded the assumed migrations, so nobody has to assume any more.
      const after = await drift({ cwd: project.root, url });
      expect(after.drift.map(({ action, id }) => `${action} ${id}`)).toEqual([]);
    },
  );
});

/** The oldest prints most differently. */
const olderMajors = isWhole ? ([14, 15, 16, 17] as const) : ([14] as const);

describe.skipIf(names.length === 0)('older servers (skipped where ../shared/corpora is absent)', () => {
  const cells = names.flatMap((name) => olderMajors.map((major) => ({ name, major })));
  test.for(cells)(
    '$name on PostgreSQL $major: what it prints differently is no drift',
    async ({ name, major }) => {
      const corpus = readCorpus(name);
      await using database = await freshDatabase(major);
      const url = corpusUrl(name, database.url);
      await applyCorpus(corpus, url);
      await using project = await corpusProject(corpus);
      const clean = await drift({ cwd: project.root, url, assume: 'latest' });
      expect(clean.drift.map(({ action, id, properties }) => ({ action, id, properties }))).toEqual([]);
      expect(clean.diagnostics.filter(({ code }) => code === 'uncertain')).toEqual([]);
    },
  );
});

/** What someone does by hand at night, on whatever the database has. Returns the drift that it is. */
async function mutate(url: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const expected: string[] = [];
    const first = async (sql: string): Promise<Record<string, string> | undefined> =>
      (await client.query(sql)).rows[0];
    const index = await first(`
      SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND c.relkind = 'i' AND NOT c.relispartition
        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = c.oid)
        AND NOT EXISTS (SELECT 1 FROM pg_description d WHERE d.objoid = c.oid)
      ORDER BY 1, 2 LIMIT 1`);
    if (index) {
      await client.query(`DROP INDEX ${index.quoted}`);
      expected.push(`drop index:${index.schema}.${index.name}`);
    }
    const table = await first(`
      SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind = 'r' AND NOT c.relispartition
      ORDER BY 1, 2 LIMIT 1`);
    if (table) {
      await client.query(`ALTER TABLE ${table.quoted} ADD COLUMN added_by_hand integer DEFAULT 7`);
      expected.push(`create column:${table.schema}.${table.name}.added_by_hand`);
    }
    const column = await first(`
      SELECT n.nspname AS schema, c.relname AS "table", a.attname AS name, format('%I.%I', n.nspname, c.relname) AS quoted,
             quote_ident(a.attname) AS "column"
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind = 'r' AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'text'::regtype AND a.attname <> 'added_by_hand'
        AND a.attgenerated = ''
      ORDER BY 1, 2, 3 LIMIT 1`);
    if (column) {
      await client.query(`ALTER TABLE ${column.quoted} ALTER COLUMN ${column.column} SET DEFAULT 'by hand'`);
      expected.push(`alter column:${column.schema}.${column.table}.${column.name}`);
    }
    const routine = await first(`
      SELECT n.nspname AS schema, p.proname AS name, pg_get_functiondef(p.oid) AS definition,
             array_to_string(ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) t), ', ') AS signature
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND l.lanname = 'plpgsql' AND p.prokind = 'f'
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
      ORDER BY 1, 2 LIMIT 1`);
    if (routine?.definition) {
      await client.query(routine.definition.replace(/BEGIN/i, 'BEGIN\n  -- looked at by hand\n'));
      expected.push(`alter function:${routine.schema}.${routine.name}(${routine.signature})`);
    }
    const constraint = await first(`
      SELECT n.nspname AS schema, c.relname AS "table", k.conname AS name, format('%I.%I', n.nspname, c.relname) AS quoted,
             quote_ident(k.conname) AS "constraint"
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND k.contype = 'f' AND k.conparentid = 0 AND NOT c.relispartition AND c.relkind = 'r'
        AND NOT EXISTS (SELECT 1 FROM pg_description d WHERE d.objoid = k.oid)
      ORDER BY 1, 2, 3 LIMIT 1`);
    if (constraint) {
      await client.query(`ALTER TABLE ${constraint.quoted} DROP CONSTRAINT ${constraint.constraint}`);
      expected.push(`drop constraint:${constraint.schema}.${constraint.table}.${constraint.name}`);
    }
    return expected;
  } finally {
    await client.end();
  }
}
