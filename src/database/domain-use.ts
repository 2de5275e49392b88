/**
 * SQL: whether a table holds values of the domain in arrays, composite values or ranges, whatever other types are between. PostgreSQL
 * does not look into those for values that a new rule forbids, and refuses the rule (0A000). Source: get_rels_with_domain
 * in src/backend/commands/typecmds.c and find_composite_type_dependencies in src/backend/commands/tablecmds.c.
 */
export function isHeldInside(domain: string): string {
  // It names nothing of the query around it, so that PostgreSQL answers it once for all domains. Users' objects begin at 16384.
  return `(${domain} IN (
    WITH RECURSIVE uses (held, type, inside) AS MATERIALIZED (
      SELECT d.typbasetype, d.oid, false FROM pg_type d WHERE d.typtype = 'd' AND d.oid >= 16384
      UNION ALL SELECT a.typelem, a.oid, true FROM pg_type a WHERE a.typcategory = 'A' AND a.oid >= 16384
      UNION ALL SELECT r.rngsubtype, r.rngtypid, true FROM pg_range r
      UNION ALL SELECT r.rngtypid, r.rngmultitypid, true FROM pg_range r
      UNION ALL SELECT e.atttypid, c.reltype, true FROM pg_class c JOIN pg_attribute e ON e.attrelid = c.oid
                WHERE c.oid >= 16384 AND c.reltype <> 0 AND e.attnum > 0 AND e.atttypid >= 16384
    ), holder (domain, type, inside) AS (
      SELECT d.oid, d.oid, false FROM pg_type d WHERE d.typtype = 'd' AND d.oid >= 16384
      UNION SELECT h.domain, u.type, h.inside OR u.inside FROM holder h JOIN uses u ON u.held = h.type
    )
    SELECT h.domain FROM holder h JOIN pg_attribute u ON u.atttypid = h.type AND u.attnum > 0
    JOIN pg_class s ON s.oid = u.attrelid AND s.relkind IN ('r', 'p', 'm') WHERE h.inside))`;
}
