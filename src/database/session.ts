/** What a statement did. `rowCount` is null for statements that do not count rows. */
export type ExecResult = { readonly rowCount: number | null };

/**
 * One session of one database, a server's or an embedded one's: everything above `database/` speaks to this.
 * Statements run one after another; a session is never shared by two stages at once.
 */
export type Session = {
  /** `server_version_num`: 180004. */
  readonly serverVersion: number;
  /** For people: `app@db1/prod` or `embedded`. Never holds a password. */
  readonly label: string;
  /** Rows as plain values: integers and oids as numbers, bigint as string, arrays as arrays, timestamps as text. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Several queries in one round trip; each one's rows. */
  queryAll<Row>(queries: readonly string[]): Promise<readonly (readonly Row[])[]>;
  /** Runs one statement by the simple protocol. Throws `DatabaseError`. */
  exec(sql: string): Promise<ExecResult>;
  /**
   * Gives the rows of a query to `write` in chunks, as COPY's text format has them: a line each. When `write` throws, reads on
   * to the end and throws that then.
   */
  copyOut(query: string, write: (chunk: Uint8Array) => Promise<void>): Promise<void>;
  /** Puts such rows into a table, `schema.table (column, …)`, and returns how many. */
  copyIn(target: string, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  /** Asks the server to cancel what this session is running. Does nothing for an embedded one. */
  cancel(): Promise<void>;
  /** Process id of the server's process that serves this session; null for an embedded one. */
  backendPid(): number | null;
  /**
   * Connects again in the place of a connection that was lost: what the old session had set, locked or begun is
   * gone. Throws `TrueupError` when it cannot. Does nothing for an embedded session.
   */
  reconnect(signal?: AbortSignal): Promise<void>;
  /** A second session of the same database and role, to look on while this one is busy; null for an embedded one. */
  openAnother(): Promise<Session | null>;
  /** Whether a connection pool stands between, and what it lends: a session, or a connection for each transaction. */
  readPooling(): Promise<Pooling>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

export type Pooling = 'none' | 'session' | 'transaction';

/** What a session does that has no server behind it to speak to: nothing. */
export const withoutServer: Pick<
  Session,
  'cancel' | 'backendPid' | 'reconnect' | 'openAnother' | 'readPooling'
> = {
  cancel: async () => undefined,
  backendPid: () => null,
  reconnect: async () => undefined,
  openAnother: async () => null,
  readPooling: async () => 'none',
};

/** Queries as one text. A comment at the end of one must not swallow the semicolon. */
export function joinQueries(queries: readonly string[]): string {
  return queries.join('\n;\n');
}

/** PostgreSQL's own error, whichever driver it came through. */
export class DatabaseError extends Error {
  /** SQLSTATE, or a Node error code (`ECONNREFUSED`) when the server could not be spoken to. */
  readonly code: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Where in the statement, counted in characters from 0; undefined when PostgreSQL does not say. */
  readonly offset: number | undefined;
  /** Context of functions and triggers, PostgreSQL's CONTEXT lines. */
  readonly context: string | undefined;

  constructor(
    message: string,
    fields: {
      code: string;
      detail?: string | undefined;
      hint?: string | undefined;
      offset?: number | undefined;
      context?: string | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: fields.cause });
    this.name = 'DatabaseError';
    this.code = fields.code;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.offset = fields.offset;
    this.context = fields.context;
  }
}

/** Runs `work` in a transaction of the given form; rolls back and rethrows when it throws. */
export async function inTransaction<T>(session: Session, begin: string, work: () => Promise<T>): Promise<T> {
  await session.exec(begin);
  try {
    const result = await work();
    await session.exec('COMMIT');
    return result;
  } catch (error) {
    // The connection may be gone; the first error is the one that explains.
    await session.exec('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
