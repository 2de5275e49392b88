/** A statement, and a query that is true once it is done and false before; null: it leaves nothing to look at. */
type Probed = readonly [sql: string, probe: string | null];

/** Migrations that are run and killed, by file name, and what each of their statements leaves. */
export type Scenario = {
  readonly name: string;
  readonly migrations: Readonly<Record<string, readonly Probed[]>>;
};

/** What live holds before, which no run may touch or lose. */
export const setup = `CREATE TABLE kept (id int, name text NOT NULL);
INSERT INTO kept SELECT n, 'name ' || n FROM generate_series(1, 2000) n;
CREATE INDEX kept_old ON kept (name)`;

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
const view: Probed = [
  'CREATE VIEW names AS SELECT name FROM kept',
  `SELECT to_regclass('names') IS NOT NULL`,
];

export const scenarios: readonly Scenario[] = [
  {
    name: 'one transaction',
    migrations: {
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
    migrations: {
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
    migrations: {
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
];

/** The text of a migration's file. */
export function textOf(statements: readonly Probed[]): string {
  return statements.map(([sql]) => (sql.startsWith('--') ? `${sql}\n` : `${sql};\n`)).join('');
}

/** The statements of a migration by their place in it, as the journal counts them. */
export function statementsOf(scenario: Scenario, version: string): readonly Probed[] {
  return (scenario.migrations[`V${version}`] ?? []).filter(([sql]) => !sql.startsWith('--'));
}
