import { type CatalogObject, type Statement, statement } from '../../catalog/kind.ts';
import { doBlock, quoteLiteral, quoteName } from '../../database/sql.ts';
import type { Constraint } from './query.ts';

const commands = { disabled: 'DISABLE', replica: 'ENABLE REPLICA', always: 'ENABLE ALWAYS' };

/** SQL: `function state` of each trigger that carries out the constraint `c` and does not fire as it would by itself; null: all do. */
export const triggersSql = `
  (SELECT json_agg(p.proname || ' ' || CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END ORDER BY p.proname)
   FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
   WHERE g.tgconstraint = c.oid AND g.tgisinternal AND g.tgenabled <> 'O')`;

/** SQL: whether some of them fire otherwise than those of the constraint that `c` is a copy of. */
export const firesAloneSql = `
  (c.conparentid <> 0 AND EXISTS (
    SELECT FROM pg_trigger g LEFT JOIN pg_trigger p ON p.tgconstraint = c.conparentid AND p.tgfoid = g.tgfoid
    WHERE g.tgconstraint = c.oid AND g.tgisinternal AND g.tgenabled <> coalesce(p.tgenabled, 'O')))`;

/** Lets the triggers that carry it out, and its copies on partitions, fire as it says: they are named after oids, which live alone knows. */
export function setTriggers({ ref, properties }: CatalogObject<Constraint>): Statement {
  const states = (properties.triggers ?? []).map((one) => {
    const [name = '', state = ''] = one.split(' ');
    return ` WHEN ${quoteLiteral(name)} THEN ${quoteLiteral(commands[state as keyof typeof commands])}`;
  });
  const command = states.length === 0 ? `'ENABLE'` : `CASE p.proname${states.join('')} ELSE 'ENABLE' END`;
  const table = quoteLiteral(quoteName(ref.path.slice(0, -1)));
  return statement(
    doBlock(`DECLARE
  one record;
BEGIN
  FOR one IN
    WITH RECURSIVE copies AS (
      SELECT oid FROM pg_catalog.pg_constraint
      WHERE conrelid = ${table}::pg_catalog.regclass AND conname = ${quoteLiteral(ref.path.at(-1) ?? '')}
      UNION ALL
      SELECT c.oid FROM copies JOIN pg_catalog.pg_constraint c ON c.conparentid = copies.oid
    )
    SELECT g.tgrelid::pg_catalog.regclass AS relation, g.tgname AS name, ${command} AS command
    FROM copies
    JOIN pg_catalog.pg_trigger g ON g.tgconstraint = copies.oid AND g.tgisinternal
    JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE ONLY %s %s TRIGGER %I', one.relation, one.command, one.name);
  END LOOP;
END`),
    { recurses: 'triggers' },
  );
}
