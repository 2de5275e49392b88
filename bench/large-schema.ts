/** How large the schema is; indexes besides those of the primary keys. */
export type Size = { readonly tables: number; readonly views: number; readonly indexes: number };

/** Statements that make the schema: tables of eight columns with keys, defaults, checks and comments, views over them, indexes. */
export function makeLargeSchema({ tables, views, indexes }: Size): readonly string[] {
  return [
    ...numbers(tables).map(
      (n) => `CREATE TABLE t${n} (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        parent_id bigint${n > 0 ? ` REFERENCES t${Math.floor(n / 2)}` : ''},
        name text NOT NULL,
        code varchar(20) DEFAULT 'none',
        amount numeric(12,2) NOT NULL DEFAULT 0 CHECK (amount >= 0),
        is_open boolean NOT NULL DEFAULT true,
        payload jsonb,
        created_at timestamptz NOT NULL DEFAULT now());
      COMMENT ON TABLE t${n} IS 'Table number ${n}'`,
    ),
    ...numbers(views).map(
      (n) => `CREATE VIEW v${n} AS
        SELECT t.id, t.name, count(p.id) AS parents, sum(t.amount) AS amount
        FROM t${n % tables} AS t LEFT JOIN t${(n * 7) % tables} AS p ON p.id = t.parent_id
        WHERE t.is_open GROUP BY t.id, t.name`,
    ),
    ...numbers(indexes).map((n) =>
      n % 2 === 0
        ? `CREATE INDEX i${n} ON t${n % tables} (name, created_at DESC)`
        : `CREATE INDEX i${n} ON t${n % tables} (lower(code)) WHERE is_open`,
    ),
  ];
}

/** What makes a second such schema differ: 40 of its objects dropped, added or changed. */
export const changes: readonly string[] = numbers(10).flatMap((n) => [
  `ALTER TABLE t${n * 11} ADD COLUMN added integer`,
  `DROP INDEX i${n * 13}`,
  `ALTER TABLE t${n * 17} ALTER COLUMN code SET DEFAULT 'some'`,
  `CREATE INDEX extra_${n} ON t${n * 19} (payload)`,
]);

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n);
}
