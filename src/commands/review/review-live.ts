import type { ServerProgress } from '../../apply/event.ts';
import { readServerProgress } from '../../apply/server-progress.ts';
import type { Session } from '../../database/session.ts';
import { createQueue } from './live-queue.ts';

/** The live session of a review: one piece of work at a time, and a second session that looks on. */
export type ReviewLive = {
  /** Runs work when all that came before has ended. */
  readonly use: <T>(work: () => Promise<T>) => Promise<T>;
  /** The same for work that only reads: where the connection is gone, it is made again and the work done again. */
  readonly look: <T>(work: () => Promise<T>) => Promise<T>;
  /** Waits for its turn and keeps it until the function that it returns is called. */
  readonly hold: () => Promise<() => void>;
  /** Connects again when the server no longer answers on this connection. */
  readonly revive: (signal: AbortSignal) => Promise<void>;
  /** The same for the one who holds the session. */
  readonly reviveHeld: (signal: AbortSignal) => Promise<void>;
  /** How far the server says the running statement is; null where that cannot be known. */
  readonly readProgress: () => Promise<ServerProgress | null>;
  /** Closes the session that looks on. */
  readonly close: () => Promise<void>;
};

export function createReviewLive(session: Session): ReviewLive {
  const use = createQueue();
  let watcher: Promise<Session | null> | null = null;
  const close = async () => {
    const opened = watcher;
    watcher = null;
    await opened?.then((one) => one?.close()).catch(() => undefined);
  };
  const reconnect = async (signal?: AbortSignal) => {
    await close();
    await session.reconnect(signal);
  };
  const isAlive = () =>
    session.query('SELECT 1').then(
      () => true,
      () => false,
    );
  const reviveHeld = async (signal: AbortSignal) => {
    if (!(await isAlive())) await reconnect(signal);
  };
  return {
    use,
    reviveHeld,
    look: (work) =>
      use(async () => {
        try {
          return await work();
        } catch (error) {
          if (await isAlive()) throw error;
          await reconnect();
          return await work();
        }
      }),
    hold: () =>
      new Promise((started) => {
        void use(() => new Promise<void>((release) => started(release)));
      }),
    revive: (signal) => use(() => reviveHeld(signal)),
    readProgress: async () => {
      const pid = session.backendPid();
      if (pid === null) return null;
      watcher ??= session.openAnother();
      try {
        const looking = await watcher;
        return looking && (await readServerProgress(looking, pid));
      } catch {
        // Nobody is told: the run itself says when the server is gone.
        await close();
        return null;
      }
    },
    close,
  };
}
