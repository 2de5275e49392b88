import { DatabaseError } from '../database/session.ts';
import { type Diagnostic, TrueupError } from '../errors.ts';
import { classify, type Reaction } from './classify.ts';
import type { ApplyEvent } from './event.ts';
import { recover } from './recover.ts';
import type { Run } from './run.ts';

/**
 * Does work that may be done twice: when the connection is lost it is made again, under the lock, and the work begins
 * anew. Throws what the work throws otherwise, and for a session that somebody ended on purpose.
 */
export async function* surviving<T>(run: Run, work: () => Promise<T>): AsyncGenerator<ApplyEvent, T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (reactionTo(error) !== 'reconnect' || attempt >= run.timeouts.attempts) throw error;
      const { restarted } = yield* recover(run, diagnosticOf(error), run.serverStart);
      if (isEnded(error) && !restarted) throw error;
    }
  }
}

/** Writes down what is done: also by a session that takes the place of one that somebody ended. */
export async function survive<T>(run: Run, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (reactionTo(error) !== 'reconnect' || attempt >= run.timeouts.attempts) throw error;
      for await (const _ of recover(run, diagnosticOf(error), run.serverStart));
    }
  }
}

/** What to do about an error that a run met, whatever wraps PostgreSQL's. */
export function reactionTo(error: unknown): Reaction {
  const known = databaseErrorOf(error);
  return known ? classify(known) : 'stop';
}

/** Whether somebody ended the session. A server that stops says the same. */
export function isEnded(error: unknown): boolean {
  return databaseErrorOf(error)?.code === '57P01';
}

/** What to tell of an error. */
export function diagnosticOf(error: unknown): Diagnostic {
  if (error instanceof TrueupError && error.diagnostics[0]) return error.diagnostics[0];
  const summary = error instanceof Error ? error.message : String(error);
  if (error instanceof DatabaseError)
    return { code: error.code, severity: 'error', summary: `${summary} (${error.code})` };
  return { code: 'unexpected', severity: 'error', summary };
}

function databaseErrorOf(error: unknown): DatabaseError | null {
  if (error instanceof DatabaseError) return error;
  return error instanceof TrueupError && error.cause instanceof DatabaseError ? error.cause : null;
}
