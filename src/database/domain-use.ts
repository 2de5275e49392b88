/**
 * SQL: whether a table holds values of the domain in arrays, composite values or ranges, whatever other types are between. PostgreSQL
 * does not look into those for values that a new rule forbids, and refuses the rule (0A000). Source: get_rels_with_domain
 * in src/backend/commands/typecmds.c and find_composite_type_dependencies in src/backend/commands/tablecmds.c.
 */
export function isHeldInside(domain: string): string {
  return `(WITH RECURSIVE holder (type, inside) AS (
      SELECT ${domain}, false
      UNION
      SELECT x.oid, h.inside OR x.typtype <> 'd'
      FROM holder h JOIN pg_type x ON x.typbasetype = h.type OR x.typelem = h.type AND x.typcategory = 'A'
        OR EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = x.oid AND r.rngsubtype = h.type OR r.rngmultitypid = x.oid AND r.rngtypid = h.type)
        OR EXISTS (SELECT FROM pg_attribute e WHERE e.attrelid = x.typrelid AND e.atttypid = h.type AND e.attnum > 0 AND NOT e.attisdropped))
    SELECT EXISTS (SELECT FROM holder h JOIN pg_attribute u ON u.atttypid = h.type AND u.attnum > 0 AND NOT u.attisdropped
                   JOIN pg_class s ON s.oid = u.attrelid AND s.relkind IN ('r', 'p', 'm') WHERE h.inside))`;
}
