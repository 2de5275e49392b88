/** Both sides have a table `t` with a column `a`, whose values must stay. */
export type OnlineCase = {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** The values that must stay, where they are not all of `t`. */
  readonly rows?: string;
  /** The statements without quotes and schema. */
  readonly sql: readonly string[];
  /** Majors; both when absent. */
  readonly on?: readonly (14 | 18)[];
};

const rows = 'INSERT INTO t SELECT g FROM generate_series(1, 9) g;';
const t = `CREATE TABLE t (a integer); ${rows}`;
const parts = `CREATE TABLE t (a integer) PARTITION BY RANGE (a);
  CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);`;
const tree = `${parts} CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (a);
  CREATE TABLE t3 PARTITION OF t2 FOR VALUES FROM (100) TO (150);`;

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
    name: 'builds an index of a partitioned table on each partition',
    before: `${tree} ${rows}`,
    after: `${tree} CREATE UNIQUE INDEX i ON t (a);`,
    sql: [
      'CREATE UNIQUE INDEX i ON ONLY t USING btree (a)',
      'CREATE UNIQUE INDEX CONCURRENTLY t1_a_idx ON t1 USING btree (a)',
      'CREATE UNIQUE INDEX t2_a_idx ON ONLY t2 USING btree (a)',
      'CREATE UNIQUE INDEX CONCURRENTLY t3_a_idx ON t3 USING btree (a)',
      'ALTER INDEX t2_a_idx ATTACH PARTITION t3_a_idx',
      'ALTER INDEX i ATTACH PARTITION t2_a_idx',
      'ALTER INDEX i ATTACH PARTITION t1_a_idx',
    ],
  },
  {
    name: 'leaves the indexes of a partition that joins later to itself',
    before: `${tree} ${rows}`,
    after: `${tree.replace('TO (200)', 'TO (300)')} CREATE INDEX i ON t (a); ALTER TABLE t ADD CONSTRAINT u UNIQUE (a);`,
    sql: [
      'ALTER TABLE t DETACH PARTITION t2',
      'ALTER TABLE t2 ADD CONSTRAINT t2_a_key UNIQUE (a)',
      'CREATE INDEX t2_a_idx ON t2 USING btree (a)',
      'ALTER TABLE ONLY t ADD CONSTRAINT u UNIQUE (a)',
      'CREATE UNIQUE INDEX CONCURRENTLY t1_a_key ON t1 USING btree (a)',
      'ALTER TABLE t1 ADD CONSTRAINT t1_a_key UNIQUE USING INDEX t1_a_key',
      'ALTER INDEX u ATTACH PARTITION t1_a_key',
      'CREATE INDEX i ON ONLY t USING btree (a)',
      'CREATE INDEX CONCURRENTLY t1_a_idx ON t1 USING btree (a)',
      'ALTER INDEX i ATTACH PARTITION t1_a_idx',
      'ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (100) TO (300)',
    ],
  },
  {
    name: 'drops the index of a partition that moves before its column',
    before: `CREATE TABLE t (a integer, b text) PARTITION BY RANGE (a); CREATE INDEX i ON t (b);
      CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100); ${rows}`,
    after: `${parts.replace('(100)', '(200)')}`,
    sql: [
      'ALTER TABLE t DETACH PARTITION t1',
      'DROP INDEX i',
      'DROP INDEX t1_b_idx',
      'ALTER TABLE t DROP COLUMN b',
      'ALTER TABLE t1 DROP COLUMN b',
      'ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (200)',
    ],
  },
  {
    name: 'drops the index of a column that waits as text while its type is made anew',
    before: `CREATE TYPE span AS RANGE (subtype = integer); CREATE TABLE t (a integer, b span); ${rows} CREATE INDEX i ON t USING gist (b);`,
    after:
      'CREATE TYPE span AS RANGE (subtype = bigint); CREATE TABLE t (a integer, b span, CONSTRAINT e EXCLUDE USING gist (b WITH &&) WHERE (a < 0)); CREATE INDEX i ON t USING gist (b);',
    sql: [
      'DROP INDEX CONCURRENTLY i',
      'ALTER TABLE t ALTER COLUMN b TYPE text USING b::text',
      'DROP TYPE span',
      'CREATE TYPE span AS RANGE (SUBTYPE = bigint, MULTIRANGE_TYPE_NAME = span_multirange)',
      'ALTER TABLE t ALTER COLUMN b TYPE span USING b::span',
      'ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (b WITH &&) WHERE ((a < 0))',
      'CREATE INDEX CONCURRENTLY i ON t USING gist (b)',
    ],
  },
  {
    name: 'takes the indexes that partitions have already, mended or made anew, for that of the whole',
    before: `${tree} ${rows} CREATE INDEX t1_a_idx ON t1 (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't1_a_idx'::regclass;
      CREATE INDEX t3_a_idx ON t3 (a DESC); CREATE INDEX i ON ONLY t (a);`,
    after: `${tree} CREATE INDEX i ON t (a);`,
    sql: [
      'DROP INDEX i',
      'DROP INDEX t3_a_idx',
      'CREATE INDEX t3_a_idx ON t3 USING btree (a)',
      'REINDEX INDEX CONCURRENTLY t1_a_idx',
      'CREATE INDEX i ON ONLY t USING btree (a)',
      'CREATE INDEX t2_a_idx ON ONLY t2 USING btree (a)',
      'ALTER INDEX t2_a_idx ATTACH PARTITION t3_a_idx',
      'ALTER INDEX i ATTACH PARTITION t2_a_idx',
      'ALTER INDEX i ATTACH PARTITION t1_a_idx',
    ],
  },
  {
    name: 'takes the key that a partition gets for the index of the whole',
    before: `${parts} ${rows}`,
    after: `${parts} ${rows} ALTER TABLE t1 ADD UNIQUE (a); CREATE UNIQUE INDEX i ON t (a);`,
    sql: [
      'CREATE UNIQUE INDEX CONCURRENTLY t1_a_key ON t1 USING btree (a)',
      'ALTER TABLE t1 ADD CONSTRAINT t1_a_key UNIQUE USING INDEX t1_a_key',
      'CREATE UNIQUE INDEX i ON ONLY t USING btree (a)',
      'ALTER INDEX i ATTACH PARTITION t1_a_key',
    ],
  },
  {
    name: 'adds a key of a partitioned table partition by partition, but to those that have one',
    before: `${tree} ${rows} ALTER TABLE t1 ADD CONSTRAINT mine UNIQUE (a);`,
    after: `${tree} ALTER TABLE t1 ADD CONSTRAINT mine UNIQUE (a); ALTER TABLE t ADD UNIQUE (a); COMMENT ON CONSTRAINT t3_a_key ON t3 IS 'part';`,
    sql: [
      'ALTER TABLE ONLY t ADD CONSTRAINT t_a_key UNIQUE (a)',
      'ALTER TABLE ONLY t2 ADD CONSTRAINT t2_a_key UNIQUE (a)',
      'CREATE UNIQUE INDEX CONCURRENTLY t3_a_key ON t3 USING btree (a)',
      'ALTER TABLE t3 ADD CONSTRAINT t3_a_key UNIQUE USING INDEX t3_a_key',
      'ALTER INDEX t2_a_key ATTACH PARTITION t3_a_key',
      'ALTER INDEX t_a_key ATTACH PARTITION t2_a_key',
      'ALTER INDEX t_a_key ATTACH PARTITION mine',
      "COMMENT ON CONSTRAINT t3_a_key ON t3 IS 'part'",
    ],
  },
  {
    name: 'has what needs each other whole before anybody sees it',
    before: t,
    after: `${t} CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t;
      CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
      CREATE OR REPLACE VIEW v AS SELECT a FROM f();`,
    on: [18],
    sql: [
      'SET check_function_bodies = off',
      'CREATE VIEW v AS\nSELECT NULL::integer AS a',
      'CREATE OR REPLACE FUNCTION f()\n RETURNS SETOF v\n LANGUAGE sql\nAS $function$SELECT * FROM v$function$',
      'CREATE OR REPLACE VIEW v AS\n SELECT a\n   FROM f() f(a)',
      'CREATE INDEX CONCURRENTLY i ON t USING btree (a)',
    ],
  },
  {
    name: 'lets an index serve until the one in its place is built',
    before: `${t} CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'for sorting';`,
    after: `${t} CREATE INDEX i ON t (a DESC); COMMENT ON INDEX i IS 'for sorting';`,
    sql: [
      'ALTER INDEX i RENAME TO i_replaced',
      'CREATE INDEX CONCURRENTLY i ON t USING btree (a DESC)',
      'DROP INDEX CONCURRENTLY i_replaced',
      "COMMENT ON INDEX i IS 'for sorting'",
    ],
  },
  {
    name: 'drops directly and creates an index where what it calls is replaced',
    before: `CREATE FUNCTION f(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN x + 1;
      ${t} CREATE INDEX i ON t (f(a));`,
    after: `CREATE FUNCTION f(x integer) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN x + 2;
      ${t} CREATE INDEX i ON t (f(a) DESC);`,
    sql: [
      'SET check_function_bodies = off',
      'DROP INDEX i',
      'DROP FUNCTION f(integer)',
      'CREATE OR REPLACE FUNCTION f(x integer)\n RETURNS bigint\n LANGUAGE sql\n IMMUTABLE\nRETURN (x + 2)',
      'CREATE INDEX CONCURRENTLY i ON t USING btree (f(a) DESC)',
    ],
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
    sql: ['ALTER TABLE t VALIDATE CONSTRAINT mine', 'ALTER TABLE t RENAME CONSTRAINT mine TO t_a_not_null'],
  },
  {
    name: 'keeps a NOT NULL that is meant for new rows alone',
    before: t,
    after: `${t} ALTER TABLE t ADD CONSTRAINT mine NOT NULL a NOT VALID;`,
    on: [18],
    sql: ['ALTER TABLE t ADD CONSTRAINT mine NOT NULL a NOT VALID'],
  },
  {
    name: 'fills a new column with values of their own while others read',
    before: t,
    after:
      'CREATE TABLE t (a integer, b uuid DEFAULT gen_random_uuid(), c double precision NOT NULL DEFAULT random() UNIQUE);',
    on: [14],
    sql: [
      'ALTER TABLE t ADD COLUMN b uuid',
      'ALTER TABLE t ALTER COLUMN b SET DEFAULT gen_random_uuid()',
      'ALTER TABLE t ADD COLUMN c double precision',
      'ALTER TABLE t ALTER COLUMN c SET DEFAULT random()',
      'UPDATE t SET b = DEFAULT WHERE b IS NULL',
      'UPDATE t SET c = DEFAULT WHERE c IS NULL',
      'ALTER TABLE t ADD CONSTRAINT t_c_not_null CHECK (c IS NOT NULL) NOT VALID',
      'ALTER TABLE t VALIDATE CONSTRAINT t_c_not_null',
      'ALTER TABLE t ALTER COLUMN c SET NOT NULL',
      'ALTER TABLE t DROP CONSTRAINT t_c_not_null',
      'CREATE UNIQUE INDEX CONCURRENTLY t_c_key ON t USING btree (c)',
      'ALTER TABLE t ADD CONSTRAINT t_c_key UNIQUE USING INDEX t_c_key',
    ],
  },
  {
    name: 'has views, keys and other indexes there while rows are looked at, and a primary key after',
    before: `${t} CREATE VIEW v AS SELECT a FROM t; CREATE INDEX i ON t (a);`,
    after: `${t} ALTER TABLE t ADD PRIMARY KEY (a); CREATE VIEW v AS SELECT a::text FROM t; CREATE INDEX i ON t (a DESC);`,
    on: [18],
    sql: [
      'DROP VIEW v',
      'ALTER TABLE t ADD CONSTRAINT t_a_not_null NOT NULL a NOT VALID',
      'CREATE VIEW v AS\n SELECT (a)::text AS a\n   FROM t',
      'ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null',
      'CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON t USING btree (a)',
      'ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey',
      'ALTER INDEX i RENAME TO i_replaced',
      'CREATE INDEX CONCURRENTLY i ON t USING btree (a DESC)',
      'DROP INDEX CONCURRENTLY i_replaced',
    ],
  },
  {
    name: 'makes an identity once no row has a null',
    before: t,
    after: `CREATE TABLE t (a integer GENERATED BY DEFAULT AS IDENTITY); ${rows}`,
    on: [18],
    sql: [
      'ALTER TABLE t ADD CONSTRAINT t_a_not_null NOT NULL a NOT VALID',
      'ALTER TABLE t VALIDATE CONSTRAINT t_a_not_null',
      'ALTER TABLE t ALTER COLUMN a ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 CACHE 1)',
    ],
  },
  {
    name: 'adds a column directly where an update of its rows would do more, or its default is the same for all',
    before: `${t} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();`,
    after: `CREATE TABLE t (a integer, b uuid DEFAULT gen_random_uuid(), c timestamptz NOT NULL DEFAULT now());
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();`,
    sql: [
      'ALTER TABLE t ADD COLUMN b uuid DEFAULT gen_random_uuid()',
      'ALTER TABLE t ADD COLUMN c timestamp with time zone DEFAULT now() NOT NULL',
    ],
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
    name: 'detaches a partition concurrently and takes off the check that it leaves',
    before: `${parts} CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200); ${rows}`,
    after: `${parts} CREATE TABLE t2 (a integer);`,
    sql: [
      'ALTER TABLE t DETACH PARTITION t2 CONCURRENTLY',
      'ALTER TABLE t2 DROP CONSTRAINT IF EXISTS t2_a_check',
    ],
  },
  {
    name: 'detaches a partition by several columns',
    before: `CREATE TABLE t (a integer, b integer) PARTITION BY RANGE (a, b);
      CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0, 0) TO (100, 0);
      CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100, 0) TO (200, 0); INSERT INTO t VALUES (1, 1), (100, 1);`,
    after: `CREATE TABLE t (a integer, b integer) PARTITION BY RANGE (a, b);
      CREATE TABLE t1 (a integer, b integer);
      CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100, 0) TO (200, 0);`,
    rows: 'SELECT a FROM t1 UNION ALL SELECT a FROM t2',
    sql: [
      'ALTER TABLE t DETACH PARTITION t1 CONCURRENTLY',
      'ALTER TABLE t1 DROP CONSTRAINT IF EXISTS t1_check',
    ],
  },
  {
    name: 'detaches a partition by its hash',
    before: `CREATE TABLE t (a integer) PARTITION BY HASH (a);
      CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (modulus 2, remainder 0);
      CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (modulus 2, remainder 1); ${rows}`,
    after: `CREATE TABLE t (a integer) PARTITION BY HASH (a);
      CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (modulus 2, remainder 0); CREATE TABLE t2 (a integer);`,
    rows: 'SELECT a FROM t1 UNION ALL SELECT a FROM t2',
    sql: [
      'ALTER TABLE t DETACH PARTITION t2 CONCURRENTLY',
      'ALTER TABLE t2 DROP CONSTRAINT IF EXISTS t2_a_check',
    ],
  },
  {
    name: 'detaches directly where there is a default partition',
    before: `${parts} CREATE TABLE t2 PARTITION OF t DEFAULT; ${rows}`,
    after: `${parts} CREATE TABLE t2 (a integer);`,
    sql: ['ALTER TABLE t DETACH PARTITION t2'],
  },
  {
    name: 'drops a partition after it was detached concurrently',
    before: `${parts} CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200); ${rows}`,
    after: parts,
    sql: ['ALTER TABLE t DETACH PARTITION t2 CONCURRENTLY', 'DROP TABLE t2'],
  },
  {
    name: 'attaches a partition whose bounds were validated before',
    before: `${parts} ${rows} CREATE TABLE t2 (a integer); INSERT INTO t2 VALUES (100);`,
    after: `${parts} CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);`,
    rows: 'SELECT a FROM t1 UNION ALL SELECT a FROM t2',
    sql: [
      'ALTER TABLE t2 ADD CONSTRAINT t2_bounds CHECK (((a IS NOT NULL) AND (a >= 100) AND (a < 200))) NOT VALID',
      'ALTER TABLE t2 VALIDATE CONSTRAINT t2_bounds',
      'ALTER TABLE t ATTACH PARTITION t2 FOR VALUES FROM (100) TO (200)',
      'ALTER TABLE t2 DROP CONSTRAINT t2_bounds',
    ],
  },
  {
    name: 'has the foreign key of a partition valid before that of the whole takes it over',
    before: `${parts} ${rows} CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p SELECT a FROM t;
      ALTER TABLE t1 ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p ON DELETE CASCADE;`,
    after: `${parts} CREATE TABLE p (id integer PRIMARY KEY); ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p;`,
    on: [14],
    sql: [
      'ALTER TABLE t1 DROP CONSTRAINT f',
      'ALTER TABLE t1 ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(id) NOT VALID',
      'ALTER TABLE t1 VALIDATE CONSTRAINT f',
      'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(id)',
    ],
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
