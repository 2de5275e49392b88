import { type CatalogAddress, defineKind, statement } from '../catalog/kind.ts';
import { quoteIdentifier, quoteName } from '../database/sql.ts';
import { hazard } from '../plan/hazards.ts';

type Row = CatalogAddress & {
  readonly name: string;
  readonly schema: string;
  readonly version: string;
  readonly relocatable: boolean;
};
type Extension = {
  readonly schema: string;
  /**
   * Which version a server installs, and when it is updated, is the server's choice: shown and not compared. What
   * a migration asks for by VERSION is compared with live by `commands/extension-versions`.
   */
  readonly version: string;
  /** Whether its author lets it move to another schema. */
  readonly relocatable: boolean;
};

export const extension = defineKind<Row, Extension>({
  kind: 'extension',
  foundIn: { catalog: 'pg_extension' },
  order: 20,
  // plpgsql is part of every database and PostgreSQL's own initdb installs it.
  query: () => `
    SELECT 'pg_extension'::regclass::oid AS classid, e.oid AS objid, 0 AS objsubid,
           e.extname AS name, n.nspname AS schema, e.extversion AS version, e.extrelocatable AS relocatable
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname <> 'plpgsql'
    ORDER BY e.extname`,
  fromRow: ({ classid, objid, objsubid, name, ...properties }) => ({
    ref: { kind: 'extension', path: [name] },
    address: { classid, objid, objsubid },
    properties,
  }),
  address: (ref) => `EXTENSION ${quoteName(ref.path)}`,
  create: (object) => [
    statement(
      `CREATE EXTENSION ${quoteName(object.ref.path)} WITH SCHEMA ${quoteIdentifier(object.properties.schema)}`,
    ),
  ],
  drop: (object) => [
    statement(`DROP EXTENSION ${quoteName(object.ref.path)}`, {
      hazards: [hazard('drop-extension', object.ref.path.join('.'))],
    }),
  ],
  change: {
    schema: (before, after) =>
      before.properties.relocatable
        ? [
            statement(
              `ALTER EXTENSION ${quoteName(after.ref.path)} SET SCHEMA ${quoteIdentifier(after.properties.schema)}`,
            ),
          ]
        : 'replace',
    version: 'derived',
    relocatable: 'derived',
  },
  hazards: (before, after) =>
    after && !before
      ? [hazard('extension-version', after.ref.path.join('.'), { version: after.properties.version })]
      : [],
  // An extension may own its schema (then pg_depend points the other way), or be put into one that exists.
  references: (object) =>
    object.properties.schema.startsWith('pg_') ? [] : [{ kind: 'schema', path: [object.properties.schema] }],
});
