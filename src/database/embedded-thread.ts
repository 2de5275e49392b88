import { Worker } from 'node:worker_threads';
import { TrueupError } from '../errors.ts';
import type { EmbeddedOptions } from './embedded.ts';
import { type Answer, type Call, unpackError } from './embedded-messages.ts';
import { DatabaseError, type ExecResult, type Session, withoutServer } from './session.ts';

/** Node runs the compiled worker; from TypeScript, as tests do, the engine shares the caller's thread. */
const workerFile = import.meta.url.endsWith('.js') ? new URL('./embedded-worker.js', import.meta.url) : null;

/** Threads that are loading the engine before anyone has asked for it. */
const warm: Worker[] = [];

/**
 * Starts loading the embedded PostgreSQL in this many threads, for the next `openEmbeddedThread`. What is
 * never used ends with the process and does not hold it up.
 */
export function warmEmbedded(count: number): void {
  while (workerFile && warm.length < count) {
    const worker = new Worker(workerFile);
    worker.unref();
    // Without a listener an error would end the process; whoever opens it meets the error then.
    worker.once('error', () => warm.splice(warm.indexOf(worker), 1));
    warm.push(worker);
  }
}

/**
 * `openEmbedded` in a thread of its own: the caller's stays free to draw and to take signals, and two
 * engines work at the same time.
 */
export async function openEmbeddedThread(options: EmbeddedOptions): Promise<Session> {
  if (!workerFile) {
    const { openEmbedded } = await import('./embedded.ts');
    return openEmbedded(options);
  }
  const worker = warm.shift() ?? new Worker(workerFile);
  worker.ref();
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  let calls = 0;
  let ended = false;
  const end = (error: unknown) => {
    ended = true;
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  };
  worker.on('error', end);
  worker.on('exit', () => end(closedError()));
  worker.on('message', (answer: Answer) => {
    if ('progress' in answer) return options.onProgress?.(answer.progress);
    const waiting = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) waiting?.reject(unpackError(answer.error));
    else waiting?.resolve(answer.value);
  });
  const call = <T>(request: Call): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (ended) return reject(closedError());
      calls += 1;
      pending.set(calls, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ id: calls, ...request });
    });

  const { onProgress: _, ...rest } = options;
  try {
    const facts = await call<Pick<Session, 'serverVersion' | 'label'>>({ call: 'open', options: rest });
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= call<void>({ call: 'close' }).finally(() => worker.terminate());
      return closing;
    };
    return {
      ...facts,
      query: <Row>(sql: string, values?: readonly unknown[]) =>
        call<readonly Row[]>({ call: 'query', sql, values }),
      queryAll: <Row>(queries: readonly string[]) =>
        call<readonly (readonly Row[])[]>({ call: 'queryAll', queries }),
      exec: (sql) => call<ExecResult>({ call: 'exec', sql }),
      copyOut: async (query, write) => {
        for (const chunk of await call<readonly Uint8Array[]>({ call: 'copyOut', query })) await write(chunk);
      },
      copyIn: async (target, given) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of given) chunks.push(chunk);
        return call<number>({ call: 'copyIn', target, chunks });
      },
      ...withoutServer,
      close,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await worker.terminate();
    if (error instanceof TrueupError || error instanceof DatabaseError) throw error;
    throw new Error('the embedded PostgreSQL did not start', { cause: error });
  }
}

function closedError(): DatabaseError {
  return new DatabaseError('the session is closed', { code: '08003' });
}
