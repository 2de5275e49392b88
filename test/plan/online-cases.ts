/** Both sides have a table `t` with a column `a`, whose values must stay. */
export type OnlineCase = {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** The statements without quotes and schema. */
  readonly sql: readonly string[];
  /** Majors; both when absent. */
  readonly on?: readonly (14 | 18)[];
};

const rows = 'INSERT INTO t SELECT g FROM generate_series(1, 9) g;';
const t = `CREATE TABLE t (a integer); ${rows}`;

export const onlineCases: readonly OnlineCase[] = [
  {
    name: 'creates an index concurrently',
    before: t,
    after: `${t} CREATE UNIQUE INDEX i ON t (a);`,
    sql: ['CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (a)'],
  },
  {
    name: 'drops an index concurrently',
    before: `${t} CREATE INDEX i ON t (a);`,
    after: t,
    sql: ['DROP INDEX CONCURRENTLY i'],
  },
  {
    name: 'builds an index that a failure left invalid again',
    before: `${t} CREATE INDEX i ON t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass;`,
    after: `${t} CREATE INDEX i ON t (a);`,
    sql: ['REINDEX INDEX CONCURRENTLY i'],
  },
  {
    name: 'adds a unique constraint over an index built before',
    before: t,
    after: `${t} ALTER TABLE t ADD CONSTRAINT u UNIQUE (a) DEFERRABLE INITIALLY DEFERRED;`,
    sql: [
      'CREATE UNIQUE INDEX CONCURRENTLY u ON t USING btree (a)',
      'ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX u DEFERRABLE INITIALLY DEFERRED',
    ],
  },
  {
    name: 'adds a primary key after its column was proven to hold no null',
    before: t,
    after: `${t} ALTER TABLE t ADD PRIMARY KEY (a);`,
    on: [14],
    sql: [
      'ALTER TABLE t ADD CONSTRAINT t_a_not_null CHECK (a IS NOT NULL) NOT VALID',
      'ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null',
      'ALTER TABLE t ALTER COLUMN a SET NOT NULL',
      'ALTER TABLE t DROP CONSTRAINT t_a_not_null',
      'CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON t USING btree (a)',
      'ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey',
    ],
  },
  {
    name: 'adds a primary key over a NOT NULL that was validated',
    before: t,
    after: `${t} ALTER TABLE t ADD PRIMARY KEY (a);`,
    on: [18],
    sql: [
      'ALTER TABLE t ADD CONSTRAINT t_a_not_null NOT NULL a NOT VALID',
      'ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null',
      'CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON t USING btree (a)',
      'ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey',
    ],
  },
  {
    name: 'validates a NOT NULL that a failure left not valid',
    before: `${t} ALTER TABLE t ADD CONSTRAINT mine NOT NULL a NOT VALID;`,
    after: `${t} ALTER TABLE t ALTER a SET NOT NULL;`,
    on: [18],
    sql: ['ALTER TABLE t VALIDATE CONSTRAINT mine'],
  },
  {
    name: 'keeps a NOT NULL that is meant for new rows alone',
    before: t,
    after: `${t} ALTER TABLE t ADD CONSTRAINT mine NOT NULL a NOT VALID;`,
    on: [18],
    sql: ['ALTER TABLE t ADD CONSTRAINT mine NOT NULL a NOT VALID'],
  },
  {
    name: 'adds checks and foreign keys first and validates them later',
    before: `${t} CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p SELECT a FROM t;`,
    after: `CREATE TABLE t (a integer); CREATE TABLE p (id integer PRIMARY KEY);
      ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p;`,
    sql: [
      'ALTER TABLE t ADD CONSTRAINT c CHECK ((a > 0)) NOT VALID',
      'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(id) NOT VALID',
      'ALTER TABLE t VALIDATE CONSTRAINT c',
      'ALTER TABLE t VALIDATE CONSTRAINT f',
    ],
  },
  {
    name: 'validates a constraint that was left for later',
    before: `${t} ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;`,
    after: `${t} ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0);`,
    sql: ['ALTER TABLE t VALIDATE CONSTRAINT c'],
  },
  {
    name: 'adds a foreign key of a partitioned table directly where that cannot be validated later',
    before: `CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t DEFAULT;
      ${rows} CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p SELECT a FROM t;`,
    after: `CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t DEFAULT;
      CREATE TABLE p (id integer PRIMARY KEY); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p;`,
    on: [14],
    sql: ['ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(id)'],
  },
];
