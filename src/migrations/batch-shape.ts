import { isCode, isWord, readTokens } from './lexer.ts';
import { at, list, type ParseNode, some, text } from './parse-node.ts';
import { parseStatement } from './statements.ts';

/** A statement that can run in batches of the rows of one table. */
export type BatchShape = {
  /** The table whose rows are walked along, as written, a schema first where the statement has one. */
  readonly table: readonly string[];
  /** Without the tables that inherit from it. */
  readonly only: boolean;
  /** What the statement calls the table. */
  readonly name: string;
  /** Columns that it sets: none of them may be of the key. */
  readonly sets: readonly string[];
  /** Functions that it calls for each row, as far as their names tell. */
  readonly functions: readonly string[];
  /** The statement for those of its rows that a condition holds for. */
  readonly narrow: (condition: string) => string;
};

/** Reads how a statement can run in batches, or why it cannot, in words that go on from "it cannot run in batches: ". */
export async function readBatchShape(sql: string): Promise<BatchShape | { readonly refused: string }> {
  const { node = '', body = {} } = (await parseStatement(sql)) ?? {};
  const isInsert = node === 'InsertStmt';
  if (!(isInsert || node === 'UpdateStmt' || node === 'DeleteStmt'))
    return { refused: 'only UPDATE, INSERT … SELECT and DELETE can' };
  const target = at(body, 'relation');
  const query = isInsert ? at(body, 'selectStmt', 'SelectStmt') : body;
  const [first, ...others] = list(query.fromClause);
  const source = isInsert ? at(first, 'RangeVar') : target;
  const refused =
    refusalOf(body, query) ??
    (isInsert ? refusalOfQuery(query) : undefined) ??
    (others.length > 0 || (isInsert ? source.relname === undefined : first !== undefined)
      ? 'it reads several tables side by side; a subquery can look something up'
      : undefined) ??
    (isInsert && source.relname === target.relname
      ? 'it would read the rows that it has written'
      : undefined) ??
    (!isInsert && mentions(body, target)
      ? 'a subquery reads the table itself, and would see what earlier batches have done'
      : undefined);
  if (refused !== undefined) return { refused };
  const relname = text(source.relname);
  return {
    table: typeof source.schemaname === 'string' ? [source.schemaname, relname] : [relname],
    only: source.inh !== true,
    name: text(at(source, 'alias').aliasname) || relname,
    sets: isInsert ? [] : list(body.targetList).map((one) => text(at(one, 'ResTarget').name)),
    functions: functionsIn(query),
    narrow: (condition) => narrow(sql, condition),
  };
}

function refusalOf(body: ParseNode, query: ParseNode): string | undefined {
  if (body.withClause !== undefined || query.withClause !== undefined) return 'it has WITH';
  if (body.returningClause !== undefined || body.returningList !== undefined) return 'it has RETURNING';
  if (list(body.usingClause).length > 0)
    return 'it reads several tables side by side; a subquery can look something up';
  if (at(body, 'whereClause').CurrentOfExpr !== undefined) return 'it has WHERE CURRENT OF';
  return undefined;
}

function refusalOfQuery(query: ParseNode): string | undefined {
  const clauses = {
    valuesLists: 'VALUES',
    distinctClause: 'DISTINCT',
    groupClause: 'GROUP BY',
    havingClause: 'HAVING',
    windowClause: 'WINDOW',
    sortClause: 'ORDER BY',
    limitCount: 'LIMIT',
    limitOffset: 'OFFSET',
    lockingClause: 'FOR UPDATE or the like',
  };
  const found = Object.entries(clauses).find(([key]) => query[key] !== undefined);
  if (found) return `it has ${found[1]}`;
  if (query.op !== 'SETOP_NONE') return 'it has no SELECT of one table';
  return undefined;
}

/** Whether a table is read in a subquery. By its name alone: one too many is refused rather than one too few. */
function mentions(body: ParseNode, { relname }: ParseNode): boolean {
  return some(body, ({ RangeVar }) => RangeVar !== undefined && at(RangeVar).relname === relname);
}

/** Those outside of subqueries, which have rows of their own. */
function functionsIn(query: ParseNode): readonly string[] {
  const names = new Set<string>();
  const open: unknown[] = [query];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null || 'SubLink' in value) continue;
    if ('FuncCall' in value) names.add(text(at(list(at(value.FuncCall).funcname).at(-1), 'String').sval));
    for (const child of Object.values(value)) open.push(child);
  }
  return [...names];
}

/** Puts a condition into the only WHERE outside of parentheses, which ends the statement but for ON CONFLICT. */
function narrow(sql: string, condition: string): string {
  let depth = 0;
  let where: { readonly start: number; readonly end: number } | undefined;
  let end = sql.length;
  const tokens = [...readTokens(sql)].filter(isCode);
  for (const [index, token] of tokens.entries()) {
    if (token.type === 'symbol') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    if (depth > 0) continue;
    if (isWord(token, 'ON') && isWord(tokens[index + 1], 'CONFLICT')) {
      end = token.start;
      break;
    }
    if (isWord(token, 'WHERE')) where ??= token;
  }
  const tail = sql.slice(end);
  if (!where) return `${sql.slice(0, end)}\nWHERE ${condition}\n${tail}`.trimEnd();
  return `${sql.slice(0, where.end)} (${sql.slice(where.end, end)}\n) AND ${condition}\n${tail}`.trimEnd();
}
