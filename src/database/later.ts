import type { Session } from './session.ts';

/**
 * A session that is opened when it is first used, for work that may turn out not to need it. `serverVersion` is
 * what it will be. Closing it before that opens nothing.
 */
export function openLater(serverVersion: number, label: string, open: () => Promise<Session>): Session {
  let opening: Promise<Session> | null = null;
  let here: Session | null = null;
  const opened = () => {
    opening ??= open().then((session) => {
      here = session;
      return session;
    });
    return opening;
  };
  const close = async () => {
    // Whoever used it was told why it could not be opened.
    const session = await opening?.catch(() => null);
    await session?.close();
  };
  return {
    serverVersion,
    label,
    queryAll: async <Row>(queries: readonly string[]) => (await opened()).queryAll<Row>(queries),
    query: async <Row>(sql: string, values?: readonly unknown[]) => (await opened()).query<Row>(sql, values),
    exec: async (sql) => (await opened()).exec(sql),
    copyOut: async (query, write) => (await opened()).copyOut(query, write),
    copyIn: async (target, chunks) => (await opened()).copyIn(target, chunks),
    cancel: async () => (await opening)?.cancel(),
    backendPid: () => here?.backendPid() ?? null,
    reconnect: async (signal) => (await opened()).reconnect(signal),
    openAnother: async () => (await opened()).openAnother(),
    readPooling: async () => (await opened()).readPooling(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
