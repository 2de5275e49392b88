import { at, list, type ParseNode, some, text } from './parse-node.ts';

/**
 * What the answer of an expected query depends on: `catalog` when that is the schema alone, so that a copy
 * without rows gives the same answer.
 */
export type Expect = 'catalog' | 'rows';

/** Whether a statement is a query that changes nothing, as far as its text tells. */
export function isQuery(node: string, body: ParseNode): boolean {
  const changes = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'intoClause', 'lockingClause'];
  return node === 'SelectStmt' && !some(body, (each) => changes.some((key) => each[key] !== undefined));
}

/** Reads what a query's answer depends on. What is not known to be of the schema counts as rows. */
export function readExpect(body: ParseNode): Expect {
  const own = new Set<string>();
  some(body, ({ CommonTableExpr }) => {
    own.add(text(at(CommonTableExpr).ctename));
    return false;
  });
  let asksSchema = false;
  const dependsOnMore = some(body, ({ RangeVar, FuncCall, ColumnRef, SQLValueFunction }) => {
    const relation = at(RangeVar);
    if (RangeVar !== undefined && !(relation.schemaname === undefined && own.has(text(relation.relname)))) {
      if (!isOfSchema(relation)) return true;
      asksSchema = true;
    }
    const names = namesIn(at(FuncCall).funcname);
    if (FuncCall !== undefined) {
      const name = names.at(-1) ?? '';
      const isOwn = names.length > 1 && names[0] !== 'pg_catalog';
      if (isOwn || !(schemaFunctions.has(name) || plainFunctions.has(name))) return true;
      asksSchema ||= schemaFunctions.has(name);
    }
    const column = namesIn(at(ColumnRef).fields).at(-1) ?? '';
    return (
      /^rel(pages|tuples|all\w+|filenode|frozenxid|minmxid)$/.test(column) || SQLValueFunction !== undefined
    );
  });
  return asksSchema && !dependsOnMore ? 'catalog' : 'rows';
}

const catalogs =
  /^pg_(attrdef|attribute|cast|class|collation|constraint|depend|description|enum|extension|index|inherits|namespace|operator|policy|proc|range|rewrite|sequence|trigger|type|indexes|matviews|policies|rules|tables|views)$/;
const schemaFunctions: ReadonlySet<string> = new Set([
  'to_regclass',
  'to_regtype',
  'to_regnamespace',
  'to_regproc',
  'to_regprocedure',
]);
const plainFunctions: ReadonlySet<string> = new Set([
  ...['count', 'min', 'max', 'every', 'bool_and', 'bool_or', 'array_agg', 'string_agg'],
  ...['lower', 'upper', 'length', 'cardinality', 'format_type'],
]);

function isOfSchema({ schemaname, relname }: ParseNode): boolean {
  if (schemaname === 'information_schema') return true;
  return (schemaname === undefined || schemaname === 'pg_catalog') && catalogs.test(text(relname));
}

function namesIn(parts: unknown): readonly string[] {
  return list(parts).map((part) => text(at(part, 'String').sval));
}
