import type { CatalogObject } from '../../catalog/kind.ts';
import { formatId } from '../../catalog/object.ts';
import type { Session } from '../../database/session.ts';
import { doBlock, quoteIdentifier, quoteLiteral, quoteName } from '../../database/sql.ts';
import { TrueupError } from '../../errors.ts';
import type { PlannedStatement, Step } from '../../plan/plan.ts';
import { count } from '../../render/words.ts';

/**
 * A reverted migration's step with what fills the columns that must hold a value, before each is said to: what was saved when
 * `version` dropped it, an expectation that no row is left without, and a value of its type for rows that a replay has, which
 * nothing was saved of. Throws `TrueupError` in numbers where a replay has such rows and the type has no such value.
 */
export async function fillReverted(
  engine: Session,
  step: Step,
  toFill: readonly CatalogObject[],
  version: string | null,
): Promise<Step> {
  const statements = [...step.statements];
  for (const column of toFill) {
    const at = statements.findLastIndex(({ object }) => object === formatId(column.ref));
    statements.splice(at, 0, ...(await fillingOf(engine, column, version)).map(written));
  }
  return { ...step, statements };
}

async function fillingOf(
  engine: Session,
  { ref, properties }: CatalogObject,
  version: string | null,
): Promise<readonly (string | { readonly expected: string })[]> {
  const table = quoteName(ref.path.slice(0, -1));
  const name = quoteIdentifier(ref.path.at(-1) ?? '');
  const saved = version === null ? [] : [puttingBack(ref.path, String(properties.type), version)];
  const expected = { expected: `SELECT FROM ${table} WHERE ${name} IS NULL` };
  const [row] = await engine.query<{ rows: number }>(`SELECT count(*)::float8 AS rows FROM ${table}`);
  if (!row || row.rows === 0) return [...saved, expected];
  const value = await findValue(engine, String(properties.type));
  if (value === null) throw withoutValue(ref.path.join('.'), row.rows, version);
  const fill = `/* Only rows of a replay: on live the expectation has stopped before. */
UPDATE ${table} SET ${name} = ${value} WHERE ${name} IS NULL`;
  return [...saved, expected, fill];
}

/** Values from the backups of the run that applied a version, by the primary key. A replay has no history. */
function puttingBack(path: readonly string[], type: string, version: string): string {
  const [schema = '', table = '', column = ''] = path;
  const [now, name] = [quoteName([schema, table]), quoteIdentifier(column)].map(quoteLiteral);
  return doBlock(`DECLARE
  saved record;
BEGIN
  IF to_regclass('trueup.backup') IS NULL THEN
    RETURN;
  END IF;
  FOR saved IN
    SELECT b.name, string_agg(format('now.%1$I::text = saved.%1$I::text', k.name), ' AND ') AS same
    FROM trueup.backup b
    JOIN trueup.schema_version v ON v.run_id = b.run_id AND v.success
    CROSS JOIN unnest(b.key_columns) AS k (name)
    WHERE v.version = ${quoteLiteral(version)} AND b.table_schema = ${quoteLiteral(schema)} AND b.table_name = ${quoteLiteral(table)}
      AND ${quoteLiteral(column)} = ANY (b.lost_columns) AND to_regclass(format('trueup_backup.%I', b.name)) IS NOT NULL
    GROUP BY b.name, b.saved_at
    ORDER BY b.saved_at DESC
  LOOP
    EXECUTE format('UPDATE %1$s AS now SET %2$s = saved.%2$s::%5$s FROM trueup_backup.%3$I AS saved WHERE now.%2$s IS NULL AND %4$s',
      ${now}, ${name}, saved.name, saved.same, ${quoteLiteral(type)});
  END LOOP;
END`);
}

/** Some value of a type, as SQL; null when none is known. Source: PostgreSQL manual, "pg_type", typcategory. */
async function findValue(engine: Session, type: string): Promise<string | null> {
  const [found] = await engine.query<{ category: string; base: string }>(
    `SELECT t.typcategory::text AS category, pg_catalog.format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL) AS base
     FROM pg_catalog.pg_type t WHERE t.oid = pg_catalog.to_regtype($1)`,
    [type.replace(/\(.*\)$/, '')],
  );
  if (!found) return null;
  const { category, base } = found;
  if (category === 'E') return `(enum_range(NULL::${type}))[1]`;
  return valuesOfTypes[base] ?? valuesOfCategories[category] ?? null;
}

const valuesOfTypes: Readonly<Record<string, string>> = {
  'time without time zone': "'00:00'",
  'time with time zone': "'00:00+00'",
  bytea: "''",
  json: "'null'",
  jsonb: "'null'",
  uuid: "'00000000-0000-0000-0000-000000000000'",
};

const valuesOfCategories: Readonly<Record<string, string>> = {
  A: "'{}'",
  B: 'false',
  D: "'epoch'",
  N: '0',
  R: "'empty'",
  S: "''",
  T: "'0'",
};

function written(part: string | { readonly expected: string }): PlannedStatement {
  const shared = { hazards: [], transaction: 'inside', object: null, position: null } as const;
  return typeof part === 'string'
    ? { ...shared, sql: part }
    : { ...shared, sql: part.expected, expect: 'rows' };
}

function withoutValue(column: string, rows: number, version: string | null): TrueupError {
  return new TrueupError(
    [
      {
        code: 'rollback-unfilled',
        severity: 'error',
        subject: column,
        summary: `${column} is NOT NULL and has no default, and nothing fills it for ${count(rows, 'row')} that migrations insert. Nothing was written.`,
        help: `Write an undo migration that fills it (U${version ?? '<version>'}__<description>.sql).`,
      },
    ],
    { exitCode: 3 },
  );
}
