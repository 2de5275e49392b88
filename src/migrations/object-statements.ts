import type { ObjectRef } from '../catalog/object.ts';
import { isCode, isWord, nameOf, readTokens, type Token } from './lexer.ts';
import type { Migration, MigrationStatement } from './migration.ts';

/** A statement of a migration that speaks of an object. */
export type ObjectStatement<M> = { readonly migration: M; readonly statement: MigrationStatement };

type Named = Pick<Migration, 'statements'>;

/** What a statement is about: the dotted name after its command, and all names up to its body. */
type Heading = { readonly subject: readonly string[]; readonly names: readonly string[] };

/**
 * Finds the statements that made an object what it is, newest first, through renames. `parent` is the object
 * that it is a part of. By names alone: for showing, and what a DO block makes is not found.
 */
export function indexStatements<M extends Named>(
  migrations: readonly M[],
): (ref: ObjectRef, parent: ObjectRef | undefined) => readonly ObjectStatement<M>[] {
  const all = migrations
    .flatMap((migration) => migration.statements.map((statement) => ({ migration, statement })))
    .filter(({ statement }) => isDefinition(statement))
    .map((found) => ({ ...found, heading: readHeading(found.statement.sql) }))
    .reverse();
  return (ref, parent) => {
    let own = ref.path.at(-1) ?? '';
    let whole = wholeOf(parent);
    return all.flatMap(({ migration, statement, heading }) => {
      const isRename = statement.traits.node === 'RenameStmt';
      const renamesWhole = isRename && whole !== undefined && heading.names.at(-1) === whole;
      if (!isAbout(statement, ref) || !(renamesWhole || speaksOf(heading, own, whole))) return [];
      // A part is named before TO, a whole only at the front.
      const before = heading.names.at(-2);
      const old = before === 'rename' ? heading.subject.at(-1) : before;
      if (renamesWhole && old !== undefined) whole = old;
      else if (isRename && heading.names.at(-1) === own && old !== undefined) own = old;
      return renamesWhole ? [] : [{ migration, statement }];
    });
  };
}

/** The other way round: the objects that a statement speaks of, by the names that they have. */
export function indexObjects<O extends { readonly ref: ObjectRef; readonly parent?: ObjectRef | undefined }>(
  objects: readonly O[],
): (statement: MigrationStatement) => readonly O[] {
  const named = new Map<string, O[]>();
  for (const object of objects) {
    const own = object.ref.path.at(-1) ?? '';
    const known = named.get(own);
    if (known) known.push(object);
    else named.set(own, [object]);
  }
  return (statement) => {
    if (!isDefinition(statement)) return [];
    const heading = readHeading(statement.sql);
    const found = [...new Set([...heading.subject, ...heading.names])].flatMap(
      (name) => named.get(name) ?? [],
    );
    return found.filter(
      ({ ref, parent }) =>
        isAbout(statement, ref) && speaksOf(heading, ref.path.at(-1) ?? '', wholeOf(parent)),
    );
  };
}

/** A comment speaks of comments alone, and of them nothing else does. */
function isAbout(statement: MigrationStatement, { on }: ObjectRef): boolean {
  return on === undefined ? statement.traits.node !== 'CommentStmt' : isComment(statement);
}

/** The name of the whole. A table's or type's parent is its schema, which nobody writes. */
function wholeOf(parent: ObjectRef | undefined): string | undefined {
  return parent && parent.path.length > 1 ? parent.path.at(-1) : undefined;
}

function isComment({ traits }: MigrationStatement): boolean {
  return traits.node === 'CommentStmt';
}

/** Statements that define something; what fills tables or runs code is none. */
function isDefinition({ traits }: MigrationStatement): boolean {
  return (
    !traits.changesData && !/^(Select|Transaction|VariableSet|Vacuum|Reindex|Explain)Stmt$/.test(traits.node)
  );
}

function speaksOf({ subject, names }: Heading, own: string, whole: string | undefined): boolean {
  if (whole === undefined)
    return subject.includes(own) || (names.at(-2) === 'rename' && names.at(-1) === own);
  return names.includes(own) && (names.includes(whole) || subject.at(-1) === own);
}

/** Words that stand between a command's first word and the name of what it is about. */
const leading =
  /^(create|or|replace|alter|drop|comment|on|if|not|exists|only|temp|temporary|unlogged|unique|global|local|table|view|materialized|recursive|function|procedure|aggregate|routine|type|domain|sequence|index|concurrently|trigger|constraint|policy|rule|schema|extension|foreign|server|event|statistics|column|publication|collation|operator|class|family|text|search|configuration|dictionary|default|privileges|grant|revoke)$/;

function readHeading(sql: string): Heading {
  const tokens = [...headingTokens(sql)];
  const first = tokens.findIndex((token) => {
    const name = nameOf(token);
    return name !== undefined && (token.type === 'quoted name' || !leading.test(name));
  });
  const subject: string[] = [];
  for (let at = first; at >= 0 && at < tokens.length; at += 2) {
    const name = nameOf(tokens[at]);
    if (name === undefined) break;
    subject.push(name);
    if (tokens[at + 1]?.text !== '.') break;
  }
  return { subject, names: tokens.flatMap((token) => nameOf(token) ?? []).filter((name) => name !== 'to') };
}

/** Up to the body: `AS` begins a query or a function's code. What a foreign key refers to is not defined by it. */
function* headingTokens(sql: string): Generator<Token> {
  let refersTo = 0;
  let before: Token | undefined;
  for (const token of readTokens(sql)) {
    if (!isCode(token)) continue;
    // GENERATED ALWAYS AS IDENTITY stands in the middle of a table.
    if (isWord(token, 'AS') && !isWord(before, 'ALWAYS') && !isWord(before, 'DEFAULT')) return;
    before = token;
    if (isWord(token, 'REFERENCES')) refersTo = 4;
    // REFERENCES schema.table: three tokens at most.
    else if (refersTo > 1 && (token.text === '.' || nameOf(token) !== undefined)) refersTo -= 1;
    else refersTo = 0;
    if (refersTo === 0 && token.type !== 'string') yield token;
  }
}
