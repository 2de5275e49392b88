import { at, list, text } from '../migrations/parse-node.ts';
import { parseStatement } from '../migrations/statements.ts';
import type { PlannedStatement } from '../plan/plan.ts';

/**
 * What a statement destroys. Names are as they were before it; a table's may lack its schema where the statement's does. `was`: what a column
 * may be called too, when something is renamed before or after.
 */
export type Loss =
  | { readonly type: 'rows'; readonly table: string; readonly cascades: boolean }
  /** `public.orders.note`. `value`: of an enum, the only one that it loses; null: any. */
  | {
      readonly type: 'column';
      readonly column: string;
      readonly was: string | null;
      readonly narrows: boolean;
      readonly value: string | null;
    }
  | { readonly type: 'values'; readonly table: string; readonly columns: readonly string[] };

/** What a planned statement destroys: by its hazards, and UPDATE and DELETE of all rows by their text. */
export async function lossesIn({ sql, hazards, position }: PlannedStatement): Promise<readonly Loss[]> {
  const { node, body } = (position && /^(update|delete)\b/i.test(sql) && (await parseStatement(sql))) || {
    node: '',
    body: {},
  };
  const isUnbounded = node !== '' && body.whereClause === undefined;
  const losses = hazards.flatMap((hazard): readonly Loss[] => {
    const { code, aside, takes } = hazard;
    const [subject, was] =
      aside === undefined ? [hazard.subject, hazard.was ?? null] : [aside, hazard.subject];
    if (takes) return [{ type: 'column', narrows: true, was, ...takes }];
    if (code === 'drop-column' || code === 'narrow-type')
      return [{ type: 'column', column: subject, was, narrows: code === 'narrow-type', value: null }];
    const isEmptied = code === 'drop-table' || code === 'truncate' || (code === 'delete-rows' && isUnbounded);
    const cascades = code === 'truncate' && /\bcascade\b/i.test(sql);
    return isEmptied ? [{ type: 'rows', table: subject, cascades }] : [];
  });
  if (node !== 'UpdateStmt' || !isUnbounded) return losses;
  const { schemaname, relname } = at(body, 'relation');
  const table = [schemaname, relname].filter((part) => part !== undefined).join('.');
  const columns = list(body.targetList).map((one) => text(at(one, 'ResTarget').name));
  return [...losses, { type: 'values', table, columns }];
}
