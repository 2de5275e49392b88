import type { Session } from '../database/session.ts';
import { type EngineOptions, openUnadapted } from './engine.ts';

/** An engine that starts before all is known of what it stands for. Closed unless somebody took it: `await using`. */
export type Ahead = AsyncDisposable & {
  /** The engine, where it is what these options ask for; null where it is not, or did not start. */
  readonly take: (options: EngineOptions) => Promise<Session | null>;
  /** Settled when it has started, or could not: what can wait starts after it. Never rejected. */
  readonly started: Promise<unknown>;
};

export function startAhead(guess: EngineOptions): Ahead {
  // Whoever asks for the same again is told why it could not start.
  let starting: Promise<Session | null> = openUnadapted(guess).catch(() => null);
  const take = () => {
    const taken = starting;
    starting = Promise.resolve(null);
    return taken;
  };
  return {
    started: starting,
    take: async (options) => {
      const session = await take();
      if (isMetBy(options, guess)) return session;
      await session?.close();
      return null;
    },
    [Symbol.asyncDispose]: async () => {
      await (await take())?.close();
    },
  };
}

function isMetBy(wanted: EngineOptions, guess: EngineOptions): boolean {
  const isThere = (name: string) => guess.extensions.includes(name);
  return (
    wanted.replayServer?.url === guess.replayServer?.url &&
    wanted.live?.searchPath === guess.live?.searchPath &&
    wanted.extensions.every(isThere)
  );
}
