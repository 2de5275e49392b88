import type { Session } from '../database/session.ts';
import { quoteIdentifier } from '../database/sql.ts';
import { isCode, isWord, nameOf, readTokens, type Token } from '../migrations/lexer.ts';

/** What a replay or rehearsal stands for, where its engine differs from live. */
export type StandsFor = {
  /** Live's own name; undefined: whatever database a migration names is taken for the one it is for. */
  readonly database?: string | undefined;
  /** Extensions to do without. */
  readonly standInExtensions?: readonly string[] | undefined;
};

/**
 * The same session, running statements that name what an engine has under another name or not at all: the
 * database itself, versions of extensions. What is about other databases and servers is left out. Live gets
 * every statement as it is written.
 */
export function adaptSession(session: Session, standsFor: StandsFor): Session {
  return {
    ...session,
    exec: async (sql) => {
      const adapted = await adapt(session, sql, standsFor);
      return adapted === null ? { rowCount: null } : session.exec(adapted);
    },
  };
}

/** Null: nothing to run. */
async function adapt(session: Session, sql: string, standsFor: StandsFor): Promise<string | null> {
  const verb = firstWord(sql);
  if (!verbs.has(verb)) return sql;
  const tokens = [...readTokens(sql)].filter(isCode);
  const [, object] = tokens;
  if (isWord(object, 'SUBSCRIPTION') || verb === 'SECURITY') return null;
  const isAbout = tokens.findIndex((token) => isWord(token, 'ON')) + 1;
  if (verb === 'COMMENT' && isWord(tokens[isAbout], 'SUBSCRIPTION')) return null;
  if (isWord(object, 'TABLESPACE') && verb === 'CREATE') return adaptTablespace(session, sql, tokens);
  if (isWord(object, 'EXTENSION')) return adaptExtension(session, sql, tokens, standsFor);
  const names = databaseNames(verb, tokens);
  return names.length === 0 ? sql : adaptDatabase(session, sql, tokens, names, standsFor);
}

const verbs: ReadonlySet<string> = new Set([
  'CREATE',
  'ALTER',
  'DROP',
  'COMMENT',
  'GRANT',
  'REVOKE',
  'SECURITY',
]);

function firstWord(sql: string): string {
  for (const token of readTokens(sql))
    if (isCode(token)) return token.type === 'word' ? token.text.toUpperCase() : '';
  return '';
}

/** A version that the engine does not have becomes the one it has; a stand-in is not there at all. */
async function adaptExtension(
  session: Session,
  sql: string,
  tokens: readonly Token[],
  { standInExtensions = [] }: StandsFor,
): Promise<string | null> {
  const name = nameOf(tokens[isWord(tokens[2], 'IF') ? (isWord(tokens[3], 'NOT') ? 5 : 4) : 2]) ?? '';
  if (standInExtensions.includes(name)) return null;
  const creates = isWord(tokens[0], 'CREATE');
  const updates = isWord(tokens[0], 'ALTER') && isWord(tokens[3], 'UPDATE');
  const at = tokens.findIndex((token, position) => position > 2 && isWord(token, creates ? 'VERSION' : 'TO'));
  const [keyword, value] = [tokens[at], tokens[at + 1]];
  if (at === -1 || !keyword || !value || !(creates || updates)) return sql;
  const version = value.type === 'string' ? value.text : nameOf(value);
  const available = await session.query(
    'SELECT 1 FROM pg_catalog.pg_available_extension_versions WHERE name = $1 AND version = $2',
    [name, version],
  );
  if (available.length > 0) return sql;
  return creates ? sql.slice(0, keyword.start) + sql.slice(value.end) : null;
}

/** An embedded engine has no directories of live's: a tablespace lies beside its own data. */
async function adaptTablespace(session: Session, sql: string, tokens: readonly Token[]): Promise<string> {
  const at = tokens.findIndex((token) => isWord(token, 'LOCATION'));
  const location = tokens[at + 1];
  if (session.backendPid() !== null || at === -1 || !location) return sql;
  await session.exec('SET allow_in_place_tablespaces = on');
  return `${sql.slice(0, location.start)}''${sql.slice(location.end)}`;
}

/** Positions of the tokens that name databases. */
function databaseNames(verb: string, tokens: readonly Token[]): readonly number[] {
  const at = tokens.findIndex((token) => isWord(token, 'DATABASE'));
  const before = tokens[at - 1];
  if (at === -1) return [];
  if (verb === 'ALTER' && (at === 1 || isWord(before, 'IN'))) return [at + 1];
  if (!isWord(before, 'ON') || !['COMMENT', 'GRANT', 'REVOKE'].includes(verb)) return [];
  const names = [at + 1];
  while (tokens[(names.at(-1) ?? 0) + 1]?.text === ',') names.push((names.at(-1) ?? 0) + 2);
  return names;
}

async function adaptDatabase(
  session: Session,
  sql: string,
  tokens: readonly Token[],
  positions: readonly number[],
  { database }: StandsFor,
): Promise<string | null> {
  const named = positions.flatMap((position) => tokens[position] ?? []);
  const own = database === undefined ? named[0] : named.find((token) => nameOf(token) === database);
  // Only these are about what the database holds; a new name or tablespace is the server's.
  const changes = tokens[(positions.at(-1) ?? 0) + 1];
  const isSetting =
    !isWord(tokens[0], 'ALTER') ||
    (settings.some((word) => isWord(changes, word)) && !tokens.some((token) => isWord(token, 'TABLESPACE')));
  const [first, last] = [named[0], named.at(-1)];
  if (!own || !first || !last || !isSetting) return null;
  const [row] = await session.query<{ name: string }>('SELECT current_database() AS name');
  return sql.slice(0, first.start) + quoteIdentifier(row?.name ?? '') + sql.slice(last.end);
}

const settings = ['SET', 'RESET', 'OWNER'];
