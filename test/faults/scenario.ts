import type { HazardCode } from '../../src/plan/hazard-table.ts';

/**
 * A statement, and a query that is true once it is done and false before; null: it leaves nothing to look at. Of one in
 * batches also how many rows are done.
 */
type Probed = readonly [sql: string, probe: string | null, rowsDone?: string];

/** What a run loses of a table, and a query that is true as long as all of it is there. */
type Lost = {
  readonly sql: string;
  readonly hazard: readonly [code: HazardCode, subject: string];
  readonly table: string;
  readonly isThere: string;
  /** Where that is one value of an enum. */
  readonly takes?: { readonly column: string; readonly value: string };
  /** How many rows are saved; absent: all of a small table. */
  readonly rows?: number;
};

/** What is run and hit by faults. */
export type Scenario = {
  readonly name: string;
  /**
   * By the beginning of its file's name, in the order in which they run; undo migrations make the run a rollback, as does what is
   * generated: then these are its statements by their place.
   */
  readonly scripts: Readonly<Record<string, readonly Probed[]>>;
  /** Applied before: what a rollback undoes. */
  readonly applied?: Readonly<Record<string, string>>;
  readonly lost?: readonly Lost[];
  /** Backups are files, and no tables. */
  readonly savesIntoFiles?: boolean;
};

/** Rows of each small table. */
export const rowCount = 60;

/** What live holds before. No run may touch or lose what is in `kept`. */
export const setup = `CREATE TABLE kept (id int, name text NOT NULL);
INSERT INTO kept SELECT n, 'name ' || n FROM generate_series(1, 2000) n;
CREATE INDEX kept_old ON kept (name);
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE felt (id int PRIMARY KEY, mood mood NOT NULL);
INSERT INTO felt SELECT n, (ARRAY['ok', 'sad'])[n % 2 + 1]::mood FROM generate_series(1, ${rowCount}) n;
CREATE TABLE one (n int);
CREATE TABLE other (n int);
INSERT INTO one VALUES (1);
INSERT INTO other VALUES (2);
${['changed', 'copied', 'taken', 'narrowed', 'emptied', 'dropped']
  .map(
    (table) => `CREATE TABLE ${table} (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
INSERT INTO ${table} SELECT n FROM generate_series(1, ${rowCount}) n;`,
  )
  .join('\n')}
CREATE TABLE copies (id int)`;

const indexed = (name: string) =>
  `SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${name}') AND indisvalid)`;
/** The column has no key: a row that is inserted twice is seen. */
const insert = (n: number): Probed => [
  `INSERT INTO counted VALUES (${n})`,
  `SELECT count(*) = 1 FROM counted WHERE n = ${n}`,
];
const index = (name: string, columns: string, unique = ''): Probed => [
  `CREATE ${unique}INDEX CONCURRENTLY ${name} ON kept (${columns})`,
  indexed(name),
];
const counted: Probed = ['CREATE TABLE counted (n int)', `SELECT to_regclass('counted') IS NOT NULL`];
const batch: Probed = ['-- trueup: batch size=10 target=1ms pause=0', null];
const inBatches = (sql: string, done: string): Probed => [sql, `${done} = ${rowCount}`, done];
const isGone = (table: string) => `SELECT to_regclass('${table}') IS NULL`;
const column = (table: string, name: string) =>
  `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = '${name}')`;
const isFull = (table: string) => `SELECT count(*) = ${rowCount} FROM ${table}`;
const view: Probed = [
  'CREATE VIEW names AS SELECT name FROM kept',
  `SELECT to_regclass('names') IS NOT NULL`,
];

const backups: Scenario = {
  name: 'backups',
  scripts: {
    V1: [
      counted,
      ['ALTER TABLE narrowed DROP COLUMN n', `SELECT NOT (${column('narrowed', 'n')})`],
      [
        'ALTER TABLE changed ALTER n TYPE smallint',
        `SELECT atttypid = 'smallint'::regtype FROM pg_attribute WHERE attrelid = 'changed'::regclass AND attname = 'n'`,
      ],
      ['TRUNCATE emptied', 'SELECT count(*) = 0 FROM emptied'],
      insert(1),
    ],
    V2: [
      ['-- trueup: no-transaction', null],
      ['DROP TABLE dropped', isGone('dropped')],
      index('kept_name', 'name, id'),
      batch,
      inBatches('DELETE FROM taken', `(SELECT ${rowCount} - count(*) FROM taken)`),
    ],
    V3: [view],
  },
  lost: [
    {
      sql: 'ALTER TABLE narrowed DROP COLUMN n',
      hazard: ['drop-column', 'public.narrowed.n'],
      table: 'narrowed',
      isThere: 'SELECT count(n) = 60 FROM narrowed',
    },
    {
      sql: 'ALTER TABLE changed ALTER n TYPE smallint',
      hazard: ['narrow-type', 'public.changed.n'],
      table: 'changed',
      isThere: `SELECT atttypid = 'integer'::regtype FROM pg_attribute WHERE attrelid = 'changed'::regclass AND attname = 'n'`,
    },
    {
      sql: 'TRUNCATE emptied',
      hazard: ['truncate', 'emptied'],
      table: 'emptied',
      isThere: isFull('emptied'),
    },
    {
      sql: 'DROP TABLE dropped',
      hazard: ['drop-table', 'public.dropped'],
      table: 'dropped',
      isThere: isFull('dropped'),
    },
    {
      sql: 'DELETE FROM taken',
      hazard: ['delete-rows', 'taken'],
      table: 'taken',
      isThere: isFull('taken'),
    },
  ],
};

/** What makes an enum with fewer values, as people write it. */
const lessMood = [
  'ALTER TYPE mood RENAME TO mood_old',
  `CREATE TYPE mood AS ENUM ('ok')`,
  `ALTER TABLE felt ALTER mood TYPE mood USING 'ok'`,
  'DROP TYPE mood_old',
];
const isLess = `SELECT (SELECT count(*) FROM pg_enum WHERE enumtypid = 'mood'::regtype) = 1 AND to_regtype('mood_old') IS NULL`;
const sad: Lost = {
  sql: lessMood[2] ?? '',
  hazard: ['drop-enum-value', 'public.mood.sad'],
  takes: { column: 'public.felt.mood', value: 'sad' },
  table: 'felt',
  isThere: `SELECT count(*) = ${rowCount / 2} FROM felt WHERE mood::text = 'sad'`,
  rows: rowCount / 2,
};
/** Names and values come back in one transaction. */
const areBack = `SELECT (SELECT one.n = 1 AND other.n = 2 FROM one, other) AND (${sad.isThere})`;

export const scenarios: readonly Scenario[] = [
  {
    name: 'one transaction',
    scripts: {
      V1: [counted, insert(1)],
      V2: [
        [
          'ALTER TABLE kept ADD COLUMN note text',
          `SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'kept'::regclass AND attname = 'note')`,
        ],
        insert(2),
      ],
      V3: [view],
    },
  },
  {
    name: 'concurrent indexes',
    scripts: {
      V1: [counted],
      V2: [
        ['-- trueup: no-transaction', null],
        [`SET search_path = 'public'`, null],
        insert(1),
        index('kept_name', 'name, id'),
        [
          `ALTER TABLE kept ADD CONSTRAINT named CHECK (name <> '') NOT VALID`,
          `SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = 'named')`,
        ],
        [
          'ALTER TABLE kept VALIDATE CONSTRAINT named',
          `SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = 'named' AND convalidated)`,
        ],
        ['DROP INDEX CONCURRENTLY kept_old', `SELECT to_regclass('kept_old') IS NULL`],
        index('kept_key', 'id', 'UNIQUE '),
        ['REINDEX INDEX CONCURRENTLY kept_key', null],
      ],
      V3: [view],
    },
  },
  {
    name: 'own transactions',
    scripts: {
      V1: [counted],
      V2: [
        ['BEGIN', null],
        insert(1),
        insert(2),
        ['COMMIT', null],
        index('kept_name', 'name, id'),
        ['BEGIN', null],
        insert(3),
        ['COMMIT AND CHAIN', null],
        insert(4),
        ['COMMIT', null],
      ],
      V3: [view],
    },
  },
  {
    name: 'batches',
    scripts: {
      V1: [counted],
      V2: [
        insert(1),
        batch,
        inBatches('UPDATE changed SET n = n + 1 WHERE n < 5', '(SELECT sum(n) FROM changed)'),
        batch,
        inBatches('INSERT INTO copies SELECT id FROM copied', '(SELECT count(*) FROM copies)'),
        batch,
        inBatches('DELETE FROM taken WHERE n = 0', `(SELECT ${rowCount} - count(*) FROM taken)`),
      ],
      V3: [view],
    },
  },
  backups,
  { ...backups, name: 'backups into files', savesIntoFiles: true },
  {
    name: 'enum with fewer values',
    scripts: {
      V1: [counted, ...lessMood.map((sql): Probed => [sql, isLess]), insert(1)],
      V2: [['-- trueup: no-transaction', null], insert(2), index('kept_name', 'name, id')],
      V3: [view],
    },
    lost: [sad],
  },
  {
    name: 'generated rollback',
    applied: {
      // Names that go round: the catalog is the same before and after.
      V1: `${lessMood.join(';\n')};
ALTER TABLE one RENAME TO third; ALTER TABLE other RENAME TO one; ALTER TABLE third RENAME TO other;
DROP INDEX kept_old; ALTER TABLE felt DROP CONSTRAINT felt_pkey;`,
    },
    scripts: {
      'generated undo of V1': [
        ['ADD VALUE', `SELECT count(*) = 2 FROM pg_enum WHERE enumtypid = 'mood'::regtype`],
        ['other becomes other_before_rename', areBack],
        ['one becomes other', areBack],
        ['other_before_rename becomes one', areBack],
        ['CREATE UNIQUE INDEX CONCURRENTLY felt_pkey', indexed('felt_pkey')],
        ['felt_pkey becomes a key', `SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = 'felt_pkey')`],
        ['CREATE INDEX CONCURRENTLY kept_old', indexed('kept_old')],
      ],
    },
    lost: [sad],
  },
  {
    name: 'rollback',
    applied: {
      V1: 'CREATE TABLE counted (n int)',
      V2: 'CREATE TABLE late (n int); INSERT INTO late VALUES (1); CREATE INDEX late_n ON late (n); CREATE INDEX late_m ON late (n)',
      V3: 'CREATE VIEW names AS SELECT name FROM kept',
    },
    scripts: {
      U3: [['DROP VIEW names', isGone('names')], insert(1)],
      U2: [
        ['-- trueup: no-transaction', null],
        insert(2),
        ['DROP INDEX CONCURRENTLY late_n', isGone('late_n')],
        ['DROP INDEX CONCURRENTLY late_m', isGone('late_m')],
        ['DROP TABLE late', isGone('late')],
      ],
      U1: [
        [
          `COMMENT ON TABLE counted IS 'undone'`,
          `SELECT obj_description('counted'::regclass) IS NOT DISTINCT FROM 'undone'`,
        ],
        insert(3),
      ],
    },
    lost: [
      {
        sql: 'DROP TABLE late',
        hazard: ['drop-table', 'public.late'],
        table: 'late',
        isThere: 'SELECT count(*) = 1 FROM late',
      },
    ],
  },
];

/** The files of a scenario by name. */
export function filesOf({
  applied = {},
  scripts,
}: Scenario): readonly (readonly [name: string, text: string])[] {
  const textOf = (statements: readonly Probed[]) =>
    statements.map(([sql]) => (sql.startsWith('--') ? `${sql}\n` : `${sql};\n`)).join('');
  return [
    ...Object.entries(applied),
    ...Object.entries(scripts)
      .filter(([key]) => !isGenerated(key))
      .map(([key, statements]) => [key, textOf(statements)] as const),
  ].map(([key, text]) => [titleOf(key), text]);
}

/** What reports and journals call a script. */
export function titleOf(key: string): string {
  return `${key}__m.sql`;
}

/** Whether there is no such file: its statements are generated. */
export function isGenerated(key: string): boolean {
  return key.startsWith('generated');
}

/** The statements of a script by their place in it, as the journal counts them. */
export function statementsOf(scenario: Scenario, key: string): readonly Probed[] {
  return (scenario.scripts[key] ?? []).filter(([sql]) => !sql.startsWith('--'));
}

/** Whether the scripts take migrations back. */
export function isRollback({ applied }: Scenario): boolean {
  return applied !== undefined;
}
