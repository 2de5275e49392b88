import {
  type CatalogAddress,
  type CatalogObject,
  defineKind,
  type OnlineWay,
  type Statement,
  statement,
  userSchema,
} from '../catalog/kind.ts';
import type { ObjectRef } from '../catalog/object.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  readonly tablespace: string;
  readonly otherwise: string;
  readonly stored: boolean;
  /** The relation of an index, and the index's own schema and name. */
  readonly table: CatalogAddress | null;
  readonly index: readonly [string, string] | null;
  /** The constraint that the index serves. */
  readonly constraint: CatalogAddress | null;
};
type Tablespace = {
  readonly tablespace: string;
  /** The database's own, where everything else is. */
  readonly otherwise: string;
  /** False for what is partitioned: it only says where new partitions begin. */
  readonly stored: boolean;
  /** What stands after ALTER. */
  readonly target: string;
  /** Whose rows an index is of. */
  readonly table: ObjectRef | null;
};

/** Where a relation is stored, where that is not the database's own tablespace. */
export const tablespace = defineKind<Row, Tablespace>({
  kind: 'tablespace',
  order: 202,
  facet: 'tablespaces',
  foundIn: { catalog: 'pg_class', where: "reltablespace <> 0 AND relkind IN ('r', 'p', 'm', 'i', 'I')" },
  query: () => `
    SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, 0 AS objsubid, s.spcname AS tablespace,
           (SELECT ds.spcname FROM pg_database d JOIN pg_tablespace ds ON ds.oid = d.dattablespace
            WHERE d.datname = current_database()) AS otherwise,
           c.relkind NOT IN ('p', 'I') AS stored,
           CASE WHEN i.indexrelid IS NOT NULL THEN json_build_array(n.nspname, c.relname) END AS index,
           CASE WHEN i.indexrelid IS NOT NULL THEN json_build_object(
             'classid', 'pg_class'::regclass::oid::bigint, 'objid', i.indrelid::bigint, 'objsubid', 0) END AS "table",
           CASE WHEN k.oid IS NOT NULL THEN json_build_object(
             'classid', 'pg_constraint'::regclass::oid::bigint, 'objid', k.oid::bigint, 'objsubid', 0) END AS constraint
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_tablespace s ON s.oid = c.reltablespace
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_constraint k ON i.indexrelid IS NOT NULL AND k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')
    WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND ${userSchema('n')}
    ORDER BY n.nspname, c.relname`,
  fromRow: ({ classid, objid, objsubid, table, index, constraint, ...properties }, resolve) => {
    const address = { classid, objid, objsubid };
    const relation = (table && resolve(table)?.object.ref) ?? null;
    const found = resolve(address);
    if (found) {
      const { ref } = found.object;
      return {
        ref: { kind: 'tablespace', path: ref.path, on: ref.kind },
        parent: ref,
        address,
        properties: { ...properties, target: found.name, table: relation },
      };
    }
    // An index that serves a constraint is no object of its own.
    const owner = constraint && resolve(constraint);
    if (!index || !owner) return null;
    return {
      ref: { kind: 'tablespace', path: index, on: 'index' },
      parent: owner.object.ref,
      address,
      properties: { ...properties, target: `INDEX ${quoteName(index)}`, table: relation },
    };
  },
  address: (ref) => `TABLESPACE OF ${ref.on ?? ''} ${quoteName(ref.path)}`,
  create: (object) => [move(object, object.properties.tablespace)],
  drop: (object) => [move(object, object.properties.otherwise)],
  change: {
    tablespace: (_before, after) => [move(after, after.properties.tablespace)],
    otherwise: 'derived',
    stored: 'derived',
    target: 'derived',
    table: 'derived',
  },
  hazards: (before, after) => {
    const { ref, properties } = after ?? before ?? {};
    if (!ref || !properties?.stored || properties.table) return [];
    return [
      hazard('moved', ref.path.join('.'), { to: after ? after.properties.tablespace : properties.otherwise }),
    ];
  },
  references: () => [],
  renamed: (object, name) => ({ ...object, properties: { ...object.properties, target: name } }),
});

function move({ properties }: CatalogObject<Tablespace>, to: string): Statement {
  const { target } = properties;
  return statement(`ALTER ${target} SET TABLESPACE ${quoteIdentifier(to)}`, {
    online: online(properties, to),
  });
}

/** An index is built again in the other place while the old one serves. A table has no such way. */
function online({ table, stored, target }: Tablespace, to: string): readonly OnlineWay[] {
  if (!table || !stored) return [];
  const sql = `REINDEX (TABLESPACE ${quoteIdentifier(to)}) ${target.replace('INDEX', 'INDEX CONCURRENTLY')}`;
  return [{ relation: table, statements: [statement(sql, { transaction: 'outside' })] }];
}
