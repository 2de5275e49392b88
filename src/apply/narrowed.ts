import { firstUserOid } from '../catalog/kind.ts';
import { portableText, withLocalSettings } from '../database/local-settings.ts';
import type { Session } from '../database/session.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';

/** A column of a backup that says what the lost column of that place, from 0, had become when the run ended. */
export function becameName(place: number): string {
  return `trueup_became_${place + 1}`;
}

/** A backup of columns that get a narrower type: where it is until the transaction ends, and what it is of. */
export type Narrowed = {
  readonly name: string;
  /** The table that it is in, as SQL writes it. */
  readonly source: string;
  /** Oid of the table, and numbers of its columns by the names that they were saved under. */
  readonly oid: string;
  readonly numbers: ReadonlyMap<string, number>;
  /** Types of the columns that are saved as text. */
  readonly types: ReadonlyMap<string, string>;
  readonly key: readonly string[];
  readonly lost: readonly string[];
  readonly narrowed: readonly string[];
  /** Writes the file that it is to be; absent: it stays a table. */
  readonly finish?: () => Promise<void>;
};

/**
 * Notes beside the values that narrower types have taken what they have become: by it a rollback tells what somebody has written
 * since. At the end of the migration that narrows them, in its transaction.
 */
export async function noteBecame(session: Session, all: readonly Narrowed[]): Promise<void> {
  if (all.length === 0) return;
  await withLocalSettings(session, { row_security: 'off', ...portableText }, async () => {
    for (const one of all) {
      await addBecame(session, one);
      await one.finish?.();
    }
  });
}

async function addBecame(
  session: Session,
  { source, oid, numbers, types, key, lost, narrowed }: Narrowed,
): Promise<void> {
  // Table and columns may have other names by now, or be gone.
  const now = await session.query<{
    number: number;
    name: string;
    type: string;
    isMade: boolean;
    table: string[];
  }>(
    `SELECT a.attnum::integer AS number, a.attname::text AS name, a.atttypid >= ${firstUserOid} AS "isMade",
            CASE WHEN a.atttypid >= ${firstUserOid} THEN 'text' ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END AS type,
            ARRAY[n.nspname::text, c.relname::text] AS "table"
     FROM pg_catalog.pg_attribute a
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped`,
    [oid],
  );
  const find = (column: string) => now.find(({ number }) => number === numbers.get(column));
  const same = key.flatMap((column) => {
    const found = find(column);
    const text = found?.isMade || types.has(column) ? '::text' : '';
    return found
      ? [`saved.${quoteIdentifier(column)}${text} = now.${quoteIdentifier(found.name)}${text}`]
      : [];
  });
  const became = lost.flatMap((column, place) => {
    const found = narrowed.includes(column) ? find(column) : undefined;
    return found ? [{ ...found, column: quoteIdentifier(becameName(place)) }] : [];
  });
  const [first] = became;
  if (!first || same.length < key.length) return;
  const added = became.map(({ column, type }) => `ADD COLUMN ${column} ${type}`);
  await session.exec(`ALTER TABLE ${source} ${added.join(', ')}`);
  const set = became.map(
    ({ column, name, type, isMade }) =>
      `${column} = now.${quoteIdentifier(name)}${isMade ? `::${type}` : ''}`,
  );
  await session.exec(
    `UPDATE ${source} AS saved SET ${set.join(', ')} FROM ${quoteName(first.table)} AS now WHERE ${same.join(' AND ')}`,
  );
}
