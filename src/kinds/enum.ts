import { type CatalogAddress, defineKind, type Statement, statement, userSchema } from '../catalog/kind.ts';
import { type ObjectRef, ownName } from '../catalog/object.ts';
import { quoteLiteral, quoteName, renameSql } from '../database/sql.ts';
import { nameHazards } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  readonly schema: string;
  readonly name: string;
  readonly labels: readonly string[];
};
type Enum = { readonly labels: readonly string[] };

export const enumType = defineKind<Row, Enum>({
  kind: 'enum',
  order: 30,
  foundIn: { catalog: 'pg_type', where: "typtype = 'e'" },
  query: () => `
    SELECT 'pg_type'::regclass::oid AS classid, t.oid AS objid, 0 AS objsubid, n.nspname AS schema, t.typname AS name,
           ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND ${userSchema('n')}
    ORDER BY n.nspname, t.typname`,
  fromRow: ({ classid, objid, objsubid, schema, name, labels }) => ({
    ref: { kind: 'enum', path: [schema, name] },
    parent: { kind: 'schema', path: [schema] },
    address: { classid, objid, objsubid },
    properties: { labels },
  }),
  address: (ref) => `TYPE ${quoteName(ref.path)}`,
  create: ({ ref, properties }) => [
    statement(
      `CREATE TYPE ${quoteName(ref.path)} AS ENUM (${properties.labels.map(quoteLiteral).join(', ')})`,
    ),
  ],
  drop: ({ ref }) => [statement(`DROP TYPE ${quoteName(ref.path)}`)],
  rename: (before, after) => renameSql('TYPE', before.path, after.path).map((sql) => statement(sql)),
  partsInDefinition: ({ ref, properties }) =>
    properties.labels.map((label) => ({ ref: valueRef(ref, label), definition: null })),
  renameParts: ({ ref, properties }, rename) => ({
    labels: properties.labels.map((label) => ownName(rename(valueRef(ref, label)))),
  }),
  change: {
    labels: (before, after) =>
      isSubsequence(before.properties.labels, after.properties.labels)
        ? addLabels(after.ref.path, before.properties.labels, after.properties.labels)
        : 'replace',
  },
  // Parts of rows go by a cast, which domains over the type find too.
  conversion: (before, after) => {
    const cast = `CAST (${quoteName(before.ref.path)} AS ${quoteName(after.ref.path)})`;
    return { make: [statement(`CREATE ${cast} WITH INOUT`)], remove: [statement(`DROP ${cast}`)] };
  },
  hazards: nameHazards,
  references: () => [],
});

function valueRef({ path }: ObjectRef, label: string): ObjectRef {
  return { kind: 'enum value', path: [...path, label] };
}

/** ALTER TYPE … ADD VALUE for each new label, in its place. PostgreSQL can add labels, never remove or reorder them. */
function addLabels(
  path: readonly string[],
  before: readonly string[],
  after: readonly string[],
): readonly Statement[] {
  const present = new Set(before);
  return after.flatMap((label, index) => {
    if (present.has(label)) return [];
    present.add(label);
    const previous = after[index - 1];
    const next = after.slice(index + 1).find((other) => present.has(other));
    const place =
      previous !== undefined
        ? ` AFTER ${quoteLiteral(previous)}`
        : next !== undefined
          ? ` BEFORE ${quoteLiteral(next)}`
          : '';
    return [
      statement(`ALTER TYPE ${quoteName(path)} ADD VALUE ${quoteLiteral(label)}${place}`, {
        transaction: 'commit after',
      }),
    ];
  });
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let found = 0;
  for (const label of whole) if (label === part[found]) found += 1;
  return found === part.length;
}
