import type { Statement } from '../catalog/kind.ts';

/** Equal statements once, the first of each. */
export function unique(statements: readonly Statement[]): readonly Statement[] {
  const bySql = new Map<string, Statement>();
  for (const statement of statements) if (!bySql.has(statement.sql)) bySql.set(statement.sql, statement);
  return [...bySql.values()];
}
