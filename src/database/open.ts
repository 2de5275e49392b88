import { TrueupError } from '../errors.ts';
import type { EmbeddedOptions } from './embedded.ts';
import { openEmbeddedThread } from './embedded-thread.ts';
import type { ServerOptions } from './server.ts';
import type { Session } from './session.ts';

/** `password`, `connectTimeoutMs` and `signal` concern servers; the rest embedded databases. */
export type OpenOptions = ServerOptions & Partial<Omit<EmbeddedOptions, 'directory'>>;

/**
 * Opens the database that a URL names: `postgres://…`, `postgresql://…` or `pglite:DIRECTORY`. Throws
 * `TrueupError` for any other scheme, and when the database cannot be opened. Drivers load only when used.
 */
export async function openSession(url: string, options: OpenOptions = {}): Promise<Session> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') {
    const { openServer } = await import('./server.ts');
    return openServer(url, options);
  }
  const directory = url.slice('pglite:'.length);
  if (scheme === 'pglite' && directory !== '') {
    return openEmbeddedThread({ ...options, extensions: options.extensions ?? [], directory });
  }
  throw new TrueupError([
    {
      code: 'database-url',
      severity: 'error',
      // The rest of the text may hold a password.
      summary:
        scheme === undefined
          ? 'The database URL has no scheme.'
          : scheme === 'pglite'
            ? 'The database URL names no directory.'
            : `The database URL has the unknown scheme ${scheme}:.`,
      help: 'Write postgres://user@host:port/database or pglite:DIRECTORY.',
    },
  ]);
}
